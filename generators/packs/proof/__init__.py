"""Whether the queries of a pack run and agree: statements, execution, results, regressions, evidence."""
