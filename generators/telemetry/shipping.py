"""Events leave this machine: in batches over HTTP, delivered at least once. An event's id tells a second one apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from generators.telemetry.event import BATCH
from generators.telemetry.spool import is_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generators.telemetry.spool import Taken

MOST_EVENTS: Final = 500
MOST_BYTES: Final = 512 << 10
"""Of a batch."""
TOO_LARGE: Final = 413
RETRIED: Final = (408, 425, 429, 500, 502, 503, 504)
"""Answers after which the same batch is sent again."""
TIMES: Final = urllib3.Timeout(connect=5, read=15)
"""Seconds."""
AGENT: Final = "dfops"


class Unsent(Exception):  # noqa: N818 - what happens on a network, not a fault of the program
    """The other side took nothing in: one sentence. The events still wait."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """What one run sent."""

    events: int = 0
    batches: int = 0
    refused: int = 0
    """Lines that no one takes: torn, or too large."""


def ship(taken: Taken, address: str, *, attempts: int = 4, pause: float = 0.5) -> Shipped:
    """Send what waits. Raises Unsent after so many attempts, with growing pauses (seconds) between them, and OSError.

    Redirects are not followed: the address is the one that was agreed to.
    """
    retry = urllib3.Retry(
        total=attempts - 1,
        backoff_factor=pause,
        backoff_jitter=pause,
        status_forcelist=RETRIED,
        allowed_methods=["POST"],
        raise_on_status=False,
        respect_retry_after_header=False,  # a server must not hold the process for as long as it likes
    )
    events = batches = refused = 0
    with _pool(address) as pool:
        for batch in taken.batches(MOST_EVENTS, MOST_BYTES):
            lines = []
            for line in batch:
                if is_whole(line):
                    lines.append(line)
                else:
                    taken.refuse(line, "a torn line")
            too_large = _post_halves(pool, address, lines, retry)
            for line in too_large:
                taken.refuse(line, "the address takes no event of this size")
            taken.sent(batch)
            events += len(lines) - len(too_large)
            batches += 1
            refused += len(batch) - len(lines) + len(too_large)
    return Shipped(events, batches, refused)


def _pool(address: str) -> urllib3.PoolManager:
    """Connections to an address, by the proxy that the environment names for it."""
    parts = parse_url(address)
    proxy = getproxies().get(parts.scheme or "", "")
    if proxy and not proxy_bypass(parts.host or ""):
        return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()


def _post_halves(
    pool: urllib3.PoolManager, address: str, lines: Sequence[bytes], retry: urllib3.Retry
) -> Sequence[bytes]:
    """Send lines, in halves where they are too many bytes at once; those that alone are too large. Raises Unsent."""
    if not lines or _post(pool, address, lines, retry):
        return ()
    if len(lines) == 1:
        return lines
    half = len(lines) // 2
    return [
        *_post_halves(pool, address, lines[:half], retry),
        *_post_halves(pool, address, lines[half:], retry),
    ]


def _post(pool: urllib3.PoolManager, address: str, lines: Sequence[bytes], retry: urllib3.Retry) -> bool:
    """Whether the other side took the events in; False where they were too large for it. Raises Unsent."""
    body = b"[" + b",".join(line.rstrip(b"\n") for line in lines) + b"]"
    headers = {"Content-Type": BATCH, "User-Agent": AGENT}
    try:
        answer = pool.request("POST", address, body=body, headers=headers, retries=retry, timeout=TIMES, redirect=False)
    except HTTPError as error:
        raise Unsent(f"{parse_url(address).host} cannot be reached: {type(error).__name__}") from error
    if answer.status == TOO_LARGE:
        return False
    if not 200 <= answer.status < 300:  # noqa: PLR2004 - the codes of an answer that is good
        raise Unsent(f"{parse_url(address).host} answers with {answer.status}")
    return True
