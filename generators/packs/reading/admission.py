"""What SQL of a pack may hold, as an allow-list of parts of a query and of functions, whatever the dialect.

A parser knows some five hundred functions and has a class for everything a warehouse can be told. Those that read the
rows of tables, calculate and compare are listed here by the class that sqlglot gives them; a function that it knows by
no class, and every part that is not listed, is refused: files, addresses, settings, users, other databases, large
objects, and whatever a later version of a warehouse brings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PARTS = """
Select From Join Where Group Having Qualify Order Ordered Limit Offset Fetch With CTE Subquery TableAlias Table Column
Identifier Star Alias Aliases Paren Tuple Values Union Except Intersect Distinct Lateral Unnest Cube Rollup
GroupingSets Literal Boolean Null National Var DataType DataTypeParam Interval IntervalSpan Array Bracket
Add Sub Mul Div IntDiv Mod Neg DPipe And Or Xor Not EQ NEQ GT GTE LT LTE NullSafeEQ NullSafeNEQ Is In Between Like ILike
Escape Any All Exists SimilarTo RegexpLike RegexpILike BitwiseAnd BitwiseOr BitwiseXor BitwiseNot
Case If Cast TryCast AtTimeZone FromTimeZone Collate Window WindowSpec Filter WithinGroup IgnoreNulls RespectNulls
JSONPath JSONPathRoot JSONPathKey JSONPathSubscript
"""
"""Parts of a query, operators and literals."""
_FUNCTIONS = """
Abs AddMonths AnyValue ApproxDistinct ArgMax ArgMin ArrayAgg ArrayContains ArrayDistinct ArraySize ArrayToString Ascii
Avg Booland Boolor Cbrt Ceil Chr Coalesce Concat ConcatWs Contains Convert ConvertTimezone Corr Count CountIf CovarPop
CovarSamp CumeDist CurrentDate CurrentDatetime CurrentTime CurrentTimestamp CurrentTimestampLTZ Date DateAdd DateBin
DateDiff DateFromParts DateStrToDate DateSub DateToDateStr DateTrunc Datetime DatetimeAdd DatetimeDiff DatetimeSub
DatetimeTrunc Day DayOfMonth DayOfWeek DayOfWeekIso DayOfYear Dayname DecodeCase Degrees DenseRank EndsWith EqualNull
Exp Extract First FirstValue Floor Greatest GroupConcat Grouping GroupingId Hour Initcap IsInf IsNan JSONBExtract
JSONBExtractScalar JSONExtract JSONExtractScalar JSONType Kurtosis Lag Last LastDay LastValue Lead Least Left Length
Levenshtein Ln Log LogicalAnd LogicalOr Lower MakeInterval Max Median Min Minute Mode Month Monthname MonthsBetween
NthValue Ntile Nullif NumberToStr Nvl2 Overlay ParseJSON ParseNumeric ParseTime PercentRank PercentileCont
PercentileDisc Pi Pow Quantile Quarter Radians Rank RegexpCount RegexpExtract RegexpFullMatch RegexpInstr
RegexpReplace RegexpSubstr Replace Reverse Right Round RowNumber SafeAdd SafeDivide SafeMultiply SafeNegate
SafeSubtract Second Sign Skewness Split SplitPart Sqrt StartsWith Stddev StddevPop StddevSamp StrPosition StrToDate
StrToTime StrToUnix Substring SubstringIndex Sum Time TimeAdd TimeDiff TimeFromParts TimeStrToDate TimeStrToTime
TimeStrToUnix TimeSub TimeToStr TimeToUnix TimeTrunc Timestamp TimestampAdd TimestampDiff TimestampFromParts
TimestampSub TimestampTrunc ToChar ToDouble ToNumber Translate Trim Trunc TsOrDsAdd TsOrDsDiff TsOrDsToDate
TsOrDsToDateStr TsOrDsToDatetime TsOrDsToTime TsOrDsToTimestamp Unicode UnixDate UnixMicros UnixMillis UnixSeconds
UnixToStr UnixToTime UnixToTimeStr Upper UtcDate UtcTime UtcTimestamp Variance VariancePop Week WeekOfYear WidthBucket
Year YearOfWeek YearOfWeekIso
"""
"""Functions of values and of groups of rows. REPEAT, LPAD and what makes rows out of nothing are left out."""


def _classes(names: str) -> frozenset[type[exp.Expression]]:
    """Those that this version of sqlglot has: a list that is shorter refuses more."""
    return frozenset(found for name in names.split() if (found := getattr(exp, name, None)))


PLACEHOLDERS = _classes("Placeholder Parameter")
_BY_NAME = frozenset({"AT_TIMEZONE", "JULIANDAY"})
"""Functions without a class of their own that the translation to a warehouse writes; each only calculates."""
ALLOWED = _classes(_PARTS) | _classes(_FUNCTIONS)
OWN_TYPES = frozenset({exp.DataType.Type.USERDEFINED, exp.DataType.Type.UNKNOWN})
"""Types that the warehouse looks up, such as `regclass`: a cast to one reads its catalog."""
_DIFFERENTLY = re.compile(r"/\*(?:!|\+|M!)|/\*(?:(?!\*/).)*/\*|\\|\$\$|\x00", re.DOTALL)
"""Comments that some warehouses execute or nest, and signs that begin or end a text on some of them only.

What the parser takes for a comment or a text must be one everywhere.
"""


def unreadable(sql: str) -> str:
    """Why SQL could mean something else on another warehouse than the parser takes it for; "" when it could not."""
    found = _DIFFERENTLY.search(sql)
    if found is None:
        return ""
    return f"holds {found[0][:3]!r}, which warehouses read in different ways"


def refused(statement: exp.Expression, *, sent: bool = False) -> tuple[str, exp.Expression] | None:
    """The first part of a statement that packs may not use: a sentence, and the part. None when all may be used.

    What is `sent` holds placeholders for values.
    """
    for node in parts_of(statement):
        if type(node) not in ALLOWED and not _is_known(node) and not (sent and type(node) in PLACEHOLDERS):
            return f"uses {_called(node)}, which packs may not use", node
        if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
            return f"reads from {_called(node.this)}, which is no table", node
        if isinstance(node, exp.DataType) and node.this in OWN_TYPES:
            return f"casts to {node.sql()}, a type that the warehouse looks up", node
    return None


def parts_of(statement: exp.Expression) -> Iterator[exp.Expression]:
    """Every part of a statement, itself first. sqlglot's own walk costs as much as its parser."""
    pending = [statement]
    while pending:
        node = pending.pop()
        yield node
        for value in node.args.values():
            if isinstance(value, list):
                pending += [item for item in value if isinstance(item, exp.Expression)]
            elif isinstance(value, exp.Expression):
                pending.append(value)


def _is_known(node: exp.Expression) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.upper() in _BY_NAME


def _called(node: exp.Expression | None) -> str:
    """A function by its name, all else by the parser's word for it."""
    if isinstance(node, exp.Anonymous):
        return f"{node.name}()"
    names = getattr(node, "sql_names", None)  # functions have them
    return f"{names()[0]}()" if names else f"'{type(node).__name__}'"


def foreign_tables(
    statement: exp.Expression, schema_name: str, known: Iterable[str]
) -> Iterator[tuple[str, exp.Table]]:
    """Tables of another database or schema, and bare names that neither WITH nor the pack's schema has."""
    own = frozenset(known)
    tables, named = _tables(statement)
    for table in tables:
        if table.catalog or (table.db and table.db.lower() != schema_name):
            yield f"reads the table '{_name(table)}', which is not in the pack's schema '{schema_name}'", table
        elif not table.db and table.name.lower() not in named | own:
            yield f"reads '{_name(table)}', which is neither a table of the pack nor a name of this query", table


def unlisted_tables(
    statement: exp.Expression, schema_name: str, known: Iterable[str]
) -> Iterator[tuple[str, exp.Table]]:
    """Foreign tables, and those of the pack's schema that the pack does not list."""
    own = frozenset(known)
    yield from foreign_tables(statement, schema_name, own)
    for table in _tables(statement)[0]:
        if not table.catalog and table.db.lower() == schema_name and table.name.lower() not in own:
            yield f"reads the table '{_name(table)}', which schema.yaml does not list", table


def _tables(statement: exp.Expression) -> tuple[list[exp.Table], frozenset[str]]:
    """Every table that a statement names, and the names that WITH gives in it."""
    parts = tuple(parts_of(statement))
    tables = [part for part in parts if isinstance(part, exp.Table)]
    return tables, frozenset(part.alias.lower() for part in parts if isinstance(part, exp.CTE))


def _name(table: exp.Table) -> str:
    return ".".join(part.name for part in table.parts)[:80]
