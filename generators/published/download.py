"""Bytes from an address: bounded in size and in time, over an encrypted connection unless it is this machine."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

if TYPE_CHECKING:
    from http.client import HTTPMessage
    from typing import IO
    from urllib.request import _UrlopenRet

SECONDS = 60.0
"""Time limit of one download, whatever a server does."""
SILENCE = 15.0
"""Seconds that a server may send nothing."""
CHUNK = 1 << 16
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
AGENT = "dfops"
NOT_THERE, REFUSED, REDIRECTED = (404, 410), (401, 403), range(300, 400)
"""Codes of HTTP answers."""
ABSENT = (*NOT_THERE, 403)
"""Also what some stores of files answer for a file that is not there, to whoever may not list them."""


class Unfetched(Exception):  # noqa: N818 - what happens on a network, not a fault of the program
    """An address that gave nothing usable: one sentence."""

    def __init__(self, sentence: str, *, absent: bool = False) -> None:
        """`absent`: whoever was asked answers that there is no such file."""
        super().__init__(sentence)
        self.absent = absent


def is_address(where: str) -> bool:
    """Whether this names a place on a network and not a folder."""
    return "://" in where


def require_trusted(address: str) -> None:
    """Raises Unfetched for an address that is not one of https, or of http on this machine."""
    try:
        parts = urlsplit(address)
        host, secret = parts.hostname or "", parts.username or parts.password
        _ = parts.port
    except ValueError as error:
        raise Unfetched(f"this is no address: {error}") from error
    if secret is not None:
        raise Unfetched("an address with a name or password in it is refused: it would be printed and recorded")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)):
        raise Unfetched(f"{parts.scheme}://{host} is refused: an address begins with https://")


class _Redirects(HTTPRedirectHandler):
    """Follows only to addresses that would have been accepted in the first place, and never out of an encrypted one."""

    max_redirections = 5

    def http_error_302(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> _UrlopenRet | None:
        """As urllib does it, with the answer closed whatever is wrong with the next address."""
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except Exception:
            fp.close()
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(  # noqa: PLR0913, PLR0917 - the signature is urllib's
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """The next request, checked like the first."""
        _require_followable(req, urljoin(req.full_url, newurl))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _require_followable(request: Request, target: str) -> None:
    require_trusted(target)
    if request.type == "https" and urlsplit(target).scheme != "https":
        raise Unfetched(f"{request.full_url} leads to an address without encryption, which is refused")


@dataclass(slots=True)
class _Attempt:
    """One download in a thread of its own: whoever waits may give up, whatever the server does."""

    address: str
    most: int
    silence: float
    parts: list[bytes] = field(default_factory=list)
    trouble: Exception | None = None
    given_up: bool = False

    def run(self) -> None:
        try:
            self._read()
        except HTTPError as error:
            error.close()
            self.trouble = error
        except Exception as error:  # noqa: BLE001 - told to the thread that waits
            self.trouble = error

    def _read(self) -> None:
        request = Request(self.address, headers={"User-Agent": AGENT, "Accept-Encoding": "identity"})  # noqa: S310 - checked above
        total = 0
        with _opener(self.address).open(request, timeout=self.silence) as response:
            while not self.given_up and (chunk := response.read1(CHUNK)):
                self.parts.append(chunk)
                total += len(chunk)
                if total > self.most:
                    raise Unfetched(f"{self.address} sends more than {self.most} bytes")
            promised = response.headers.get("Content-Length", "")
            if not self.given_up and promised.isdecimal() and int(promised[:20]) != total:
                raise Unfetched(f"{self.address} was cut short after {total} of {promised[:20]} bytes: try again")


def _opener(address: str) -> OpenerDirector:
    """What follows redirects with care, and asks no proxy for what is served on this machine."""
    if urlsplit(address).hostname in LOOPBACK:
        return build_opener(_Redirects(), ProxyHandler({}))
    return build_opener(_Redirects())


def fetched(address: str, most: int, seconds: float = SECONDS, silence: float = SILENCE) -> bytes:
    """What an address holds, at most so many bytes within so many seconds.

    `silence`: seconds after which a server that sends nothing is given up. Raises Unfetched with one sentence.
    """
    require_trusted(address)
    attempt = _Attempt(address, most, silence)
    thread = threading.Thread(target=attempt.run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        attempt.given_up = True
        raise Unfetched(f"{address} did not send all of it within {seconds:g} seconds")
    if attempt.trouble is not None:
        raise _told(attempt.trouble, attempt) from None
    return b"".join(attempt.parts)


def _told(trouble: Exception, attempt: _Attempt) -> Exception:
    """What went wrong, in one sentence; a fault of the program stays what it is."""
    address = attempt.address
    if isinstance(trouble, HTTPError):
        return Unfetched(f"{address} {_answered(trouble)}", absent=trouble.code in ABSENT)
    if isinstance(trouble, URLError) and not isinstance(trouble.reason, TimeoutError):
        return Unfetched(f"{address} cannot be reached: {_line(trouble.reason)}")
    if isinstance(trouble, (TimeoutError, URLError)):
        return Unfetched(f"{address} sent nothing for {attempt.silence:g} seconds")
    if isinstance(trouble, (OSError, HTTPException, ValueError)):
        return Unfetched(f"{address} cannot be read: {_line(trouble) or type(trouble).__name__}")
    return trouble


def _answered(error: HTTPError) -> str:
    if error.code in NOT_THERE:
        return f"answers {error.code}: check the address, and whether this version was published"
    if error.code in REFUSED:
        return f"answers {error.code}: it asks for a login, which a catalog must not"
    if error.code in REDIRECTED:
        return "redirects in a circle, too often, or to where no catalog can be"
    return f"answers {error.code}"


def _line(reason: object) -> str:
    return " ".join(str(reason).split())[:200]
