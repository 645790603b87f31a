"""Dataface 0.4.0: run by the Python of an environment that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapter import Adapter, serve

if TYPE_CHECKING:
    from collections.abc import Iterable


class Dataface(Adapter):
    """The runtime that draws faces, as it calls boards."""

    distribution, program, private = "dataface", "dft", "dataface_super_schema"

    def registry(self) -> Iterable[Any]:
        """The package registers its codes while it is imported."""
        from dataface.core.diagnostics import REGISTRY  # noqa: PLC0415 - half a second

        return REGISTRY.all()

    def app(self) -> Any:
        """With its hidden commands."""
        from dataface.cli.main import app  # noqa: PLC0415 - seconds

        return app

    def rendered(self, template: str, variables: dict[str, Any], dialect: str) -> Any:
        """Variables become parameters, `filter()` a predicate."""
        from dataface.core.compile.parameterized import render_parameterized  # noqa: PLC0415 - as above

        return render_parameterized(template, variables, profile_type=dialect)

    def refusal(self) -> type[Exception]:
        """All errors of its compiler."""
        from dataface.core.compile.errors import JinjaError  # noqa: PLC0415 - as above

        return JinjaError

    def opened(self, folder: str, cache: Any = None) -> Any:
        """Read-only."""
        from dataface.agent_api.project_session import ProjectSession  # noqa: PLC0415 - as above

        return ProjectSession.open(folder, cache=cache, read_only=True)

    def no_cache(self) -> Any:
        """In memory."""
        from dataface.agent_api.cache import open_cache  # noqa: PLC0415 - as above

        return open_cache(None)

    def drawn(self, session: Any, path: str, form: str) -> Any:
        """A face of the project."""
        return session.render_dashboard(session.project.path(path).read_face(), format=form)

    def failure(self, result: Any) -> Any:
        """Of the whole face."""
        return result.face_error

    def query(self, sql: str, source: str) -> Any:
        """SQL for one source."""
        from dataface.core.compile.models.query.normalized import SqlQuery  # noqa: PLC0415 - as above

        return SqlQuery(sql=sql, source=source)


if __name__ == "__main__":
    serve(Dataface())
