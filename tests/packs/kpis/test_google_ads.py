"""Google Ads: every KPI equals a plain calculation over the rows."""

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
MILLION = 1_000_000
CURRENCIES = ["USD", "EUR", "UNKNOWN"]


@pytest.fixture(scope="module")
def ads() -> Board:
    """The pack on its awkward rows."""
    return board("google_ads")


def newest(rows: list[Row], *key: str) -> dict[tuple[Any, ...], Row]:
    """The latest version of each key: later rows of the sorted history stand over earlier ones."""
    return {tuple(row[k] for k in key): row for row in sorted(rows, key=lambda row: row["updated_at"])}


def total(rows: Iterable[Row], column: str) -> Decimal:
    """A sum in which a missing number counts as nothing; exact, as its numbers are written."""
    return sum((Decimal(str(row[column])) for row in rows if row[column] is not None), Decimal(0))


def money(rows: Iterable[Row]) -> float:
    """Spend in the currency's main unit."""
    return float(total(rows, "cost_micros")) / MILLION


def ratio(part: float | Decimal, whole: float | Decimal) -> float | None:
    """A quotient, or nothing where there is no base."""
    return float(part) / float(whole) if whole else None


def close(value: float | None) -> object:
    """Equal to nine digits, or both missing."""
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)


def in_currency(ads: Board, table: str, currency: str) -> list[Row]:
    """The rows of a table whose account has the currency now."""
    accounts = {key[0]: row["currency_code"] for key, row in newest(ads.rows["account_history"], "id").items()}
    return [row for row in ads.rows[table] if accounts.get(row["customer_id"], "UNKNOWN") == currency]


def recent(ads: Board, currency: str, skip: int = 0) -> list[Row]:
    """Campaign rows of 30 days in a row, the last of which is `skip` days before the newest one."""
    rows = in_currency(ads, "campaign_stats", currency)
    last = max(row["date"] for row in rows) - timedelta(days=skip)
    return [row for row in rows if last - timedelta(days=30) < row["date"] <= last]


def by_name(history: list[Row], number: int, kind: str) -> str:
    """The name that the newest version has, or the kind and the id."""
    found = newest(history, "id").get((number,))
    return ((found and found["name"]) or "").strip() or f"{kind} {number}"


@pytest.mark.parametrize("currency", CURRENCIES)
def test_spend_is_the_cost_of_thirty_days_in_whole_units(ads: Board, currency: str) -> None:
    """Micros of campaigns become units; only accounts in the currency and the last 30 days count."""
    headline = ads.one("index", "headline", currency=currency)

    assert headline["spend"] == close(money(recent(ads, currency)))
    assert headline["currency"] == currency


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize(("column", "skip"), [("", 0), ("_before", 30)])
def test_counts_are_sums_at_campaign_level(ads: Board, currency: str, column: str, skip: int) -> None:
    """Impressions, clicks and conversions add up over campaigns alone, for the 30 days and those before."""
    headline = ads.one("index", "headline", currency=currency)
    rows = recent(ads, currency, skip)

    for name in ("impressions", "clicks", "conversions"):
        assert headline[f"{name}{column}"] == total(rows, name)


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize(("column", "skip"), [("", 0), ("_before", 30)])
def test_ratios_divide_sums(ads: Board, currency: str, column: str, skip: int) -> None:
    """The rate is per hundred impressions, costs are per click and per conversion; none is a mean of ratios."""
    headline = ads.one("index", "headline", currency=currency)
    rows = recent(ads, currency, skip)

    assert headline[f"clicks_per_hundred{column}"] == close(
        ratio(100 * total(rows, "clicks"), total(rows, "impressions"))
    )
    assert headline[f"cost_per_click{column}"] == close(ratio(money(rows), total(rows, "clicks")))
    assert headline[f"cost_per_conversion{column}"] == close(ratio(money(rows), total(rows, "conversions")))


def test_without_a_choice_the_currency_with_most_impressions_is_shown(ads: Board) -> None:
    """An unset currency never means that currencies are added up."""
    most = max(CURRENCIES, key=lambda name: total(in_currency(ads, "campaign_stats", name), "impressions"))

    assert ads.one("index", "headline") == ads.one("index", "headline", currency=most)


def test_every_currency_is_offered_once(ads: Board) -> None:
    """What can be chosen is what rows have, that of lost accounts included."""
    assert [row["currency"] for row in ads.result("index", "currencies")] == sorted(CURRENCIES)


def test_accounts_do_not_leak_into_each_other(ads: Board) -> None:
    """The spends of the accounts in one currency add up to that of all of them, month by month."""
    offered = [row["account_label"] for row in ads.result("index", "accounts")]
    months: dict[object, float] = defaultdict(float)
    for account in offered:
        for row in ads.result("index", "monthly", currency="USD", account=account):
            months[row["month"]] += float(row["spend"] or 0)

    whole = ads.result("index", "monthly", currency="USD")
    assert {row["month"]: close(float(row["spend"])) for row in whole} == dict(months)


def test_monthly_spend_and_conversions(ads: Board) -> None:
    """Months are those of the account's own days."""
    months: dict[date, list[Row]] = defaultdict(list)
    for row in in_currency(ads, "campaign_stats", "USD"):
        months[row["date"].replace(day=1)].append(row)

    result = ads.result("index", "monthly", currency="USD")

    assert [row["month"] for row in result] == sorted(months)
    for row in result:
        assert row["spend"] == close(money(months[row["month"]]))
        assert row["conversions"] == total(months[row["month"]], "conversions")


def test_campaigns_have_their_newest_name_and_lose_no_spend(ads: Board) -> None:
    """A history of versions repeats no row of the statistics, and a campaign without a history shows its id."""
    campaigns: dict[int, list[Row]] = defaultdict(list)
    for row in in_currency(ads, "campaign_stats", "USD"):
        campaigns[row["id"]].append(row)

    result = ads.result("campaigns", "campaigns", currency="USD")

    assert len(result) == min(25, len(campaigns))
    for row in result:
        number = int(row["campaign_id"])
        assert row["spend"] == close(money(campaigns[number]))
        assert row["campaign"] == by_name(ads.rows["campaign_history"], number, "Campaign")


def test_channels_by_month_add_up_to_the_months(ads: Board) -> None:
    """Channels past the fifth are kept as other."""
    months: dict[object, float] = defaultdict(float)
    for row in ads.result("campaigns", "channels_monthly", currency="EUR"):
        months[row["month"]] += float(row["spend"] or 0)

    whole = ads.result("index", "monthly", currency="EUR")
    assert {row["month"]: close(float(row["spend"] or 0)) for row in whole} == dict(months)


def test_first_day_counts(ads: Board) -> None:
    """The chosen first day is in, the day before it is out."""
    rows = [row for row in in_currency(ads, "campaign_stats", "USD") if row["date"].isoformat() >= "2025-06-15"]

    result = ads.result("campaigns", "channels", currency="USD", since="2025-06-15")

    assert sum(float(row["spend"] or 0) for row in result) == close(money(rows))
    assert any(row["date"].isoformat() == "2025-06-15" for row in rows)


def test_ad_groups_and_ads_stay_at_their_levels(ads: Board) -> None:
    """Each list adds up its own statistics, under the newest names."""
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in in_currency(ads, "ad_group_stats", "USD"):
        groups[row["id"]].append(row)
    for row in ads.result("ad_groups", "ad_groups", currency="USD"):
        if row["ad_group_id"] is not None:
            number = int(row["ad_group_id"])
            assert row["spend"] == close(money(groups[number]))
            assert row["ad_group"] == by_name(ads.rows["ad_group_history"], number, "Ad group")

    types = ads.result("ad_groups", "ad_types", currency="USD")
    assert sum(float(row["spend"] or 0) for row in types) == close(money(in_currency(ads, "ad_stats", "USD")))


def test_keywords_count_once_in_each_ad_group(ads: Board) -> None:
    """The same keyword in two ad groups is two rows; match types lose nothing of the keyword level."""
    keywords: dict[tuple[str, str], list[Row]] = defaultdict(list)
    rows = in_currency(ads, "keyword_stats", "USD")
    for row in rows:
        keywords[str(row["ad_group_criterion_criterion_id"]), str(row["ad_group_id"])].append(row)
    texts = newest(ads.rows["ad_group_criterion_history"], "id", "ad_group_id")

    for row in ads.result("keywords", "keywords", currency="USD"):
        key = (str(row["criterion_id"]), str(row["ad_group_id"]))
        assert row["spend"] == close(money(keywords[key]))
        known = texts.get((int(key[0]), int(key[1]))) if "None" not in key else None
        if known and known["keyword_text"]:
            assert row["keyword"] == known["keyword_text"]

    types = ads.result("keywords", "match_types", currency="USD")
    assert sum(float(row["spend"] or 0) for row in types) == close(money(rows))


@pytest.mark.parametrize("since", [None, "2025-10-01"])
def test_share_of_spend_on_terms_without_a_conversion(ads: Board, since: str | None) -> None:
    """A term is without a conversion when all its rows together have none."""
    terms: dict[str, list[Row]] = defaultdict(list)
    for row in in_currency(ads, "search_term_keyword_stats", "USD"):
        if since is None or (row["date"] is not None and row["date"].isoformat() >= since):
            terms[(row["search_term"] or "").strip().lower() or "unknown"].append(row)
    idle = [row for rows in terms.values() if total(rows, "conversions") == 0 for row in rows]
    everything = [row for rows in terms.values() for row in rows]

    headline = ads.one("search_terms", "headline", currency="USD", since=since)

    assert headline["share_without_conversion"] == close(ratio(100 * money(idle), money(everything)))
    assert headline["spend_without_conversion"] == close(money(idle))


def test_best_search_terms_have_the_most_conversions(ads: Board) -> None:
    """The list begins with the most conversions, and every row of it has some."""
    result = ads.result("search_terms", "best", currency="USD")

    conversions = [row["conversions"] for row in result]
    assert conversions == sorted(conversions, reverse=True)
    assert min(conversions) > 0
