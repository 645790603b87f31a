"""One frozen dataclass a page, made by pure functions from the catalog. What a page shows is decided here."""
