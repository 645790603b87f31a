"""Stripe: every KPI equals a plain calculation over the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.packs.kpis.board import Board, board

Row = dict[str, Any]

# ISO 4217 minor digits as Stripe's API uses them; ISK and UGX are sent with two.
WHOLE = {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
THOUSANDTHS = {"BHD", "JOD", "KWD", "OMR", "TND"}
UNCOUNTED_REFUNDS = {"failed", "canceled", "requires_action"}
INQUIRIES = {"warning_needs_response", "warning_under_review", "warning_closed", "prevented"}


@pytest.fixture(scope="module")
def stripe() -> Board:
    """Awkward rows of the Stripe pack."""
    return board("stripe")


def rows_of(stripe: Board, table: str) -> list[Row]:
    """A table's rows, with values of any type."""
    return [dict(row) for row in stripe.rows[table]]


def code(row: Row) -> str:
    """The row's currency in capitals; Unknown without one."""
    return (row["currency"] or "").strip().upper() or "Unknown"


def money(row: Row, field: str) -> Decimal:
    """An amount in the main unit of the row's currency; 0 where there is none."""
    places = 0 if code(row) in WHOLE else 3 if code(row) in THOUSANDTHS else 2
    return Decimal(row[field] or 0).scaleb(-places)


def day(moment: datetime | None) -> date | None:
    """The day in UTC."""
    return moment.astimezone(UTC).date() if moment else None


def live(rows: list[Row]) -> list[Row]:
    """Rows that are not known to be in test mode."""
    return [row for row in rows if row["livemode"] is not False]


def kept_refunds(stripe: Board) -> list[Row]:
    """Refunds that took or take money, of charges that are not in test mode."""
    trials = {row["id"] for row in rows_of(stripe, "charge") if row["livemode"] is False}
    return [
        row
        for row in rows_of(stripe, "refund")
        if row["status"] not in UNCOUNTED_REFUNDS and row["charge_id"] not in trials
    ]


def paid(row: Row) -> bool:
    """Whether the charge brought money in."""
    return row["status"] == "succeeded" and row["captured"] is not False


def newest(*groups: list[Row]) -> date:
    """The newest day of creation among the rows."""
    return max(made for rows in groups for row in rows if (made := day(row["created"])))


def within(row: Row, last: date, days: int, skipped: int = 0) -> bool:
    """Whether the row was created in the `days` days that end `skipped` days before `last`."""
    created = day(row["created"])
    end = last - timedelta(days=skipped)
    return created is not None and end - timedelta(days=days) < created <= end


@pytest.mark.parametrize("currency", ["USD", "EUR", "JPY", "KWD", "Unknown"])
def test_volume_of_the_last_thirty_days(stripe: Board, currency: str) -> None:
    """Gross, refunded and net volume cover thirty days up to the newest charge or refund, in one currency's unit."""
    charges, refunds = live(rows_of(stripe, "charge")), kept_refunds(stripe)
    last = newest(charges, refunds)
    gross = sum(money(r, "amount") for r in charges if paid(r) and code(r) == currency and within(r, last, 30))
    back = sum(money(r, "amount") for r in refunds if code(r) == currency and within(r, last, 30))
    found = stripe.one("index", "headline", currency=currency)
    assert found["currency"] == currency
    assert float(found["gross_volume"]) == pytest.approx(float(gross), rel=1e-9)
    assert float(found["refunded"]) == pytest.approx(float(back), rel=1e-9)
    assert float(found["net_volume"]) == pytest.approx(float(gross - back), rel=1e-9)


def test_volume_of_the_thirty_days_before(stripe: Board) -> None:
    """The comparison covers days 31 to 60, counted back from the same last day."""
    charges, refunds = live(rows_of(stripe, "charge")), kept_refunds(stripe)
    last = newest(charges, refunds)
    gross = sum(money(r, "amount") for r in charges if paid(r) and code(r) == "USD" and within(r, last, 30, 30))
    back = sum(money(r, "amount") for r in refunds if code(r) == "USD" and within(r, last, 30, 30))
    found = stripe.one("index", "headline", currency="USD")
    assert float(found["refunded_before"]) == pytest.approx(float(back), rel=1e-9)
    assert float(found["net_before"]) == pytest.approx(float(gross - back), rel=1e-9)


@pytest.mark.parametrize(("column", "skipped"), [("failure_rate", 0), ("failure_rate_before", 30)])
def test_failure_rate(stripe: Board, column: str, skipped: int) -> None:
    """Failed charges are a share of the decided ones: pending charges are in neither number."""
    charges = live(rows_of(stripe, "charge"))
    last = newest(charges, kept_refunds(stripe))
    counts = Counter(r["status"] for r in charges if code(r) == "USD" and within(r, last, 30, skipped))
    expected = counts["failed"] / (counts["failed"] + counts["succeeded"])
    assert float(stripe.one("index", "headline", currency="USD")[column]) == pytest.approx(expected)


def test_the_most_used_currency_is_shown_without_a_choice(stripe: Board) -> None:
    """A board without a chosen currency shows the one with most live charges, and nothing of the others."""
    most = Counter(code(r) for r in live(rows_of(stripe, "charge"))).most_common(1)[0][0]
    assert stripe.one("index", "headline") == stripe.one("index", "headline", currency=most)


def test_a_currency_nobody_uses_gives_zero(stripe: Board) -> None:
    """A choice without rows gives sums of 0 and no rate, in one row."""
    found = stripe.one("index", "headline", currency="ZWL")
    assert (found["gross_volume"], found["net_volume"], found["failure_rate"]) == (0, 0, None)


def test_monthly_volume_since_a_day(stripe: Board) -> None:
    """Months add up the charges and refunds from the chosen day on, each in its own month."""
    since = date(2024, 3, 10)
    gross: dict[date, Decimal] = defaultdict(Decimal)
    back: dict[date, Decimal] = defaultdict(Decimal)
    for rows, totals in (
        ([r for r in live(rows_of(stripe, "charge")) if paid(r)], gross),
        (kept_refunds(stripe), back),
    ):
        for row in rows:
            made = day(row["created"])
            if made and made >= since and code(row) == "USD":
                totals[made.replace(day=1)] += money(row, "amount")
    found = stripe.result("index", "monthly_volume", currency="USD", since=since.isoformat())
    assert [row["month"] for row in found] == sorted(gross)
    for row in found:
        assert float(row["gross_volume"]) == pytest.approx(float(gross[row["month"]]), rel=1e-9)
        assert float(row["refunded"]) == pytest.approx(float(back[row["month"]]), rel=1e-9)


def test_every_currency_has_its_own_row(stripe: Board) -> None:
    """The list by currency is in each currency's main unit: yen are not divided, dinars have three decimals."""
    gross: dict[str, Decimal] = defaultdict(Decimal)
    back: dict[str, Decimal] = defaultdict(Decimal)
    for row in live(rows_of(stripe, "charge")):
        if paid(row) and row["created"]:
            gross[code(row)] += money(row, "amount")
    for row in kept_refunds(stripe):
        if row["created"]:
            back[code(row)] += money(row, "amount")
    found = stripe.result("index", "by_currency")
    assert {"USD", "JPY", "KWD", "Unknown"} <= {row["currency"] for row in found}
    for row in found:
        assert float(row["gross_volume"]) == pytest.approx(float(gross[row["currency"]]), rel=1e-9)
        assert float(row["refunded"]) == pytest.approx(float(back[row["currency"]]), rel=1e-9)


def test_dispute_rate(stripe: Board) -> None:
    """Ninety days of disputes, without inquiries, are compared with the successful charges of those days."""
    charges = [r for r in live(rows_of(stripe, "charge")) if paid(r)]
    disputes = [r for r in live(rows_of(stripe, "dispute")) if r["status"] not in INQUIRIES]
    last = newest(charges, disputes)
    some = sum(code(r) == "USD" and within(r, last, 90) for r in disputes)
    every = sum(code(r) == "USD" and within(r, last, 90) for r in charges)
    found = stripe.one("disputes", "dispute_headline", currency="USD")
    assert some > 0
    assert float(found["dispute_rate"]) == pytest.approx(some / every)
    assert found["disputes"] == some


def test_refunds_by_reason_keep_the_total(stripe: Board) -> None:
    """Refunds without a reason are part of the trend, so that its bars add up to all refunds."""
    total = sum(money(r, "amount") for r in kept_refunds(stripe) if code(r) == "USD" and r["created"])
    found = stripe.result("disputes", "monthly_refunds", currency="USD")
    assert float(sum(row["refunded"] for row in found)) == pytest.approx(float(total), rel=1e-9)
    assert "not given" in {row["reason"] for row in found}


def open_invoices(stripe: Board) -> tuple[list[Row], date]:
    """Open invoices in dollars, and the newest day with an invoice of any kind."""
    rows = [r for r in live(rows_of(stripe, "invoice")) if r["is_deleted"] is not True]
    return [r for r in rows if r["status"] == "open" and code(r) == "USD"], newest(rows)


def test_overdue_amount(stripe: Board) -> None:
    """Open invoices count as overdue from the day after their due date; those without one never do."""
    rows, last = open_invoices(stripe)
    late = [r for r in rows if (due := day(r["due_date"])) and due < last]
    expected = sum(money(r, "amount_remaining") for r in late)
    assert late
    found = stripe.one("invoices", "invoice_headline", currency="USD")["overdue_amount"]
    assert float(found) == pytest.approx(float(expected), rel=1e-9)


def test_open_invoices_by_age(stripe: Board) -> None:
    """Each open invoice is in one bucket, by days past its due date."""
    rows, last = open_invoices(stripe)
    expected: Counter[str] = Counter()
    for row in rows:
        due = day(row["due_date"])
        late = (last - due).days if due else None
        expected[
            "no due date"
            if late is None
            else "not due yet"
            if late <= 0
            else next((f"{n - 29} to {n} days late" for n in (30, 60, 90) if late <= n), "over 90 days late")
        ] += 1
    found = stripe.result("invoices", "ageing", currency="USD")
    assert {row["age"]: row["invoices"] for row in found} == expected


def running_amounts(stripe: Board) -> list[tuple[str, Row, Decimal]]:
    """Subscription, price and list price for one month, for each item of a running subscription."""
    months = {"month": Decimal(1), "year": Decimal(12), "week": Decimal(12) / 52, "day": Decimal(12) / 365}
    running = {
        r["id"]
        for r in live(rows_of(stripe, "subscription_history"))
        if r["_fivetran_active"] and r["status"] in {"active", "past_due"}
    }
    prices = {r["id"]: r for r in rows_of(stripe, "price") if r["recurring_usage_type"] != "metered"}
    found = []
    for item in rows_of(stripe, "subscription_item"):
        price = prices.get(item["plan_id"])
        if price is None or item["subscription_id"] not in running:
            continue
        length = months.get(price["recurring_interval"])
        units = 1 if item["quantity"] is None else item["quantity"]
        amount = Decimal(0)
        if length:
            amount = units * money(price, "unit_amount") / (length * (price["recurring_interval_count"] or 1))
        found.append((item["subscription_id"], price, amount))
    return found


@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_monthly_recurring_revenue(stripe: Board, currency: str) -> None:
    """List prices of running subscriptions are brought to one month, and minor units are divided once."""
    amounts = [amount for _, price, amount in running_amounts(stripe) if code(price) == currency]
    found = stripe.one("subscriptions", "recurring", currency=currency)
    assert sum(amounts) != 0
    assert found["currency"] == currency
    assert float(found["mrr"]) == pytest.approx(float(sum(amounts)), rel=1e-9)


@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_recurring_revenue_by_price(stripe: Board, currency: str) -> None:
    """Each price has its subscriptions once, and the months of its own interval."""
    expected: dict[str, float] = defaultdict(float)
    for _, price, amount in running_amounts(stripe):
        if code(price) == currency:
            expected[price["id"]] += float(amount)
    found = [row["monthly_amount"] for row in stripe.result("subscriptions", "by_price", currency=currency)]
    assert found == [pytest.approx(total, rel=1e-9) for total in sorted(expected.values(), reverse=True)]


def test_each_subscription_has_one_status(stripe: Board) -> None:
    """Of a subscription with several versions only the active one is counted."""
    current = [r for r in live(rows_of(stripe, "subscription_history")) if r["_fivetran_active"]]
    expected = Counter((r["status"] or "unknown").replace("_", " ") for r in current)
    found = {row["status"]: row["subscriptions"] for row in stripe.result("subscriptions", "by_status")}
    assert found == expected


def test_fee_rate(stripe: Board) -> None:
    """Fees of every transaction and fees billed on their own are compared with the amount charged."""
    rows = rows_of(stripe, "balance_transaction")
    last = newest(rows)
    recent = [r for r in rows if code(r) == "USD" and within(r, last, 30)]
    fees = sum((money(r, "fee") for r in recent), Decimal(0))
    fees -= sum(money(r, "amount") for r in recent if r["reporting_category"] in {"fee", "network_cost"})
    charged = sum(money(r, "amount") for r in recent if r["reporting_category"] == "charge")
    found = stripe.one("balance", "fee_headline", currency="USD")
    assert float(found["fee_rate"]) == pytest.approx(float(fees / charged), rel=1e-9)
    assert float(found["fees"]) == pytest.approx(float(fees), rel=1e-9)


def test_fees_by_month(stripe: Board) -> None:
    """What Stripe bills on its own raises the fees of its month by the amount it takes."""
    expected: dict[date, Decimal] = defaultdict(Decimal)
    for row in rows_of(stripe, "balance_transaction"):
        made = day(row["created"])
        if made and code(row) == "USD":
            own = row["reporting_category"] in {"fee", "network_cost"}
            expected[made.replace(day=1)] += money(row, "fee") - (money(row, "amount") if own else 0)
    found = {row["month"]: float(row["fees"]) for row in stripe.result("balance", "monthly_fees", currency="USD")}
    assert found == {month: pytest.approx(float(total), rel=1e-9) for month, total in expected.items()}


def test_balance_by_category_is_net_of_fees(stripe: Board) -> None:
    """The rows by category add up to what moved the balance: amounts less fees."""
    rows = rows_of(stripe, "balance_transaction")
    recent = [r for r in rows if code(r) == "USD" and within(r, newest(rows), 30)]
    expected = sum(money(r, "amount") - money(r, "fee") for r in recent)
    found = stripe.result("balance", "by_category", currency="USD")
    assert sum(row["transactions"] for row in found) == len(recent)
    assert float(sum(row["net"] for row in found)) == pytest.approx(float(expected), rel=1e-9)
