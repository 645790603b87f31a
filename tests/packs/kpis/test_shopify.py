"""Shopify: every KPI equals a plain calculation over the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date
from decimal import Decimal
from typing import Any

import pytest

from tests.packs.kpis.board import Board, board

Row = dict[str, Any]
SINCE, UNTIL = "2025-03-10", "2025-09-20"


@pytest.fixture(scope="module")
def shop() -> Board:
    """The pack on awkward rows."""
    return board("shopify")


def table(shop: Board, name: str) -> list[Row]:
    """All rows of one table."""
    return list(shop.rows[name])


def money(value: float | Decimal | None) -> Decimal:
    """An amount as Decimal; nothing is nothing."""
    return Decimal(0) if value is None else Decimal(str(value))


def placed(order: Row) -> date | None:
    """The day of an order: when it was processed, otherwise when it was made."""
    moment = order["processed_at"] or order["created_at"]
    return moment.astimezone(UTC).date() if moment else None


def within(day: date | None, since: str | None, until: str | None) -> bool:
    """Whether a day lies in a period; a row without a day lies in none but the open one."""
    if since is None and until is None:
        return True
    return (
        day is not None and (since is None or day.isoformat() >= since) and (until is None or day.isoformat() <= until)
    )


def currency_of(order: Row) -> str:
    """The shop's currency on an order."""
    return (order["currency_code"] or "").strip().upper() or "Unknown"


def real(shop: Board) -> dict[int, Row]:
    """Orders that are neither deleted nor tests, by id."""
    return {row["id"]: row for row in table(shop, "order") if not row["_fivetran_deleted"] and not row["test"]}


def main_currency(shop: Board) -> str:
    """The currency of most real orders."""
    counts = Counter(currency_of(row) for row in real(shop).values())
    return min(counts, key=lambda name: (-counts[name], name))


def figures(shop: Board, currency: str, since: str | None = None, until: str | None = None) -> dict[str, Decimal]:
    """Gross sales, discounts, returns and orders, added up one row at a time."""
    orders = {key: row for key, row in real(shop).items() if currency_of(row) == currency}
    goods = {row["id"]: row for row in table(shop, "order_line")}
    cards = {key for key, row in goods.items() if row["is_gift_card"]}
    dated = {key for key, row in orders.items() if within(placed(row), since, until)}
    counted = {key for key, row in goods.items() if key not in cards and row["order_id"] in dated}
    total: dict[str, Decimal] = defaultdict(Decimal, orders=Decimal(len(dated)))
    for key in counted:
        total["gross"] += money(goods[key]["original_total_set_shop_amount"])
    for share in table(shop, "discount_allocation"):
        if share["order_line_id"] in counted:
            total["discount"] += money(share["allocated_amount_set_shop_amount"])
    refunds = {row["id"]: row for row in table(shop, "refund") if row["order_id"] in orders}
    for item in table(shop, "refund_line_item"):
        if item["refund_id"] not in refunds or item["order_line_id"] in cards:
            continue
        moment = refunds[item["refund_id"]]["created_at"]
        if within(moment.astimezone(UTC).date() if moment else None, since, until):
            total["returned"] += money(item["subtotal_set_shop_amount"])
    return total


def test_gross_sales(shop: Board) -> None:
    """Order lines before discounts, without gift cards, test orders and deleted orders."""
    expected = figures(shop, main_currency(shop))["gross"]
    assert float(shop.one("index", "headline")["gross_sales"]) == pytest.approx(float(expected), rel=1e-9)
    everything = sum(money(row["original_total_set_shop_amount"]) for row in table(shop, "order_line"))
    assert everything != expected, "the rows must hold some that do not count"


def test_discounts(shop: Board) -> None:
    """Discounts as allocated to the lines that count in gross sales."""
    expected = figures(shop, main_currency(shop))["discount"]
    assert float(shop.one("index", "headline")["discounts"]) == pytest.approx(float(expected), rel=1e-9)


def test_returns(shop: Board) -> None:
    """Goods given back on orders that count, whatever the money that was paid back."""
    expected = figures(shop, main_currency(shop))["returned"]
    assert float(shop.one("index", "headline")["returns"]) == pytest.approx(float(expected), rel=1e-9)


def test_net_sales(shop: Board) -> None:
    """Gross sales less discounts less returns."""
    sums = figures(shop, main_currency(shop))
    expected = sums["gross"] - sums["discount"] - sums["returned"]
    assert float(shop.one("index", "headline")["net_sales"]) == pytest.approx(float(expected), rel=1e-9)


def test_orders(shop: Board) -> None:
    """Every real order once, cancelled ones too, with or without lines."""
    row = shop.one("index", "headline")
    assert row["orders"] == figures(shop, main_currency(shop))["orders"]
    assert row["currency"] == main_currency(shop)
    cancelled = [order for order in real(shop).values() if order["cancelled_at"]]
    assert cancelled, "the rows must hold cancelled orders"


def test_average_order_value(shop: Board) -> None:
    """Sales after discounts for one order; returns do not change it."""
    sums = figures(shop, main_currency(shop))
    expected = float(sums["gross"] - sums["discount"]) / float(sums["orders"])
    assert float(shop.one("index", "headline")["average_order_value"]) == pytest.approx(expected, rel=1e-9)


def test_another_currency_is_chosen(shop: Board) -> None:
    """The control narrows to one currency; no amount of another is added."""
    other = next(name for name in ("USD", "Unknown") if name != main_currency(shop))
    row, sums = shop.one("index", "headline", currency=other), figures(shop, other)
    assert row["currency"] == other
    assert row["orders"] == sums["orders"] > 0
    assert float(row["gross_sales"]) == pytest.approx(float(sums["gross"]), rel=1e-9)


def test_a_period_dates_sales_by_order_and_returns_by_refund(shop: Board) -> None:
    """Both limits count, and a refund of an older order falls into the period of the refund."""
    row = shop.one("index", "headline", since=SINCE, until=UNTIL)
    sums = figures(shop, main_currency(shop), SINCE, UNTIL)
    assert row["orders"] == sums["orders"]
    assert float(row["gross_sales"]) == pytest.approx(float(sums["gross"]), rel=1e-9)
    assert float(row["discounts"]) == pytest.approx(float(sums["discount"]), rel=1e-9)
    assert float(row["returns"]) == pytest.approx(float(sums["returned"]), rel=1e-9)


def test_months_add_up(shop: Board) -> None:
    """Net sales of each month are those of the period from its first to its last day."""
    months = {row["month"]: row for row in shop.result("index", "monthly_sales")}
    assert list(months) == sorted(months)
    for month in (date(2024, 7, 1), date(2025, 5, 1), date(2025, 12, 1)):
        sums = figures(shop, main_currency(shop), month.isoformat(), month.replace(day=31).isoformat())
        expected = sums["gross"] - sums["discount"] - sums["returned"]
        assert float(months[month]["net_sales"]) == pytest.approx(float(expected), rel=1e-9)
        assert months[month]["orders"] == sums["orders"]


def test_repeat_customer_rate(shop: Board) -> None:
    """Of customers with an order, those with two; orders without a customer belong to nobody."""
    counts = Counter(row["customer_id"] for row in real(shop).values() if row["customer_id"] is not None)
    row = shop.one("customers", "headline")
    assert row["customers"] == len(counts)
    expected = sum(count > 1 for count in counts.values()) / len(counts)
    assert row["repeat_customer_rate"] == pytest.approx(expected, rel=1e-9)


def test_new_and_returning_customers(shop: Board) -> None:
    """A customer's earliest order is new, the later ones return, and one without a customer is neither."""
    seen: set[int] = set()
    expected: Counter[tuple[date, str]] = Counter()
    dated = [row for row in real(shop).values() if placed(row)]
    for row in sorted(dated, key=lambda item: (item["processed_at"] or item["created_at"], item["id"])):
        customer = row["customer_id"]
        kind = "No customer record" if customer is None else "Returning" if customer in seen else "New"
        seen.add(customer)
        expected[placed(row).replace(day=1), kind] += 1  # type: ignore[union-attr]
    found = {(row["month"], row["customer_kind"]): row["orders"] for row in shop.result("customers", "monthly_orders")}
    assert found == dict(expected)


def test_return_rate(shop: Board) -> None:
    """Returns of a period against its sales after discounts."""
    sums = figures(shop, main_currency(shop), SINCE, UNTIL)
    expected = float(sums["returned"]) / float(sums["gross"] - sums["discount"])
    found = shop.one("returns", "headline", since=SINCE, until=UNTIL)["return_rate"]
    assert float(found) == pytest.approx(expected, rel=1e-9)


def test_codes_cost_what_was_allocated(shop: Board) -> None:
    """A discount goes to the code of its own application on its own order, once."""
    code: dict[tuple[int, int], str] = {}
    for row in table(shop, "discount_application"):
        key, text = (row["order_id"], row["index"]), (row["code"] or "").strip().upper() or "No code"
        code[key] = min(code.get(key, text), text)
    orders = {key: row for key, row in real(shop).items() if currency_of(row) == main_currency(shop)}
    goods = {row["id"]: row for row in table(shop, "order_line")}
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for share in table(shop, "discount_allocation"):
        line = goods.get(share["order_line_id"])
        if line is None or line["is_gift_card"] or line["order_id"] not in orders:
            continue
        name = code.get((line["order_id"], share["discount_application_index"]), "No code")
        expected[name] += money(share["allocated_amount_set_shop_amount"])
    expected.pop("No code", None)
    found = {row["code"]: float(row["discounts"]) for row in shop.result("discounts", "top_codes")}
    assert found
    for name, amount in found.items():
        assert amount == pytest.approx(float(expected[name]), rel=1e-9)


def test_a_deleted_shop_is_not_shown(shop: Board) -> None:
    """A second row of the shop, marked as deleted, appears nowhere."""
    live = [row for row in table(shop, "shop") if not row["_fivetran_deleted"]]
    assert len(live) < len(table(shop, "shop")), "the rows must hold a deleted shop"
    assert len(shop.result("index", "shops")) == len(live)
