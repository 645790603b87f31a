"""The panes of the lamp."""


def test_the_east_pane_stays_clean() -> None:
    """A week of soot is wiped off."""
