"""`dfops telemetry metrics`: what Prometheus reads of a store."""

from __future__ import annotations

import sys
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.options import RootOption, Unusable, writing
from generators.cli.telemetry_store import ConnectionOption, StoreOption, measured, note_synthetic
from generators.output.writing import write_if_changed
from generators.report.text import printable

OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write to a file, in one step, as node_exporter's collector reads it."),
]
ListenOption = Annotated[
    str | None,
    typer.Option("--listen", metavar="HOST:PORT", help="Answer scrapes at /metrics until it is stopped."),
]
HIGHEST = 65535


def metrics(
    store: StoreOption = None,
    connection: ConnectionOption = None,
    out: OutOption = None,
    listen: ListenOption = None,
    root: RootOption = Path(),
) -> None:
    """Print counters of the events that objectives count, in OpenMetrics' text. They count events as they arrive.

    Each scrape reads the store anew; one that is being written to is answered with what was read last.
    """
    if out is not None and listen is not None:
        raise Unusable("--out and --listen are two ways: leave one out")
    read = partial(_text, root, store, connection)
    if listen is not None:
        _serve(listen, read)
    elif out is not None:
        with writing(out):
            write_if_changed(out, read().decode())
    else:
        sys.stdout.write(read().decode())


def _text(root: Path, store: Path | None, connection: str | None) -> bytes:
    with measured(root, store, connection) as asked:
        from generators.measures.exposition import counts, exposition, newest  # noqa: PLC0415 - its own extra

        found = counts(asked.connection, asked.events, asked.objectives, asked.places())
        note_synthetic(asked)
        return exposition(found, newest(asked.connection, asked.events))


class _Scrapes(BaseHTTPRequestHandler):
    """Answers with what the store holds, or held when it was last read."""

    read: partial[bytes]
    last: bytes

    def do_GET(self) -> None:
        from generators.measures.exposition import CONTENT_TYPE  # noqa: PLC0415 - its own extra

        if self.path != "/metrics":
            self.send_error(404)
            return
        kind = type(self)
        try:
            kind.last = kind.read()
        except Unusable as error:
            sys.stderr.write(f"{error}\n")
        self.send_response(200)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(kind.last)))
        self.end_headers()
        self.wfile.write(kind.last)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Scrapes are not news."""


def _serve(listen: str, read: partial[bytes]) -> None:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > HIGHEST:
        raise Unusable(f"--listen {printable(listen)}: write it like 127.0.0.1:9108")
    kind = type("Scrapes", (_Scrapes,), {"read": read, "last": read()})
    try:
        server = ThreadingHTTPServer((host.strip("[]"), int(port)), kind)
    except OSError as error:
        raise Unusable(f"--listen {printable(listen)}: {error.strerror}") from error
    sys.stdout.write(f"Answering at http://{host}:{server.server_port}/metrics\n")
    sys.stdout.flush()
    with server:
        server.serve_forever()
