"""The forms of texts: each pattern with the words and the example that a finding says instead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Form(NamedTuple):
    """How a text of some pattern is written: completes "needs …, such as …"."""

    words: str
    example: str

    @property
    def sentence(self) -> str:
        """What follows the name of a field."""
        return f"needs {self.words}, such as {self.example}"


SLUG = r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$"
STEP = rf"{SLUG[:-1]}/{SLUG[1:]}"
NAME = r"^[a-z][a-z0-9_]*$"
IDENTIFIER = r"^[a-z_][a-z0-9_]*$"
COLUMN = rf"{IDENTIFIER[:-1]}\.{IDENTIFIER[1:]}"
COLUMN_OF_EACH = rf"{IDENTIFIER[:-1]}={COLUMN[1:]}"
ONE_LINE = r"^\S(?:[^\n]*\S)?$"
NOT_BLANK = r"\S"
HTTPS = r"^https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[\x21-\x7e]*)?$"
SITE_URL = r"^(?:https://[A-Za-z0-9.-]+|http://(?:127\.0\.0\.1|localhost))(?::[0-9]{1,5})?/(?:[A-Za-z0-9._~-]+/)*$"
REPO_PATH = r"^[A-Za-z0-9_.][A-Za-z0-9_./{}*-]*$"
SEMVER = r"^(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:-[0-9A-Za-z.-]+)?$"
UPSTREAM_VERSION = r"^[0-9]+(?:\.[0-9]+)*(?:\.?(?:a|b|rc|dev|post)[0-9]+)?$"
DIAGNOSTIC_CODE = r"^(?:ERR|WARN)-[A-Z0-9]+(?:-[A-Z0-9]+)*$"
LOCAL_TIME = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$"
SPAN = r"^[1-9][0-9]{0,4} (?:minute|hour|day)s?$"
RELEASE = rf"^[a-z][a-z0-9-]* (?:after )?{UPSTREAM_VERSION[1:]}"
RECURRENCE = r"^FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)(?:;[A-Z]+=[A-Z0-9,+-]+)*$"
TEST = r"^(?:[A-Za-z0-9_][A-Za-z0-9_-]*/)*test_[A-Za-z0-9_]+\.py(?:::Test[A-Za-z0-9_]*)?::test_[A-Za-z0-9_]+$"
HEX_DIGEST = r"^[0-9a-f]{64}$"
DIGEST = rf"^sha256:{HEX_DIGEST[1:]}"
COMMIT = r"^[0-9a-f]{40}$"
RULE_CODE = r"^OPS[0-9]{3,4}$"
SSH_KEY = (
    r"^(?:sk-)?(?:ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521))(?:@openssh\.com)?"
    r" AAAA[A-Za-z0-9+/]{60,300}={0,2}(?: [^\s](?:[^\n]*\S)?)?$"
)
SHARE = r"^0\.[0-9]{1,5}$"

_ACCOUNT = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?"
HANDLE = (
    rf"^(?:{_ACCOUNT}(?:_[A-Za-z0-9]{{3,8}})?"  # a user; a managed one ends in the short code of the enterprise
    rf"|{_ACCOUNT}/[A-Za-z0-9](?:[A-Za-z0-9_-]{{0,97}}[A-Za-z0-9_])?"  # a team of an organization
    r"|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)$"  # an address that the forge knows
)

FORMS: Mapping[str, Form] = {
    SLUG: Form("lower-case letters and digits, joined by - or _", "change-me"),
    STEP: Form("a runbook and one of its steps, with / between them", "roll-back/confirm"),
    NAME: Form("lower-case letters, digits and _, a letter first", "change_me"),
    IDENTIFIER: Form("a name as warehouses store it: lower-case letters, digits and _, no digit first", "created_at"),
    COLUMN: Form("two names with a dot between them, each of lower-case letters, digits and _", "charge.id"),
    COLUMN_OF_EACH: Form("a column, = and the table and column that its values come from", "day_of=calendar.day"),
    ONE_LINE: Form("text on one line, without spaces around it", "Change this line"),
    NOT_BLANK: Form("text that is not blank", "Change this text."),
    HTTPS: Form("an address that begins with https:// and holds no spaces", "https://example.org/page"),
    SITE_URL: Form("an address that begins with https:// and ends with /", "https://packs.example.org/"),
    REPO_PATH: Form("a path below the root, without spaces", "ops_model/support"),
    SEMVER: Form("three numbers with dots between them", "1.0.2"),
    UPSTREAM_VERSION: Form("a version as its registry spells it, in quotes", '"0.10.0"'),
    COMMIT: Form("40 hexadecimal digits in lower case", "0" * 40),
    RULE_CODE: Form("the code of a rule: OPS and its number", "OPS202"),
    DIAGNOSTIC_CODE: Form("ERR- or WARN- and words of capitals", "ERR-FILE-NOT-FOUND"),
    LOCAL_TIME: Form("hours and minutes of 24 hours, two digits each, in quotes", '"09:30"'),
    RELEASE: Form("the name of a package and a version of it", "example 1.2.0"),
    SPAN: Form("a whole number and minutes, hours or days", "15 minutes"),
    RECURRENCE: Form("an RFC 5545 rule that begins with FREQ=", "FREQ=WEEKLY;BYDAY=MO"),
    TEST: Form("a test as pytest names it: its file, :: and its function", "tests/test_lamp.py::test_it_is_lit"),
    HEX_DIGEST: Form("64 hexadecimal digits in lower case", "0" * 64),
    DIGEST: Form("sha256: and 64 hexadecimal digits in lower case", f"sha256:{'0' * 64}"),
    SSH_KEY: Form(
        "the public half of an Ed25519, ECDSA or hardware key, as a .pub file has it (RSA keys are not taken)",
        f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{'A' * 43}",
    ),
    SHARE: Form("a share below 1 with at most five decimals, in quotes", '"0.999"'),
    HANDLE: Form("a user, a managed user, org/team or an e-mail address, without @ in front", "acme/keepers"),
}
"""Every pattern of the model."""
