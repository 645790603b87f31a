"""What synthetic rows are made from, as a part of a published version."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generators.catalog import Entry
from generators.packs.delivery.publishing import Candidate, Made, Unpublishable, made
from generators.packs.delivery.samples import sample_members
from generators.packs.reading.changelog import changelog_of
from generators.published.archive import unpacked
from generators.published.manifest import Release, SampleManifest
from generators.source import read
from tests.client import NEWEST
from tests.packs.delivered import WORDS
from tests.packs.kpis.board import packs
from tests.runtimes import ROOT, known

FILE = f"stripe_sample-{NEWEST.version}.tar.gz"


def candidate(more: str = "") -> Candidate:
    """A pack for one runtime on one warehouse, with more text behind its fixtures."""
    pack = packs()["stripe"]
    assert pack.fixtures is not None
    document = read(pack.fixtures.path, (pack.fixtures.document.text + more).encode()).document
    assert document is not None
    entity = pack.pack.entity.model_copy(update={"warehouses": pack.pack.entity.warehouses[:1]})
    one = replace(
        pack,
        pack=Entry("pack", pack.id, entity, pack.pack.document),
        fixtures=Entry("pack-fixtures", pack.id, pack.fixtures.entity, document),
    )
    return Candidate(one, changelog_of(ROOT, pack.id), {known()[0].id: known()[0].runtime}, "The licence.\n", ())


def publish(one: Candidate, *before: Release) -> Made:
    """A version beside those that are published."""
    return made(one, before, NEWEST.day, lambda _: ())


def test_a_version_carries_what_its_rows_are_made_from() -> None:
    """Its own schema and fixtures, and the word that no row is one of an account."""
    result = publish(candidate())
    assert result.release.sample is not None
    assert (result.release.sample.file, result.release.sample.size) == (FILE, len(result.files[FILE]))
    files = unpacked(result.files[FILE], "it")
    for name in ("schema.yaml", "fixtures.yaml"):
        assert files[name] == (ROOT / "packs/stripe" / name).read_bytes()
    manifest = SampleManifest.model_validate_json(files["pack.json"])
    assert (manifest.pack, manifest.version, manifest.synthetic) == ("stripe", NEWEST.version, True)
    assert b"The rows are synthetic" in files["README.md"]


def test_rows_of_a_published_version_never_change() -> None:
    """Whoever makes them again gets the same ones."""
    first = publish(candidate()).release
    assert publish(candidate(), first).state == "unchanged"
    with pytest.raises(Unpublishable, match=f"published with other content, {FILE} differs: raise the version"):
        publish(candidate("# Another word.\n"), first)


def test_a_version_from_before_samples_stays_as_it_is() -> None:
    """It gets none later."""
    old = publish(candidate()).release.model_copy(update={"sample": None, "inputs": "0" * 64})
    result = publish(candidate(), old)
    assert (result.state, result.release.sample, dict(result.files)) == ("unchanged", None, {})


def test_a_pack_without_rows_has_no_sample() -> None:
    """There is nothing to make them from."""
    assert sample_members(replace(packs()["stripe"], fixtures=None), WORDS) is None
