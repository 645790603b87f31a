"""What a team makes of events: a store, metrics, objectives, and the conditions of alerts."""
