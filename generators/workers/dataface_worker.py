"""Dataface 0.4.0: run by the Python of an environment that holds it."""

from __future__ import annotations

from typing import Any

from adapter import Adapter, serve


class Dataface(Adapter):
    """The runtime that draws faces, as it calls boards."""

    distribution, program, package, private = "dataface", "dft", "dataface", "dataface_super_schema"

    def renderer(self) -> Any:
        """Beside the rest of its compiler."""
        from dataface.core.compile import parameterized  # noqa: PLC0415 - seconds

        return parameterized

    def drawn(self, session: Any, path: str, form: str) -> Any:
        """A face of the project."""
        return session.render_dashboard(session.project.path(path).read_face(), format=form)

    def failure(self, result: Any) -> Any:
        """Of the whole face."""
        return result.face_error


if __name__ == "__main__":
    serve(Dataface())
