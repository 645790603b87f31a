"""What goes over the line between us and a worker: one JSON object a line, each question answered by one.

Both sides read this module, the worker as its neighbour. It needs nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MOST_ROWS, MOST_MEBIBYTES = 100_000, 16
"""Of an answer that are sent, as in the engines of the other process."""
PLAIN = (str, int, float, bool, type(None))


class Warehouse(Protocol):
    """What a worker serves. Whatever it raises beyond its own answers is the warehouse's failure, not the query's."""

    version: str

    def load(self, schema: str, tables: dict[str, dict[str, str]], rows: dict[str, list[list[object]]]) -> None:
        """Replace the schema by these tables (column to type), filled with these rows."""

    def run(self, sql: str, params: list[object], seconds: float) -> dict[str, Any]:
        """`columns` and `rows`; or `refused`, the warehouse's words; or `unproven`, why it is not to blame.

        Rows may come one by one: those after the most that are sent are not asked for.
        """


def encode(value: object) -> object:
    """A value as JSON has it: its kind and text in a pair where JSON has no such kind. Unknown kinds become text."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, (list, tuple)):
        return {"list": [encode(item) for item in value]}
    if isinstance(value, timedelta):
        return {"seconds": str(value.total_seconds())}
    if isinstance(value, (datetime, date)):
        return {type(value).__name__ if type(value) is date else "datetime": value.isoformat()}
    return {"decimal": str(value)} if isinstance(value, Decimal) else str(value)


def decode(value: Any) -> Any:
    """The value again. A time with a zone keeps its offset, not the zone's name."""
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    match kind:
        case "list":
            return [decode(item) for item in text]
        case "seconds":
            return timedelta(seconds=float(text))
        case "datetime":
            return datetime.fromisoformat(text)
        case "date":
            return date.fromisoformat(text)
        case _:
            return Decimal(text)


def encode_rows(rows: Iterable[Iterable[object]]) -> list[list[object]]:
    """Each value of each row."""
    return [[encode(value) for value in row] for row in rows]


def decode_rows(rows: Iterable[Iterable[object]]) -> list[list[Any]]:
    """Each value of each row."""
    return [[decode(value) for value in row] for row in rows]


def serve(opened: Callable[[str], Warehouse]) -> None:
    """Answer questions about a warehouse; `opened` makes it, given the time zone."""
    warehouses: list[Warehouse] = []

    def answered(question: dict[str, Any]) -> dict[str, Any]:
        if question["do"] == "open":
            warehouses[:] = [opened(question["zone"])]
            return {"version": warehouses[0].version}
        return _answered(warehouses[0], question) if warehouses else {}

    converse(answered)


def converse(answered: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer questions from standard input until it ends."""
    # Only answers may go out there: what libraries and their child processes print goes astray with the errors.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    questions: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    while True:
        question = json.loads(questions.get())
        try:
            answer = answered(question)
        except ImportError as error:
            answer = {"missing": error.name or ""}
        except Exception as error:  # noqa: BLE001 - a foreign package may fail in any way; one question must not end all
            answer = {"unproven": one_line(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _listen(questions: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        questions.put(line)
    # Whoever asked is gone, so nobody waits for what is being done; a child process would outlive us.
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)


def _answered(warehouse: Warehouse, question: dict[str, Any]) -> dict[str, Any]:
    if question["do"] == "load":
        rows = {name: decode_rows(table) for name, table in question["rows"].items()}
        warehouse.load(question["schema"], question["tables"], rows)
        return {}
    answer = warehouse.run(question["sql"], [decode(value) for value in question["params"]], question["seconds"])
    return _bounded(answer) if "rows" in answer else answer


def _bounded(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as JSON has it; `refused` once its rows are too many or too large for any chart."""
    rows: list[list[object]] = []
    size = 0
    for row in answer["rows"]:
        rows.append([encode(value) for value in row])
        size += sum(len(str(value)) for value in rows[-1])
        if len(rows) > MOST_ROWS:
            return {"refused": f"returns more than {MOST_ROWS} rows: no chart shows that many"}
        if size > MOST_MEBIBYTES << 20:
            return {"refused": f"returns more than {MOST_MEBIBYTES} MiB: no chart shows that much"}
    return answer | {"rows": rows}


def one_line(error: BaseException) -> str:
    """What an error says, on one line of at most 300 characters."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:300]
