"""From an objective to an alert: rules of a monitoring system, their unit tests, and the routes to receivers."""
