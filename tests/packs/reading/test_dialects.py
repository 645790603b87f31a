from __future__ import annotations

import pytest

from generators.packs.reading.dialects import Untranslatable, carried

MONTHS = """\
SELECT CAST(DATE_TRUNC('month', CAST(CAST(o.created AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS DATE)) AS DATE) AS month
FROM shop."order" AS o
WHERE {{ filter('o."user"', who) }}"""
WAREHOUSES = ("duckdb", "postgres", "redshift", "snowflake", "bigquery", "databricks", "spark")


@pytest.mark.parametrize("warehouse", WAREHOUSES)
def test_jinja_is_kept_as_it_stands(warehouse: str) -> None:
    """The filter a user chooses must reach every warehouse."""
    assert """{{ filter('o."user"', who) }}""" in carried(MONTHS, warehouse)


def test_duckdb_reads_what_the_author_wrote() -> None:
    """Byte for byte, comments and layout too."""
    assert carried(MONTHS, "duckdb") is MONTHS


@pytest.mark.parametrize(
    ("warehouse", "written"),
    [
        ("snowflake", 'shop."ORDER"'),
        ("bigquery", "shop.`order`"),
        ("databricks", "shop.`order`"),
        ("postgres", '"order"'),
    ],
)
def test_a_reserved_word_is_quoted_as_the_warehouse_stores_it(warehouse: str, written: str) -> None:
    """Snowflake stores names in upper case: a lower-case quoted name would not be found."""
    assert written in carried(MONTHS, warehouse)


def test_months_are_truncated_as_days_on_bigquery() -> None:
    """TIMESTAMP_TRUNC of a DATE is an error there."""
    assert "DATE_TRUNC(CAST(" in carried(MONTHS, "bigquery")


@pytest.mark.parametrize("warehouse", WAREHOUSES)
def test_the_schema_is_written_anew_in_tables_only(warehouse: str) -> None:
    """A column or text that happens to have the schema's name stays."""
    sql = "SELECT shop.id, 'shop' AS word FROM shop.visit AS shop JOIN other.visit AS v ON v.id = shop.id"
    found = carried(sql, warehouse, ("shop", "eu_shop"))
    assert "eu_shop.visit" in found
    assert "'shop'" in found
    assert "shop.id" in found
    assert "other.visit" in found


def test_what_has_no_form_elsewhere_is_said() -> None:
    """Instead of SQL that only looks right."""
    sql = "SELECT quantile_cont(x, 0.5) FILTER (WHERE y) AS m FROM s.t"
    with pytest.raises(Untranslatable):
        carried("SELECT SUM(x) OVER (ORDER BY y ASC NULLS LAST) AS s FROM s.t", "bigquery")
    assert carried(sql, "duckdb") == sql


def test_one_warehouse_does_not_change_the_others() -> None:
    """The parsed text is shared; what Snowflake needs must not reach PostgreSQL."""
    carried(MONTHS, "snowflake")
    assert '"order"' in carried(MONTHS, "postgres")


@pytest.mark.parametrize(
    ("warehouse", "written"),
    [
        ("databricks", "CAST(CAST(a AS DECIMAL(38, 9)) AS DOUBLE) / 12"),
        ("snowflake", "CAST(CAST(a AS DECIMAL(38, 9)) AS DOUBLE) / 12"),
        ("bigquery", "CAST(CAST(a AS NUMERIC) AS FLOAT64) / 12"),
        ("postgres", "CAST(a AS DECIMAL(38, 9)) / 12"),
    ],
)
def test_quotients_of_decimals_keep_their_digits(warehouse: str, written: str) -> None:
    """Spark answered 5.44444 for 5.444444444: it keeps six places of a quotient of DECIMAL(38, 9)."""
    assert written in " ".join(carried("SELECT CAST(a AS DECIMAL(38, 9)) / 12 AS m FROM s.t", warehouse).split())


@pytest.mark.parametrize("warehouse", ["databricks", "spark"])
def test_days_do_not_follow_the_session_on_spark(warehouse: str) -> None:
    """FROM_UTC_TIMESTAMP(…, 'UTC') changes nothing there: the day would be that of the session's zone."""
    sql = "SELECT CAST(CAST(c AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS DATE) AS day FROM s.t"
    written = "CAST(CONVERT_TIMEZONE('UTC', CAST(CAST(c AS TIMESTAMP) AS TIMESTAMP_NTZ)) AS DATE)"
    assert written in " ".join(carried(sql, warehouse).split())


@pytest.mark.parametrize(
    ("warehouse", "written"),
    [
        ("bigquery", "UNIX_SECONDS(b) - UNIX_SECONDS(a)"),
        ("databricks", "UNIX_TIMESTAMP(b) - UNIX_TIMESTAMP(a)"),
        ("postgres", "EXTRACT(EPOCH FROM b) - EXTRACT(EPOCH FROM a)"),
    ],
)
def test_seconds_between_instants_have_a_form_everywhere(warehouse: str, written: str) -> None:
    """BigQuery and Databricks know no EPOCH, and sqlglot does not say so."""
    sql = "SELECT (EXTRACT(EPOCH FROM b) - EXTRACT(EPOCH FROM a)) / 3600.0 AS hours FROM s.t"
    assert written in " ".join(carried(sql, warehouse).split())
