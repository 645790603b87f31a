from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
import urllib3

from generators.telemetry import shipping
from generators.telemetry.shipping import Shipped, Unsent, ship
from generators.telemetry.spool import EVENTS, Spool
from tests.faults import killed
from tests.published import servers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults import Moment
    from tests.published.servers import Answering, Behaviour, Serving

PATH = "/events"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that hangs is waited for shortly, and no proxy is asked."""
    monkeypatch.setattr(shipping, "TIMES", urllib3.Timeout(connect=1, read=0.2))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """With a thousand events."""
    made = Spool.of(tmp_path)
    made.append(*(json.dumps({"id": str(number)}).encode() + b"\n" for number in range(1000)))
    return made


def sent(spool: Spool, server: Serving, attempts: int = 1) -> Shipped:
    """One run."""
    with spool.taken() as taken:
        return ship(taken, f"{server.address}{PATH}", attempts=attempts, pause=0.001)


def arrived(server: Serving) -> list[str]:
    """Ids in the order in which they came."""
    return [event["id"] for body in server.posted for event in json.loads(body)]


def then(*behaviours: Behaviour) -> Behaviour:
    """One after the other; the last one for good."""
    rest, lock = list(behaviours), threading.Lock()

    def behave(one: Answering) -> None:
        with lock:
            now = rest.pop(0) if len(rest) > 1 else rest[0]
        now(one)

    return behave


TAKEN = servers.status(202)


def test_each_event_is_sent_once_where_nothing_goes_wrong(spool: Spool) -> None:
    """In batches, oldest first; nothing waits afterwards."""
    with servers.serving({PATH: TAKEN}) as server:
        assert sent(spool, server) == Shipped(events=1000, batches=2)
        assert arrived(server) == [str(number) for number in range(1000)]
    assert spool.waiting().events == 0


@pytest.mark.parametrize(
    "trouble", [servers.status(500), servers.status(429), servers.silent], ids=["500", "429", "hangs"]
)
def test_a_batch_that_was_not_acknowledged_is_sent_again(spool: Spool, trouble: Behaviour) -> None:
    """Within a run; what the other side had already kept comes twice, with the same ids."""
    with servers.serving({PATH: then(TAKEN, trouble, TAKEN)}) as server:
        assert sent(spool, server, attempts=3).events == 1000
        assert set(arrived(server)) == {str(number) for number in range(1000)}
        assert len(server.posted) == 3
    assert spool.waiting().events == 0


@pytest.mark.parametrize("trouble", [servers.status(500), servers.status(404), servers.status(302), servers.silent])
def test_what_is_not_taken_in_waits(spool: Spool, trouble: Behaviour) -> None:
    """The first batch is not sent again by the next run."""
    with servers.serving({PATH: then(TAKEN, trouble)}) as server:
        with pytest.raises(Unsent):
            sent(spool, server, attempts=2)
        assert spool.waiting().events == 500
        server.posted.clear()
        server.table = {PATH: TAKEN}
        assert sent(spool, server).events == 500
        assert arrived(server) == [str(number) for number in range(500, 1000)]


def test_no_redirect_is_followed(spool: Spool) -> None:
    """Consent is for one address."""

    def elsewhere(one: Answering) -> None:
        one.send_response(307)
        one.send_header("Location", "/other")
        one.end_headers()

    with servers.serving({PATH: elsewhere, "/other": TAKEN}) as server:
        with pytest.raises(Unsent, match="307"):
            sent(spool, server)
        assert len(server.posted) == 1


def test_no_one_there(spool: Spool) -> None:
    """The sentence names the host, and every event waits."""
    with servers.serving({}) as server:
        pass
    with pytest.raises(Unsent, match=r"^127\.0\.0\.1 cannot be reached"):
        sent(spool, server)
    assert spool.waiting().events == 1000


def test_a_batch_that_is_too_large_is_halved(tmp_path: Path) -> None:
    """Down to the event that alone is too large: that one is set aside with the reason."""
    spool = Spool.of(tmp_path)
    texts = ["x" * (900 if number == 5 else 10) for number in range(16)]
    spool.append(*(json.dumps({"id": str(n), "more": text}).encode() + b"\n" for n, text in enumerate(texts)))

    def small(one: Answering) -> None:
        one.send_response(413 if len(one.server.posted[-1]) > 200 else 200)
        one.end_headers()

    with servers.serving({PATH: small}) as server:
        done = sent(spool, server)
        assert (done.events, done.refused) == (15, 1)
        kept = {event["id"] for body in server.posted if len(body) <= 200 for event in json.loads(body)}
        assert kept == {str(number) for number in range(16)} - {"5"}
    assert (spool.waiting().events, spool.waiting().refused) == (0, 1)


def test_a_torn_line_spoils_no_batch(spool: Spool) -> None:
    """It is set aside."""
    with (spool.folder / EVENTS).open("ab") as stream:
        stream.write(b'{"id": "to\n{"id": "last"}\n')
    with servers.serving({PATH: TAKEN}) as server:
        assert sent(spool, server).refused == 1
        assert arrived(server)[-1] == "last"


@pytest.mark.parametrize(
    "moment", [pytest.param("before", marks=pytest.mark.long), "after", pytest.param("torn", marks=pytest.mark.long)]
)
def test_a_sender_that_is_killed_anywhere_loses_nothing(tmp_path: Path, moment: Moment) -> None:
    """The next run sends what was not acknowledged, with what came meanwhile."""
    with servers.serving({PATH: TAKEN}) as server:
        for number in range(99):
            spool = Spool.of(tmp_path / f"{number}")
            spool.append(*(json.dumps({"id": f"{n}"}).encode() + b"\n" for n in range(1001)))
            server.posted.clear()
            was_killed = killed(lambda spool=spool: sent(spool, server), number, moment)  # type: ignore[misc]
            spool.append(b'{"id": "later"}\n')
            sent(spool, server)
            assert set(arrived(server)) == {*(f"{n}" for n in range(1001)), "later"}
            assert len(arrived(server)) <= 1002 + 500, "one batch twice"
            assert spool.waiting().events == 0
            if not was_killed:
                break
        assert number > 10
