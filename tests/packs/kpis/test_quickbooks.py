"""QuickBooks: every KPI equals a plain calculation over the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from tests.packs.kpis.board import Board, board

Row = dict[str, Any]
SPENDING = {"Expense", "Other Expense", "Cost of Goods Sold"}


@pytest.fixture(scope="module")
def books() -> Board:
    """Awkward rows of the QuickBooks pack."""
    return board("quickbooks")


def rows_of(books: Board, table: str) -> list[Row]:
    """A table's rows, with values of any type, without the deleted ones."""
    return [dict(row) for row in books.rows[table] if row.get("_fivetran_deleted") is not True]


def home(row: Row, field: str) -> float:
    """An amount in the home currency: times the transaction's own rate; 0 where there is none."""
    return float(row[field] or 0) * (row["exchange_rate"] or 1)


def last_day(books: Board, first: str, second: str) -> date:
    """The newest date of two kinds of transactions that is not after the newest sync of the first."""
    synced = max(row["_fivetran_synced"].astimezone(UTC).date() for row in rows_of(books, first))
    dates: list[date | None] = [row["transaction_date"] for table in (first, second) for row in rows_of(books, table)]
    return max(made for made in dates if made and made <= synced)


def within(row: Row, last: date, days: int, skipped: int = 0) -> bool:
    """Whether the row is dated in the `days` days that end `skipped` days before `last`."""
    end = last - timedelta(days=skipped)
    return row["transaction_date"] is not None and end - timedelta(days=days) < row["transaction_date"] <= end


def near(value: float) -> Any:
    """Equal but for rounding to nine decimals."""
    return pytest.approx(value, rel=1e-9, abs=1e-4)


@pytest.mark.parametrize(("table", "column"), [("invoice", "invoiced"), ("payment", "collected")])
def test_thirty_days_and_the_thirty_before(books: Board, table: str, column: str) -> None:
    """Invoices and payments of thirty days are added up in the home currency, deleted ones left out."""
    last, rows = last_day(books, "invoice", "payment"), rows_of(books, table)
    found = books.one("index", "headline")
    assert float(found[column]) == near(sum(home(r, "total_amount") for r in rows if within(r, last, 30)))
    before = sum(home(r, "total_amount") for r in rows if within(r, last, 30, 30))
    assert float(found[f"{column}_before"]) == near(before)


def test_open_and_overdue_balance(books: Board) -> None:
    """Balances of all invoices are open; those due before the last day are overdue, those without a date never."""
    last, rows = last_day(books, "invoice", "payment"), rows_of(books, "invoice")
    still_open = sum(home(r, "balance") for r in rows)
    late = sum(home(r, "balance") for r in rows if r["due_date"] and r["due_date"] < last)
    found = books.one("index", "headline")
    assert 0 < late < still_open
    assert float(found["open_balance"]) == near(still_open)
    assert float(found["overdue_balance"]) == near(late)
    assert found["overdue_share"] == near(late / still_open)
    assert found["open_invoices"] == sum(bool(r["balance"]) for r in rows)


def test_months_since_a_day(books: Board) -> None:
    """Months add up invoices and payments from the chosen day on, each in its own month."""
    since = date(2025, 2, 10)
    totals: dict[date, list[float]] = defaultdict(lambda: [0, 0])
    for place, table in enumerate(("invoice", "payment")):
        for row in rows_of(books, table):
            if row["transaction_date"] and row["transaction_date"] >= since:
                totals[row["transaction_date"].replace(day=1)][place] += home(row, "total_amount")
    found = books.result("index", "monthly", since=since.isoformat())
    assert [row["month"] for row in found] == sorted(totals)
    for row in found:
        assert [float(row["invoiced"]), float(row["collected"])] == [near(total) for total in totals[row["month"]]]


def test_currencies_keep_the_total(books: Board) -> None:
    """Invoices without a currency are a row of their own, so that the rows add up to all invoices."""
    found = {row["currency"]: float(row["invoiced"]) for row in books.result("index", "by_currency")}
    expected: dict[str, float] = defaultdict(float)
    for row in rows_of(books, "invoice"):
        if row["transaction_date"]:
            expected[row["currency_id"] or "Unknown"] += home(row, "total_amount")
    assert "Unknown" in found
    assert found == {currency: near(total) for currency, total in expected.items()}


def name_of(books: Board, customer: str | None) -> str:
    """What a customer is called: the name, else the id, also where the customer is missing."""
    for row in books.rows["customer"]:
        if row["id"] == customer:
            names = (str(row[field] or "").strip() for field in ("fully_qualified_name", "display_name", "id"))
            return next(name for name in names if name)
    return customer or "Unknown"


def test_unapplied_credit(books: Board) -> None:
    """What payments and credit memos still hold is added up, for everyone."""
    payments = sum(home(r, "unapplied_amount") for r in rows_of(books, "payment"))
    memos = sum(home(r, "balance") for r in rows_of(books, "credit_memo"))
    found = books.one("receivables", "credits")
    assert float(found["unapplied_credit"]) == near(payments + memos)
    assert float(found["from_credit_memos"]) == near(memos)


def test_unapplied_credit_of_one_customer(books: Board) -> None:
    """A chosen customer limits the credit to those rows, also where the name has quotes or is another script."""
    credit: dict[str, float] = defaultdict(float)
    for table, field in (("payment", "unapplied_amount"), ("credit_memo", "balance")):
        for row in rows_of(books, table):
            credit[name_of(books, row["customer_id"])] += home(row, field)
    for customer in [name for name, total in credit.items() if total][:5]:
        found = books.one("receivables", "credits", customer=customer)
        assert float(found["unapplied_credit"]) == near(credit[customer])


def bucket(due: date | None, last: date) -> str:
    """How late something is, in the words of the board."""
    if due is None:
        return "no due date"
    late = (last - due).days
    if late <= 0:
        return "not due yet"
    return next((f"{days - 29} to {days} days late" for days in (30, 60, 90) if late <= days), "over 90 days late")


@pytest.mark.parametrize(
    ("tables", "query", "counted"),
    [
        (("invoice", "payment"), ("receivables", "ageing"), "invoices"),
        (("bill", "bill_payment"), ("payables", "bill_ageing"), "bills"),
    ],
)
def test_ageing(books: Board, tables: tuple[str, str], query: tuple[str, str], counted: str) -> None:
    """Every open invoice or bill is in exactly one bucket."""
    last = last_day(books, *tables)
    expected = Counter(bucket(r["due_date"], last) for r in rows_of(books, tables[0]) if r["balance"])
    assert {row["age"]: row[counted] for row in books.result(*query)} == expected


def test_unpaid_and_overdue_bills(books: Board) -> None:
    """Balances of all bills are unpaid; those due before the newest bill or bill payment are overdue."""
    last, rows = last_day(books, "bill", "bill_payment"), rows_of(books, "bill")
    found = books.one("payables", "payable")
    assert float(found["unpaid_bills"]) == near(sum(home(r, "balance") for r in rows))
    late = sum(home(r, "balance") for r in rows if r["due_date"] and r["due_date"] < last)
    assert float(found["overdue_bills"]) == near(late)


def spending(books: Board) -> list[tuple[Row, str, float]]:
    """Header, account and amount of each line on an account for expenses; refunds below zero."""
    accounts = {r["id"]: r for r in rows_of(books, "account") if r["account_type"] in SPENDING}
    names: dict[str, str] = {key: r["fully_qualified_name"] or r["name"] or key for key, r in accounts.items()}
    items = {r["id"]: r["expense_account_id"] for r in rows_of(books, "item")}
    found: list[tuple[Row, str, float]] = []
    for kind in ("bill", "purchase"):
        headers = {r["id"]: r for r in rows_of(books, kind)}
        for line in rows_of(books, f"{kind}_line"):
            header = headers.get(line[f"{kind}_id"])
            account = line["account_expense_account_id"] or items.get(line["item_expense_item_id"])
            if header is None or account is None or account not in accounts:
                continue
            sign = -1 if header.get("credit") else 1
            amount = sign * (line["amount"] or 0) * (header["exchange_rate"] or 1)
            found.append((header, names[account], amount))
    return found


def test_expenses_of_thirty_days(books: Board) -> None:
    """Lines on expense accounts count once, at the header's rate; a refund on a purchase is taken off."""
    last, lines = last_day(books, "bill", "purchase"), spending(books)
    found = books.one("expenses", "spent")
    assert float(found["expenses"]) == near(sum(amount for header, _, amount in lines if within(header, last, 30)))
    before = sum(amount for header, _, amount in lines if within(header, last, 30, 30))
    assert float(found["expenses_before"]) == near(before)


def test_expenses_by_month_keep_the_total(books: Board) -> None:
    """Small accounts come together under one name, and nothing is lost: each month has all its expenses."""
    expected: dict[date, float] = defaultdict(float)
    for header, _, amount in spending(books):
        if header["transaction_date"]:
            expected[header["transaction_date"].replace(day=1)] += amount
    found: dict[date, float] = defaultdict(float)
    rows = books.result("expenses", "monthly_expenses")
    for row in rows:
        found[row["month"]] += float(row["expenses"])
    assert found == {month: near(total) for month, total in expected.items()}
    accounts = {row["account_name"] for row in rows}
    assert "All others" in accounts
    assert len(accounts) == 6


def test_expenses_by_account(books: Board) -> None:
    """The largest accounts come first, each with all its lines."""
    expected: dict[str, float] = defaultdict(float)
    for header, account, amount in spending(books):
        if header["transaction_date"]:
            expected[account[:28]] += amount
    found = [float(row["expenses"]) for row in books.result("expenses", "by_account")]
    assert found == [near(total) for total in sorted(expected.values(), reverse=True)[:12]]


@pytest.mark.parametrize(("column", "skipped"), [("active_customers", 0), ("active_before", 90)])
def test_customers_invoiced(books: Board, column: str, skipped: int) -> None:
    """A customer with several invoices counts once; voided invoices and those without a customer do not count."""
    last = last_day(books, "invoice", "payment")
    found = {
        row["customer_id"]
        for row in rows_of(books, "invoice")
        if row["total_amount"] and row["customer_id"] and within(row, last, 90, skipped)
    }
    assert books.one("customers", "active")[column] == len(found)


def test_payments_do_not_multiply_invoices(books: Board) -> None:
    """Customers with many invoices and many payments show each of them once."""
    expected: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0])
    for row in rows_of(books, "invoice"):
        if row["customer_id"] and row["total_amount"]:
            expected[row["customer_id"]][0] += 1
            expected[row["customer_id"]][1] += home(row, "total_amount")
    for row in rows_of(books, "payment"):
        if row["customer_id"] in expected:
            expected[row["customer_id"]][2] += home(row, "total_amount")
    largest = sorted(expected.values(), key=lambda sums: -sums[1])[:25]
    found = [
        [row["invoices"], float(row["invoiced"]), float(row["collected"])]
        for row in books.result("customers", "customer_list")
    ]
    assert found == [[near(value) for value in sums] for sums in largest]
