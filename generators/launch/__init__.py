"""Whether the launch is ready: scope items and criteria answered from evidence, gates, and who signed what."""
