"""What executes a query: one interface, DuckDB and PostgreSQL here, others as workers."""
