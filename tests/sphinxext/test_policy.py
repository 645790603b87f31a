"""The policy of a page, to the letter: the browser's tests see only what a page of today uses."""

from __future__ import annotations

from generators.sphinxext.policy import digest, policy


def test_policy_in_full() -> None:
    """Nothing but the site's own files and two inline parts; no other host, frame, plug-in, base or form's address."""
    assert policy(["run()"], ["a { }"]).split("; ") == [
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "form-action 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        f"script-src 'self' {digest('run()')}",
        f"style-src 'self' {digest('a { }')}",
    ]


def test_policy_of_a_page_that_loads_no_file() -> None:
    """What stands inside and nothing else."""
    assert policy([], [], "").split("; ") == [
        *("default-src 'none'", "base-uri 'none'", "connect-src 'none'", "form-action 'none'", "img-src data:"),
        *("object-src 'none'", "script-src 'none'", "style-src 'none'"),
    ]
