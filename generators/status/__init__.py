"""The state of each pack at a moment, decided from evidence, defects, incidents and overrides."""
