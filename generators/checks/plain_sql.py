"""SQL that needs no parser to be seen to read the pack's own tables only: most of what packs hold.

Words, brackets and commas are enough for that. What is not plain is not refused: it is parsed. So everything here errs
on that side, and knows no more than the common functions, types and clauses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*)|(?P<text>'[^'\\]*')|(?P<quoted>"[A-Za-z_]\w*")|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<number>\d+(?:\.\d+)?)|(?P<sign>\|\||<>|!=|<=|>=|[-+*/%(),.=<>])"""
)
_CALLED = """
AVG CAST COALESCE CONCAT COUNT DATE_DIFF DATE_TRUNC DENSE_RANK EXTRACT GREATEST LEAST LENGTH LOWER MAX MIN NULLIF
POSITION RANK REPLACE ROUND ROW_NUMBER STRPOS SUBSTRING SUM TRIM TRY_CAST UPPER
"""
_BEFORE_A_BRACKET = """
ALL AND AS BETWEEN BY CASE DECIMAL DISTINCT ELSE EXCEPT EXISTS FILTER FROM HAVING IN INTERSECT JOIN NOT NUMERIC ON OR
OVER SELECT THEN UNION USING VARCHAR WHEN WHERE
"""
_TYPES = """
BIGINT BOOLEAN DATE DECIMAL DOUBLE FLOAT INT INTEGER JSON NUMERIC SMALLINT TEXT TIMESTAMP TIMESTAMPTZ VARCHAR
"""
_OTHERWISE = """
ASOF ATTACH CALL COLUMNS COPY DELETE DESCRIBE EXCLUDE EXECUTE EXPORT FETCH FOR IMPORT INSERT INSTALL INTO LATERAL LOAD
MERGE ONLY PIVOT POSITIONAL PRAGMA RETURNING SAMPLE SET SHOW SUMMARIZE TABLE TABLESAMPLE TRANSFORM UNNEST UNPIVOT
UPDATE USER VALUES WITHIN
"""
_BEFORE_A_TEXT = """
AND BETWEEN BY CASE DATE DISTINCT ELSE ILIKE IN INTERVAL LIKE NOT ON OR SELECT THEN TIMESTAMP WHEN WHERE ZONE
"""
CALLED, BEFORE_A_BRACKET = frozenset(_CALLED.split()), frozenset(_BEFORE_A_BRACKET.split())
TYPES, OTHERWISE = frozenset(_TYPES.split()), frozenset(_OTHERWISE.split())
BEFORE_A_TEXT = frozenset(_BEFORE_A_TEXT.split())
SESSION = re.compile(r"(?:CURRENT|SESSION|SYSTEM|LOCAL)(?:_?[A-Z]+)+")
"""Words that are functions without brackets."""
FROM_IN_BRACKETS = frozenset({"EXTRACT", "TRIM", "SUBSTRING"})
"""Functions whose arguments may stand behind FROM."""
CASTS = frozenset({"CAST", "TRY_CAST"})


def is_plain(sql: str, schema: str, tables: Collection[str]) -> bool:
    """Whether SQL without Jinja is seen to read only these tables of the schema and names of its own."""
    words = _words(sql)
    if not words or words[0] not in {"SELECT", "WITH"} or "/*" in sql:
        return False
    return _Reader(words, schema.upper(), frozenset(table.upper() for table in tables)).is_plain()


def _words(sql: str) -> list[str]:
    """Words in capitals, quoted ones with a mark before them, texts and numbers as a mark; none for other signs."""
    words: list[str] = []
    end = 0
    for token in _TOKEN.finditer(sql):
        if token.start() != end:
            return []
        end = token.end()
        if token.lastgroup == "quoted":
            words.append(f'"{token[0][1:-1].upper()}')
        elif token.lastgroup in {"text", "number"}:
            words.append("'" if token.lastgroup == "text" else "0")
        elif token.lastgroup != "space":
            words.append(token[0].upper())
    return words if end == len(sql) else []


def _is_word(word: str) -> bool:
    return word[:1].isalpha() or word[:1] in {"_", '"'}


class _Reader:
    """Goes through the words of a query once."""

    def __init__(self, words: Sequence[str], schema: str, tables: frozenset[str]) -> None:
        self.words = [*words, *[""] * 4]
        self.schema, self.tables = schema, tables
        self.named = {a for a, b, c in zip(words, words[1:], words[2:], strict=False) if (b, c) == ("AS", "(")}
        self.calls: list[str] = [""]
        """The word before each open bracket."""
        self.froms: list[bool] = [False]
        """For each open bracket, whether a list of tables has begun."""

    def is_plain(self) -> bool:
        """Whether every word stands where it does no harm."""
        return all(self._word(at, word) for at, word in enumerate(self.words) if word)

    def _word(self, at: int, word: str) -> bool:
        before, after = self.words[at - 1] if at else "", self.words[at + 1]
        if word == "(":
            self.calls.append(before)
            self.froms.append(False)
            return before not in {"AS", "FROM", "JOIN"} or after in {"SELECT", "WITH", "("}
        if word == ")":
            return after != "." and self._closed()
        if word == ",":
            return not self.froms[-1]
        if word in {"WHERE", "GROUP", "ORDER", "UNION", "EXCEPT", "INTERSECT", "LIMIT", "HAVING", "SELECT"}:
            self.froms[-1] = False
        elif word in {"FROM", "JOIN"}:
            return self._source(at, before)
        elif word == "AS" and self.calls[-1] in CASTS:
            return after in TYPES
        return self._is_harmless(before, word, after)

    def _closed(self) -> bool:
        self.calls.pop()
        self.froms.pop()
        return bool(self.calls)

    def _is_harmless(self, before: str, word: str, after: str) -> bool:
        if word == "'":
            return not _is_word(before) or before in BEFORE_A_TEXT
        if after == "(" and _is_word(word):
            return before != "." and word in CALLED | BEFORE_A_BRACKET
        return word not in OTHERWISE and not SESSION.fullmatch(word)

    def _source(self, at: int, before: str) -> bool:
        """What stands behind FROM or JOIN: a query, a table of the schema, or a name that WITH gives."""
        if before == "DISTINCT" or (self.words[at] == "FROM" and self.calls[-1] in FROM_IN_BRACKETS):
            return True
        self.froms[-1] = True
        first, dot, table, behind = self.words[at + 1 : at + 5]
        if first == "(":
            return True
        if dot == ".":
            return first == self.schema and table.lstrip('"') in self.tables and behind not in {".", "("}
        return first in self.named and dot != "("
