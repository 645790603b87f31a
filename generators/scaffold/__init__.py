"""First texts for new entities and new packs."""
