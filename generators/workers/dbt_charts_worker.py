"""dbt Charts, from 0.9 on: run by the Python of an environment that holds it."""

from __future__ import annotations

from typing import Any, ClassVar

from adapter import Adapter, serve


class DbtCharts(Adapter):
    """The runtime that draws boards."""

    distribution, program, package, private = "dbt-charts", "dct", "dbt_charts", "dbt_charts_super_schema"
    quiet: ClassVar = {"DCT_NO_WORKSPACE_GUARD": "1"}

    def renderer(self) -> Any:
        """It moved after 0.9."""
        try:
            from dbt_charts.core.compile.template import parameterized  # noqa: PLC0415 - seconds
        except ImportError:
            from dbt_charts.core.compile import parameterized  # noqa: PLC0415 - as above
        return parameterized

    def drawn(self, session: Any, path: str, form: str) -> Any:
        """A board of the project."""
        return session.render_board(session.project.path(path).read_board(), format=form)

    def failure(self, result: Any) -> Any:
        """Of the whole board."""
        return result.board_error


if __name__ == "__main__":
    serve(DbtCharts())
