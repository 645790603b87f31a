"""Sign-offs that the history of the repository has and its files no longer have."""

from __future__ import annotations

from pathlib import Path

from generators.cli.options import Unusable
from generators.cli.revision import git_text
from generators.launch.vanished import History, Vanished
from generators.model.launch import SignOff

FOLDER = SignOff.folder.pattern.rsplit("/", 1)[0]
COMMIT = "commit "


def vanished_records(root: Path) -> History:
    """What became of every sign-off that a commit before this one ever had.

    Each parent of a merge is compared, so that one which a merge dropped is found as well; a record under another name
    has vanished under the first. Raises nothing: what git cannot say is a note.
    """
    try:
        is_shallow = git_text(root, "rev-parse", "--is-shallow-repository").strip() == "true"
        said = git_text(
            root,
            *("log", "--full-history", "-m", "--no-renames", "--diff-filter=AD", "--name-status", "--relative"),
            *(f"--format={COMMIT}%H", "--", FOLDER),
        )
    except Unusable as error:
        return History((), f"The history of sign-offs is not known: {error}")
    note = (
        "The history is not complete: this is a shallow clone. `git fetch --unshallow` completes it."
        if is_shallow
        else ""
    )
    return History(tuple(_gone(root, said)), note)


def _gone(root: Path, said: str) -> list[Vanished]:
    """Paths that were ever added and are not there, each with the newest commit that took it away."""
    added: dict[str, str] = {}
    commit = ""
    for line in said.splitlines():
        if line.startswith(COMMIT):
            commit = line.removeprefix(COMMIT)
            continue
        how, _, path = line.partition("\t")
        if not path:
            continue
        # Newest first: the first deletion that is met is the last one that happened.
        before = added.get(path, "")
        added[path] = before or (commit if how == "D" else "")
    return [Vanished(path, commit) for path, commit in sorted(added.items()) if not (root / path).is_file()]
