"""Facebook Ads: every KPI equals a plain calculation over the rows."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.packs.kpis.board import Board, board

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

Row = dict[str, Any]
CURRENCIES = ["USD", "EUR", "UNKNOWN"]


@pytest.fixture(scope="module")
def ads() -> Board:
    """The pack on its awkward rows."""
    return board("facebook_ads")


def newest(rows: list[Row], version: str = "updated_time") -> dict[str, Row]:
    """The latest version of each id, by the id as text."""
    return {str(row["id"]): row for row in sorted(rows, key=lambda row: row[version])}


def total(rows: Iterable[Row], column: str) -> Decimal:
    """An exact sum in which a missing number counts as nothing; floats as they print."""
    return sum((Decimal(str(row[column])) for row in rows if row[column] is not None), Decimal(0))


def ratio(part: Decimal, whole: Decimal) -> float | None:
    """A quotient, or nothing where there is no base."""
    return float(part) / float(whole) if whole else None


def close(value: float | None) -> object:
    """Equal to nine digits, or both missing."""
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)


def currency_of(ads: Board, account: object) -> str:
    """The currency that an account has now."""
    found = newest(ads.rows["account_history"], "_fivetran_synced").get(str(account))
    return found["currency"] if found else "UNKNOWN"


def in_currency(ads: Board, table: str, currency: str) -> list[Row]:
    """The rows of a table whose account has the currency now; actions belong to the account of their ad."""
    rows = ads.rows[table]
    if "account_id" in rows[0]:
        return [row for row in rows if currency_of(ads, row["account_id"]) == currency]
    owners = {ad: row["account_id"] for ad, row in newest(ads.rows["ad_history"]).items()}
    return [row for row in rows if currency_of(ads, owners.get(str(row["ad_id"]))) == currency]


def last_day(ads: Board, currency: str) -> date:
    """The newest day with a row of an ad."""
    days: list[date] = [row["date"] for row in in_currency(ads, "basic_ad", currency) if row["date"]]
    return max(days)


def recent(ads: Board, currency: str, skip: int = 0, table: str = "basic_ad") -> list[Row]:
    """Rows of 30 days in a row, the last of which is `skip` days before the newest day of the ads."""
    last = last_day(ads, currency) - timedelta(days=skip)
    rows = in_currency(ads, table, currency)
    return [row for row in rows if row["date"] and last - timedelta(days=30) < row["date"] <= last]


@pytest.mark.parametrize("currency", CURRENCIES)
def test_spend_and_counts_of_thirty_days(ads: Board, currency: str) -> None:
    """Spend, impressions and link clicks are sums over ads in one currency."""
    headline = ads.one("index", "headline", currency=currency)
    rows, before = recent(ads, currency), recent(ads, currency, 30)

    assert headline["currency"] == currency
    assert headline["spend"] == total(rows, "spend")
    assert headline["impressions"] == total(rows, "impressions")
    assert headline["link_clicks"] == total(rows, "inline_link_clicks")
    assert headline["impressions_before"] == total(before, "impressions")
    assert headline["link_clicks_before"] == total(before, "inline_link_clicks")


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize(("column", "skip"), [("", 0), ("_before", 30)])
def test_rates_divide_sums(ads: Board, currency: str, column: str, skip: int) -> None:
    """Link clicks are per hundred impressions, cost is per thousand; neither is a mean of ratios."""
    headline = ads.one("index", "headline", currency=currency)
    rows = recent(ads, currency, skip)
    seen = total(rows, "impressions")

    assert headline[f"clicks_per_hundred{column}"] == close(ratio(100 * total(rows, "inline_link_clicks"), seen))
    assert headline[f"cost_per_thousand{column}"] == close(ratio(1000 * total(rows, "spend"), seen))


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize(("column", "skip"), [("", 0), ("_before", 30)])
def test_daily_frequency_needs_both_numbers(ads: Board, currency: str, column: str, skip: int) -> None:
    """A row without reach or impressions changes neither side of the quotient."""
    rows = [row for row in recent(ads, currency, skip) if (row["reach"] or 0) > 0 and row["impressions"] is not None]

    headline = ads.one("index", "headline", currency=currency)

    assert headline[f"daily_frequency{column}"] == close(ratio(total(rows, "impressions"), total(rows, "reach")))


def test_without_a_choice_the_currency_with_most_impressions_is_shown(ads: Board) -> None:
    """An unset currency never means that currencies are added up."""
    most = max(CURRENCIES, key=lambda name: total(in_currency(ads, "basic_ad", name), "impressions"))

    assert ads.one("index", "headline") == ads.one("index", "headline", currency=most)
    assert [row["currency"] for row in ads.result("index", "currencies")] == sorted(CURRENCIES)


def test_accounts_do_not_leak_into_each_other(ads: Board) -> None:
    """The spends of the accounts in one currency add up to that of all of them."""
    offered = [row["account_label"] for row in ads.result("index", "accounts")]
    parts = [row for name in offered for row in ads.result("index", "monthly", currency="USD", account=name)]

    whole = sum(row["spend"] or 0 for row in ads.result("index", "monthly", currency="USD"))
    assert sum(row["spend"] or 0 for row in parts) == whole


def test_monthly_spend(ads: Board) -> None:
    """Months are those of the account's own days."""
    months: dict[date, list[Row]] = defaultdict(list)
    for row in in_currency(ads, "basic_ad", "EUR"):
        if row["date"]:
            months[row["date"].replace(day=1)].append(row)

    result = ads.result("index", "monthly", currency="EUR")

    assert [row["month"] for row in result] == sorted(months)
    assert [row["spend"] for row in result] == [total(months[month], "spend") for month in sorted(months)]


def test_campaigns_have_their_newest_name_and_lose_no_spend(ads: Board) -> None:
    """An ad's newest version names its campaign; what is not in the histories is kept as unknown."""
    owners = {ad: row["campaign_id"] for ad, row in newest(ads.rows["ad_history"]).items()}
    names = newest(ads.rows["campaign_history"])
    spends: dict[str, list[Row]] = defaultdict(list)
    for row in in_currency(ads, "basic_ad", "USD"):
        campaign = owners.get(str(row["ad_id"]))
        spends["Unknown" if campaign is None else str(campaign)].append(row)

    result = ads.result("campaigns", "campaigns", currency="USD")

    assert len(result) == min(25, len(spends))
    for row in result:
        assert row["spend"] == total(spends[row["campaign_id"]], "spend")
        known = names.get(row["campaign_id"], {}).get("name") or ""
        if known.strip():
            assert row["campaign"] == known.strip()


def test_ads_show_their_best_day_and_not_a_sum_of_reach(ads: Board) -> None:
    """Reach of several days is never added; the first chosen day counts."""
    best: dict[str, int] = {}
    for row in in_currency(ads, "basic_ad", "USD"):
        if row["date"] and row["date"].isoformat() >= "2025-03-01" and row["reach"] is not None:
            best[str(row["ad_id"])] = max(row["reach"], best.get(str(row["ad_id"]), row["reach"]))

    result = ads.result("campaigns", "ads", currency="USD", since="2025-03-01")

    assert result
    for row in result:
        assert row["best_day_reach"] == best.get(str(row["ad_id"]))


def test_campaigns_by_month_and_goals_add_up_to_the_ads(ads: Board) -> None:
    """Campaigns past the fifth are kept as other, ad sets without a goal as unknown."""
    everything = in_currency(ads, "basic_ad", "USD")
    dated = [row for row in everything if row["date"]]

    months = ads.result("campaigns", "campaigns_monthly", currency="USD")
    goals = ads.result("campaigns", "goals", currency="USD")

    assert sum(row["spend"] or 0 for row in months) == total(dated, "spend")
    assert sum(row["spend"] or 0 for row in goals) == total(everything, "spend")


@pytest.mark.parametrize("currency", ["USD", "EUR"])
@pytest.mark.parametrize("action", ["purchase", "link_click"])
def test_cost_per_action_is_all_spend_over_one_type(ads: Board, currency: str, action: str) -> None:
    """Types of action are not added up, and all spend of the days counts."""
    rows = [row for row in recent(ads, currency, table="basic_ad_actions") if row["action_type"] == action]

    headline = ads.one("actions", "headline", currency=currency, action=action)

    assert headline["actions"] == total(rows, "value")
    assert headline["cost_per_action"] == close(ratio(total(recent(ads, currency), "spend"), total(rows, "value")))


@pytest.mark.parametrize("currency", ["USD", "EUR"])
@pytest.mark.parametrize("action", ["purchase", "add_to_cart"])
def test_return_is_the_value_of_one_type_over_all_spend(ads: Board, currency: str, action: str) -> None:
    """Values of several types are not added up."""
    rows = [row for row in recent(ads, currency, table="basic_ad_action_values") if row["action_type"] == action]

    headline = ads.one("returns", "headline", currency=currency, action=action)

    assert headline["worth"] == total(rows, "value")
    assert headline["return_per_unit"] == close(ratio(total(rows, "value"), total(recent(ads, currency), "spend")))


@pytest.mark.parametrize("board", ["actions", "returns"])
def test_without_a_choice_purchases_are_shown(ads: Board, board: str) -> None:
    """The type that is shown is the one most accounts ask for first."""
    assert ads.one(board, "headline", currency="USD") == ads.one(board, "headline", currency="USD", action="purchase")


def test_actions_by_campaign_repeat_no_spend(ads: Board) -> None:
    """Actions and spend are summed apart, so the campaigns' spend is that of the ads."""
    result = ads.result("actions", "campaigns", currency="USD", action="link_click")
    clicks = [r for r in recent(ads, "USD", table="basic_ad_actions") if r["action_type"] == "link_click"]

    assert sum(row["spend"] or 0 for row in result) == total(recent(ads, "USD"), "spend")
    assert sum(row["actions"] for row in result) == total(clicks, "value")


def test_countries_come_from_their_own_report(ads: Board) -> None:
    """Each country has the spend of its rows, and months lose none of it."""
    countries: dict[str, list[Row]] = defaultdict(list)
    rows = in_currency(ads, "demographics_country", "USD")
    for row in rows:
        countries[row["country"] or "UNKNOWN"].append(row)

    result = ads.result("countries", "countries", currency="USD")
    months = ads.result("countries", "countries_monthly", currency="USD")

    assert {row["country"]: row["spend"] for row in result} == {
        name: total(found, "spend") for name, found in countries.items()
    }
    dated = [row for row in rows if row["date"]]
    assert sum(row["spend"] or 0 for row in months) == total(dated, "spend")
