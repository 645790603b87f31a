"""Turns one reviewed set of YAML into pages, checks and exports. Knows no content of its own."""
