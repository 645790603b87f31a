"""LinkedIn Ads: every KPI equals a plain calculation over the rows."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.packs.kpis.board import Board, board

Row = dict[str, Any]
OLDEST = datetime(1, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def linkedin() -> Board:
    """Awkward rows of the LinkedIn Ads pack."""
    return board("linkedin_ads")


def results(linkedin: Board, table: str = "ad_analytics_by_campaign") -> list[Row]:
    """A table of results, each row with the day that it stands for."""
    return [{**row, "on": row["day"].astimezone(UTC).date()} for row in linkedin.rows[table]]  # type: ignore[union-attr]


def newest(linkedin: Board, table: str, moment: str = "last_modified_time") -> dict[Any, Row]:
    """The newest version of each id; versions without a time are the oldest."""
    found: dict[Any, Row] = {}
    for row in linkedin.rows[table]:
        before = found.get(row["id"])
        if before is None or (row[moment] or OLDEST) > (before[moment] or OLDEST):  # type: ignore[operator]
            found[row["id"]] = row
    return found


def named(text: object) -> str:
    """A text without blanks around it; Unknown where nothing is left."""
    return str(text or "").strip() or "Unknown"


def spoken(text: object) -> str:
    """LEAD_GENERATION as Lead generation."""
    name = named(text)
    return name if name == "Unknown" else name[0].upper() + name[1:].replace("_", " ").lower()


def accounts(linkedin: Board) -> dict[Any, str]:
    """The account of each campaign, as the board names it."""
    labels = {id_: f"{named(row['name'])} ({id_})" for id_, row in newest(linkedin, "account_history").items()}
    campaigns = newest(linkedin, "campaign_history").items()
    return {id_: labels.get(row["account_id"], "Unknown") for id_, row in campaigns}


def total(rows: list[Row], field: str) -> Any:
    """The sum of a column; what is missing is nothing."""
    return sum((row[field] or 0 for row in rows), Decimal(0) if field.startswith("cost") else 0)


def last_days(rows: list[Row], number: int = 30) -> list[Row]:
    """The rows of the newest days there are."""
    end = max(row["on"] for row in rows)
    return [row for row in rows if row["on"] > end - timedelta(days=number)]


def ratio(upper: Any, lower: Any) -> float | None:
    """A division, None without a base."""
    return float(upper) / float(lower) if lower else None


COUNTS = {
    "spend_usd": "cost_in_usd",
    "impressions": "impressions",
    "clicks": "clicks",
    "conversions": "external_website_conversions",
    "leads": "one_click_leads",
}


@pytest.mark.parametrize("kpi", COUNTS)
def test_amounts_cover_the_last_thirty_days(linkedin: Board, kpi: str) -> None:
    """Spend, impressions, clicks, conversions and leads are plain sums, and a missing value adds nothing."""
    expected = total(last_days(results(linkedin)), COUNTS[kpi])
    assert expected != 0
    assert linkedin.one("index", "headline")[kpi] == expected


@pytest.mark.parametrize("kpi", COUNTS)
def test_changes_compare_with_the_thirty_days_before(linkedin: Board, kpi: str) -> None:
    """The line below a figure compares the same number of days."""
    rows = results(linkedin)
    now = total(last_days(rows), COUNTS[kpi])
    before = total(last_days(rows, 60), COUNTS[kpi]) - now
    shown = linkedin.one("index", "headline")["spend_change" if kpi == "spend_usd" else f"{kpi}_change"]
    assert shown == pytest.approx(float((now - before) / before), rel=1e-9)


def test_rates_divide_sums(linkedin: Board) -> None:
    """Click-through rate and cost per click divide totals; they are not means of daily rates."""
    rows = last_days(results(linkedin))
    shown = linkedin.one("index", "headline")
    clicks = total(rows, "clicks")
    assert shown["click_through_rate"] == pytest.approx(100 * clicks / total(rows, "impressions"), rel=1e-9)
    assert shown["cost_per_click_usd"] == pytest.approx(ratio(total(rows, "cost_in_usd"), clicks), rel=1e-9)


def test_one_account_leaves_the_others_out(linkedin: Board) -> None:
    """A chosen account holds the campaigns that belong to it now; together the accounts make the whole."""
    places = accounts(linkedin)
    rows = last_days(results(linkedin))
    labels = {places.get(row["campaign_id"], "Unknown") for row in rows}
    assert len(labels) > 1
    for label in labels:
        mine = [row for row in rows if places.get(row["campaign_id"], "Unknown") == label]
        assert linkedin.one("index", "headline", account=label)["clicks"] == total(mine, "clicks")


def test_an_account_without_results_shows_zero_and_no_rates(linkedin: Board) -> None:
    """Nothing is nothing: 0 for amounts, empty for rates."""
    shown = linkedin.one("index", "headline", account="Nobody (0)")
    assert (shown["spend_usd"], shown["clicks"], shown["leads"]) == (0, 0, 0)
    assert shown["click_through_rate"] is None
    assert shown["cost_per_click_usd"] is None
    assert linkedin.one("campaigns", "totals", account="Nobody (0)") == {"cost_per_result_usd": None, "results": 0}


def test_months_keep_every_campaign(linkedin: Board) -> None:
    """Spend whose campaign is not in the history is not lost, and versions of a campaign do not repeat it."""
    months: defaultdict[date, Decimal] = defaultdict(Decimal)
    for row in results(linkedin):
        months[row["on"].replace(day=1)] += row["cost_in_usd"] or Decimal(0)
    shown = {row["month"]: row["spend_usd"] for row in linkedin.result("index", "monthly_spend")}
    assert shown == dict(months)


def test_currencies_are_not_added_up(linkedin: Board) -> None:
    """Local amounts stand beside the one currency of their account; without an account there are none."""
    places = accounts(linkedin)
    currencies = {
        f"{named(row['name'])} ({id_})": named(row["currency"])
        for id_, row in newest(linkedin, "account_history").items()
    }
    rows = last_days(results(linkedin))
    shown = linkedin.result("index", "account_spend")
    assert len(shown) == len({row["account"] for row in shown})
    for line in shown:
        mine = [row for row in rows if places.get(row["campaign_id"], "Unknown") == line["account"]]
        assert line["spend_usd"] == total(mine, "cost_in_usd")
        assert line["currency"] == currencies.get(line["account"], "Unknown")
        known = line["account"] != "Unknown"
        assert line["spend_local"] == (total(mine, "cost_in_local_currency") if known else None)


@pytest.mark.parametrize(
    "chosen", [{}, {"since": "2025-03-01", "until": "2025-03-31"}, {"objective": "Lead generation"}]
)
def test_cost_per_result(linkedin: Board, chosen: dict[str, str]) -> None:
    """All spend of the chosen days and objective over conversions plus leads; both ends of the period count."""
    campaigns = newest(linkedin, "campaign_history")
    rows = results(linkedin)
    if "since" in chosen:
        rows = [row for row in rows if chosen["since"] <= row["on"].isoformat() <= chosen["until"]]
    if "objective" in chosen:
        aims = {id_: spoken(row["objective_type"]) for id_, row in campaigns.items()}
        rows = [row for row in rows if aims.get(row["campaign_id"], "Unknown") == chosen["objective"]]
    found = total(rows, "external_website_conversions") + total(rows, "one_click_leads")
    shown = linkedin.one("campaigns", "totals", **chosen)
    assert found > 0
    assert shown["results"] == found
    assert shown["cost_per_result_usd"] == pytest.approx(ratio(total(rows, "cost_in_usd"), found), rel=1e-9)


def test_objectives_add_up_with_other(linkedin: Board) -> None:
    """Five objectives have their own colour at most, and nothing is lost to the limit."""
    shown = linkedin.result("campaigns", "objective_months")
    assert len({row["objective"] for row in shown} - {"Other"}) <= 5
    assert sum(row["spend_usd"] for row in shown) == total(results(linkedin), "cost_in_usd")


def test_creatives_take_the_newest_version(linkedin: Board) -> None:
    """A creative shows its newest intended status, and a version from before January 2023 never wins over it."""
    versions = newest(linkedin, "creative_history", "last_modified_at")
    shown = {row["creative_id"]: row for row in linkedin.result("creatives", "creative_table")}
    known = [id_ for id_, row in versions.items() if str(id_) in shown and row["last_modified_at"] is not None]
    assert known
    for id_ in known:
        assert shown[str(id_)]["status"] == spoken(versions[id_]["intended_status"])


def test_landing_pages_without_their_parameters(linkedin: Board) -> None:
    """Clicks by page: text ads first, then spotlight ads, then the old column; the query of an address is cut off."""
    pages = {}
    for id_, row in newest(linkedin, "creative_history", "last_modified_at").items():
        address = next(
            (str(row[c]).strip() for c in ("text_ad_landing_page", "spotlight_landing_page", "click_uri") if row[c]), ""
        )
        pages[id_] = named(address.removeprefix("https://").removeprefix("http://").split("?")[0])
    clicks: defaultdict[str, Any] = defaultdict(int)
    for row in linkedin.rows["ad_analytics_by_creative"]:
        clicks[pages.get(row["creative_id"], "Unknown")] += row["clicks"] or 0
    shown = {row["page"]: row["clicks"] for row in linkedin.result("landing_pages", "pages")}
    assert shown == dict(clicks)


def test_countries_by_name(linkedin: Board) -> None:
    """Spend by country adds to the table's own total, and months written without a leading zero are read."""
    names = {row["id"]: named(row["value"]) for row in linkedin.rows["geo"]}
    spend: defaultdict[str, Decimal] = defaultdict(Decimal)
    rows = linkedin.rows["monthly_ad_analytics_by_member_country"]
    for row in rows:
        spend[names.get(row["member_country"], "Unknown")] += row["cost_in_usd"] or Decimal(0)  # type: ignore[operator]
    shown = {row["country"]: row["spend_usd"] for row in linkedin.result("places", "countries")}
    assert shown == dict(spend)
    months = {row["month"] for row in linkedin.result("places", "country_months")}
    written = {str(row["month"]) for row in rows}
    assert months == {date(int(text[:4]), int(text[5:]), 1) for text in written}
