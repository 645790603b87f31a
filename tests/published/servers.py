"""A web server on this machine that behaves as the worst ones do."""

from __future__ import annotations

import gzip
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Behaviour = Callable[["Answering"], None]


class Answering(BaseHTTPRequestHandler):
    """Answers each path as the server's table says."""

    server: Serving

    def do_GET(self) -> None:
        """Anything that is not in the table is not there."""
        self.server.asked.append(self.path)
        with suppress(BrokenPipeError, ConnectionResetError):
            self.server.table.get(self.path, status(404))(self)

    def do_POST(self) -> None:
        """What is posted is kept, and answered as the table says."""
        self.server.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
        with suppress(BrokenPipeError, ConnectionResetError):
            self.server.table.get(self.path, status(404))(self)

    def log_message(self, *_: object) -> None:
        """Keep silent."""


class Serving(ThreadingHTTPServer):
    """A server, its table of behaviours by path, and what it was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, table: Mapping[str, Behaviour]) -> None:
        """On a free port."""
        super().__init__(("127.0.0.1", 0), Answering)
        self.table = table
        self.asked: list[str] = []
        self.posted: list[bytes] = []
        self.over = threading.Event()

    @property
    def address(self) -> str:
        """Of its top."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """A client that went away is what is tested."""


@contextmanager
def serving(table: Mapping[str, Behaviour]) -> Iterator[Serving]:
    """A server for as long as the block."""
    server = Serving(table)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def sends(data: bytes, length: int | None = None, **headers: str) -> Behaviour:
    """These bytes, with a length that may be a lie."""

    def behave(one: Answering) -> None:
        one.send_response(200)
        one.send_header("Content-Length", str(len(data) if length is None else length))
        for name, value in headers.items():
            one.send_header(name.replace("_", "-"), value)
        one.end_headers()
        one.wfile.write(data)

    return behave


def status(code: int) -> Behaviour:
    """This code, with a page."""

    def behave(one: Answering) -> None:
        one.send_response(code)
        one.end_headers()
        one.wfile.write(b"<!DOCTYPE html><title>No</title>")

    return behave


def leads_to(address: str) -> Behaviour:
    """Another address."""

    def behave(one: Answering) -> None:
        one.send_response(302)
        one.send_header("Location", address)
        one.end_headers()

    return behave


def silent(one: Answering) -> None:
    """Nothing at all, until the test is over."""
    one.server.over.wait(10)


def slow(one: Answering) -> None:
    """A byte now and then: never silent, never done."""
    one.send_response(200)
    one.end_headers()
    while not one.server.over.wait(0.05):
        one.wfile.write(b" ")


def endless(one: Answering) -> None:
    """As much as is taken."""
    one.send_response(200)
    one.end_headers()
    while not one.server.over.is_set():
        one.wfile.write(b" " * 65536)


def no_http(one: Answering) -> None:
    """A line that is no answer."""
    one.wfile.write(b"\x00\x01\x02 hello\r\n\r\n")


def compressed(data: bytes) -> Behaviour:
    """In a coding that was not asked for."""
    return sends(gzip.compress(data), Content_Encoding="gzip")
