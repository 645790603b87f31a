"""A pack as text for the project of a user."""
