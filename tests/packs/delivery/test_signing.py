"""Signing that is ended in the middle: users get the old catalog, the new one, or are told to try again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from generators.published.catalog import published
from generators.published.download import Unfetched
from generators.published.manifest import Unreadable
from generators.published.trust import Trust
from tests.faults import killed
from tests.published.samples import Sample, manifest
from tests.published.signing import AT, Publisher, sign

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults import Moment


def versions(catalog: Path) -> list[str]:
    """What a user who never saw the catalog is offered, or told."""
    try:
        found = published(str(catalog), Trust(Publisher().root, "root", AT, None))
    except (Unreadable, Unfetched) as error:
        return ["try again"] if "try again" in str(error) else [str(error)]
    return [release.version for release in found.index.releases]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_signing_that_is_killed_is_taken_up(ram: Path, moment: Moment) -> None:
    """At every call of the system; the next one ends where one that was not killed does."""
    sample = Sample(ram / "catalog")
    sample.add(manifest(version="1.1.0"))
    signed = shutil.copytree(sample.folder, ram / "signed")
    sample.add(manifest(version="1.2.0"))
    shutil.rmtree(sample.folder / "metadata")
    shutil.copytree(signed / "metadata", sample.folder / "metadata")
    number = 0
    while True:
        folder = shutil.copytree(sample.folder, ram / str(number))
        was_killed = killed(lambda folder=folder: sign(folder), number, moment)  # type: ignore[misc]
        assert versions(folder) in (["1.2.0", "1.1.0"], ["try again"])
        sign(folder)
        assert versions(folder) == ["1.2.0", "1.1.0"]
        assert not list(folder.rglob(".dfops-*"))
        shutil.rmtree(folder)
        if not was_killed:
            break
        number += 1
    assert number > 10
