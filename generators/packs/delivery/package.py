"""The files of an archive: a pack for one runtime and one warehouse, whole in itself.

For a runtime that reads dbt projects it is a dbt package; every one can be installed into a folder of boards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.packs.delivery.sources import sources_text
from generators.packs.reading.grammars import GRAMMARS
from generators.published.archive import sums
from generators.published.manifest import MANIFEST, SUMS, FreshnessLimits, PackManifest, RuntimeNeeded, dumps
from generators.source.writing import Quoted, yaml_text

if TYPE_CHECKING:
    from datetime import date

    from generators.model.pack import Freshness
    from generators.model.runtime import Runtime
    from generators.packs.delivery.boards import Forms
    from generators.packs.reading.folder import PackFolder

SUFFIX = "_boards"
"""Behind a pack's id in the name of its package: Fivetran's own packages are named after the connector."""
DBT_VERSIONS = (">=1.8.0", "<3.0.0")
LICENCE = "Apache-2.0"


@dataclass(frozen=True, slots=True)
class Words:
    """What an archive says of a version besides its boards."""

    released: date | None
    """None where the changelog has no entry for the version yet."""
    licence: str
    """The text of the licence."""
    changelog: str
    """The pack's changelog, as it stands."""
    changes: str
    """The part of it about this version."""
    limitations: tuple[str, ...]


def package_of(pack: str) -> str:
    """The name of a pack's package."""
    return pack.replace("-", "_") + SUFFIX


def file_of(pack: PackFolder, runtime: str, warehouse: str) -> str:
    """The name of an archive."""
    return f"{package_of(pack.id)}-{pack.pack.entity.version}-{runtime}-{warehouse}.tar.gz"


def members(forms: Forms, runtime_id: str, runtime: Runtime, words: Words) -> dict[str, bytes]:
    """The files of an archive by path. Raises Undeliverable for a board without a form in the runtime's grammar."""
    pack, manifest = forms.pack, _manifest(forms, runtime_id, runtime, words)
    folder = runtime.words.folder
    boards = forms.boards(GRAMMARS[runtime.grammar])
    texts = {f"{folder}/{name}": stamp(manifest) + text for name, text in boards.items()}
    texts |= {"LICENSE": words.licence, "CHANGELOG.md": words.changelog, "LIMITATIONS.md": _limitations(manifest)}
    if runtime.words.dbt_project:
        texts["dbt_project.yml"] = _project(manifest)
        texts["models/sources.yml"] = sources_text(pack.id, pack.schema.entity, forms.spellings)
    files = {path: text.encode() for path, text in texts.items()}
    files[MANIFEST] = dumps(manifest)
    files[SUMS] = sums(files)
    return files


def _manifest(forms: Forms, runtime_id: str, runtime: Runtime, words: Words) -> PackManifest:
    pack, footprint = forms.pack, forms.footprint
    return PackManifest(
        pack=pack.id,
        package=forms.spellings.package,
        title=pack.pack.entity.title,
        version=pack.pack.entity.version,
        released=words.released,
        licence=LICENCE,
        runtime=needed(runtime_id, runtime),
        warehouse=forms.spellings.warehouse,
        schema_name=pack.schema_name,
        tables=dict(sorted(forms.spellings.tables.items())),
        quoted=tuple(sorted(forms.spellings.quoted)),
        changes=words.changes,
        limitations=words.limitations,
        reads=footprint.reads,
        optional={table: tuple(sorted(columns or ())) for table, columns in sorted(footprint.optional.items())},
        freshness=_limits(pack.schema.entity.freshness),
    )


def _limits(freshness: Freshness) -> FreshnessLimits:
    return FreshnessLimits(
        warn_after_hours=freshness.warn_after.minutes / 60, error_after_hours=freshness.error_after.minutes / 60
    )


def needed(identity: str, runtime: Runtime) -> RuntimeNeeded:
    """What an archive says of the runtime that its boards are written for."""
    words = runtime.words
    return RuntimeNeeded(
        id=identity,
        title=runtime.title,
        program=runtime.program,
        folder=words.folder,
        suffix=words.suffix,
        board=words.board,
        boards=words.boards,
        project_files=words.project_files,
        minimum=runtime.newest.version,
    )


def stamp(manifest: PackManifest) -> str:
    """The first line of each board: what it is and from where, for whoever asks which version this is."""
    runtime = manifest.runtime
    return (
        f"# {manifest.title} pack {manifest.version} for {manifest.warehouse}, "
        f"{runtime.title} {runtime.minimum} or newer. Package: {manifest.package}\n"
    )


def _project(manifest: PackManifest) -> str:
    fields = {
        "name": manifest.package,
        "version": Quoted(manifest.version),
        "config-version": 2,
        "require-dbt-version": [Quoted(version) for version in DBT_VERSIONS],
        "model-paths": ["models"],
    }
    return yaml_text(fields, head=stamp(manifest).removeprefix("# "))


def _limitations(manifest: PackManifest) -> str:
    lines = "".join(f"- {line}\n" for line in manifest.limitations) or "None are known.\n"
    return f"# Known limitations of the {manifest.title} pack\n\n{lines}"
