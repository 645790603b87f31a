"""Boards as a runtime reads them: composed, carried to a warehouse, and derived for older grammars."""
