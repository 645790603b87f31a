"""dbt Charts, from 0.9 on: run by the Python of an environment that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from adapter import Adapter, serve

if TYPE_CHECKING:
    from collections.abc import Iterable


class DbtCharts(Adapter):
    """The runtime that draws boards."""

    quiet: ClassVar = {"DCT_NO_WORKSPACE_GUARD": "1"}
    distribution, program, private = "dbt-charts", "dct", "dbt_charts_super_schema"

    def registry(self) -> Iterable[Any]:
        """The package registers its codes while it is imported."""
        from dbt_charts.core.diagnostics import REGISTRY  # noqa: PLC0415 - half a second

        return REGISTRY.all()

    def app(self) -> Any:
        """With its hidden commands."""
        from dbt_charts.cli.main import app  # noqa: PLC0415 - seconds

        return app

    def rendered(self, template: str, variables: dict[str, Any], dialect: str) -> Any:
        """Variables become parameters, `filter()` a predicate."""
        return _module().render_parameterized(template, variables, profile_type=dialect)

    def refusal(self) -> type[Exception]:
        """All errors of its compiler."""
        from dbt_charts.core.compile.errors import JinjaError  # noqa: PLC0415 - as above

        return JinjaError

    def opened(self, folder: str, cache: Any = None) -> Any:
        """Read-only."""
        from dbt_charts.agent_api import ProjectSession  # noqa: PLC0415 - as above

        return ProjectSession.open(folder, cache=cache, read_only=True)

    def no_cache(self) -> Any:
        """In memory: its own default is a file that all projects of a user share."""
        from dbt_charts.agent_api.cache import open_cache  # noqa: PLC0415 - as above

        return open_cache(None)

    def drawn(self, session: Any, path: str, form: str) -> Any:
        """A board of the project."""
        return session.render_board(session.project.path(path).read_board(), format=form)

    def failure(self, result: Any) -> Any:
        """Of the whole board."""
        return result.board_error

    def query(self, sql: str, source: str) -> Any:
        """SQL for one source."""
        from dbt_charts.core.compile.models.query.normalized import SqlQuery  # noqa: PLC0415 - as above

        return SqlQuery(sql=sql, source=source)


def _module() -> Any:
    """Where templates are rendered: the module moved after 0.9."""
    try:
        from dbt_charts.core.compile.template import parameterized  # noqa: PLC0415 - seconds
    except ImportError:
        from dbt_charts.core.compile import parameterized  # noqa: PLC0415 - as above
    return parameterized


if __name__ == "__main__":
    serve(DbtCharts())
