from __future__ import annotations

from http.client import HTTPMessage
from io import BytesIO
from time import monotonic
from urllib.request import Request

import pytest

from generators.published.download import Unfetched, _Redirects, fetched, require_trusted
from tests.published.servers import endless, leads_to, no_http, sends, serving, silent, slow, status

SHORT = 0.3
"""Seconds that a test waits for a server that does not answer."""


def _sentence(address: str, most: int = 1000, seconds: float = 5, silence: float = 5) -> str:
    with pytest.raises(Unfetched) as refused:
        fetched(address, most, seconds, silence)
    return str(refused.value).replace(address, "IT")


def test_what_is_sent_whole_is_had() -> None:
    """Up to the last byte that is allowed; a redirect on the way is followed."""
    table = {"/a": sends(b"x" * 1000), "/b": leads_to("/a"), "/none": sends(b"")}
    with serving(table) as server:
        assert fetched(f"{server.address}/a", 1000) == b"x" * 1000
        assert fetched(f"{server.address}/b", 1000) == b"x" * 1000
        assert fetched(f"{server.address}/none", 1000) == b""


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says of proxies."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with serving({"/a": sends(b"x")}) as server:
        assert fetched(f"{server.address}/a", 10) == b"x"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (sends(b"x" * 1001), "IT sends more than 1000 bytes"),
        (endless, "IT sends more than 1000 bytes"),
        (sends(b"x" * 10, 20), "cut short"),
        (status(404), "IT answers 404: check the address, and whether this version was published"),
        (status(401), "IT answers 401: it asks for a login"),
        (status(500), "IT answers 500"),
        (no_http, "IT cannot be read: "),
        (
            leads_to("http://packs.example.org/x"),
            "http://packs.example.org is refused: an address begins with https://",
        ),
        (leads_to("file:///etc/passwd"), "redirects in a circle, too often, or to where no catalog can be"),
        (leads_to("ftp://127.0.0.1/x"), "ftp://127.0.0.1 is refused"),
        (leads_to("/it"), "redirects in a circle"),
        (leads_to("http://["), "cannot be read: "),
    ],
)
def test_what_is_not_had_is_said_in_a_sentence(behaviour: object, words: str) -> None:
    """Within the limits of size, and only from where it may come."""
    with serving({"/it": behaviour}) as server:  # type: ignore[dict-item]
        assert words in _sentence(f"{server.address}/it")


def test_a_chain_of_redirects_ends() -> None:
    """At the sixth."""
    table = {f"/{number}": leads_to(f"/{number + 1}") for number in range(20)}
    with serving(table) as server:
        assert "redirects in a circle, too often" in _sentence(f"{server.address}/0")
        assert len(server.asked) <= 7


def test_no_redirect_leaves_encryption() -> None:
    """Not even to this machine: a page elsewhere cannot make it ask its own services."""
    with pytest.raises(Unfetched, match="leads to an address without encryption, which is refused"):
        _Redirects().redirect_request(
            Request("https://packs.example.org/a"),
            BytesIO(),
            302,
            "",
            HTTPMessage(),
            "http://127.0.0.1:8000/a",
        )


@pytest.mark.parametrize(
    ("behaviour", "seconds", "silence", "words"),
    [
        (silent, 5, SHORT, "IT sent nothing for 0.3 seconds"),
        (silent, SHORT, 5, "IT did not send all of it within 0.3 seconds"),
        (slow, SHORT, 5, "IT did not send all of it within 0.3 seconds"),
    ],
)
def test_time_is_limited_whatever_a_server_does(behaviour: object, seconds: float, silence: float, words: str) -> None:
    """One that sends a byte now and then is never silent, and ends all the same."""
    with serving({"/it": behaviour}) as server:  # type: ignore[dict-item]
        started = monotonic()
        assert words in _sentence(f"{server.address}/it", seconds=seconds, silence=silence)
        assert monotonic() - started < 3


def test_a_server_that_is_not_there() -> None:
    """Is named with the reason."""
    with serving({}) as server:
        gone = server.address
    assert "IT cannot be reached: " in _sentence(f"{gone}/x")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://packs.example.org/x", "an address begins with https://"),
        ("file:///etc/passwd", "an address begins with https://"),
        ("ftp://127.0.0.1/x", "an address begins with https://"),
        ("https:///x", "an address begins with https://"),
        ("http://127.0.0.1.example.org/", "an address begins with https://"),
        ("https://me:secret@packs.example.org/", "an address with a name or password in it is refused"),
        ("https://:secret@packs.example.org/", "an address with a name or password in it is refused"),
        ("https://[x/", "this is no address"),
        ("https://packs.example.org:port/", "this is no address"),
    ],
)
def test_only_trusted_addresses_are_asked(address: str, words: str) -> None:
    """Encrypted, or on this machine; a password is not repeated."""
    with pytest.raises(Unfetched, match=words) as refused:
        require_trusted(address)
    assert "secret" not in str(refused.value)
    for good in ("https://packs.example.org/a", "http://127.0.0.1:8000/", "http://localhost/", "http://[::1]:80/"):
        require_trusted(good)


@pytest.mark.parametrize("path", ["a b", "ü", "a\nb", "%00", "x" * 70000])
def test_an_odd_path_is_no_traceback(path: str) -> None:
    """Whatever the protocol makes of it."""
    with serving({}) as server:
        assert _sentence(f"{server.address}/{path}")
