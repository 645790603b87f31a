from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from generators.runbooks import journal as told
from generators.runbooks.journal import line_of, read_journal
from tests.clock import AT
from tests.runbooks.material import begun

NOTE = told.Noted(at=AT, ms=5, text='Ünïcode, "quotes" and a \\ backslash')
WHOLE = line_of(begun()) + line_of(NOTE) + line_of(told.Back(at=AT))


def test_answers_come_back_as_they_were_written() -> None:
    """What was entered is what is read."""
    journal = read_journal(WHOLE)
    assert journal.answers == (begun(), NOTE, told.Back(at=AT))
    assert (journal.size, journal.torn, journal.damaged) == (len(WHOLE), False, 0)


@given(st.integers(0, len(WHOLE)))
def test_journal_cut_anywhere_gives_the_lines_before_the_cut(cut: int) -> None:
    """A write that was torn off costs its own line and no other."""
    journal = read_journal(WHOLE[:cut])
    assert len(journal.answers) == WHOLE[:cut].count(b"\n")
    assert journal.size == WHOLE[:cut].rfind(b"\n") + 1
    assert journal.torn == (journal.size != cut)
    assert not journal.damaged


def test_damage_before_the_last_line_is_told_apart_from_a_torn_end() -> None:
    """Lines behind the damage may be good: nothing is thrown away silently."""
    first, second, third = WHOLE.splitlines(keepends=True)
    assert read_journal(first + b"\0\0\0\n" + third).damaged == 2
    assert read_journal(second + third).damaged == 1
    assert read_journal(first + second + first + third).damaged == 3
    assert read_journal(first + second + b'{"kind":"noted"}\n').torn


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    """A file that holds something else is damage or torn, never a crash."""
    journal = read_journal(data)
    assert journal.torn or journal.damaged or not data
