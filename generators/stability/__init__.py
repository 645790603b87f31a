"""The stability programme as functions of values: where defects were met, reports from outside, ranking, tranches."""
