"""The rules a YAML file keeps before anyone asks what it means: OPS001 to OPS017."""

from __future__ import annotations

from generators.findings import Rule, Severity

NOT_UTF8 = Rule(
    "OPS001",
    "not-utf-8",
    Severity.ERROR,
    "A file is UTF-8.",
    "Other encodings are guessed differently by every reader, so that two people see two texts.",
    "Save the file as UTF-8 without a byte order mark.",
)
FORBIDDEN_CHARACTER = Rule(
    "OPS002",
    "forbidden-character",
    Severity.ERROR,
    "A file has no control, bidirectional, zero-width or other invisible characters.",
    "They hide keys and reorder what a reviewer sees; some of them end a line for YAML and not for an editor.",
    "Delete the character. ZERO WIDTH JOINER and NON-JOINER may stay in values and comments, not in keys.",
)
SYNTAX = Rule(
    "OPS003",
    "yaml-syntax",
    Severity.ERROR,
    "A file is well-formed YAML.",
    "Nothing after a syntax error can be read.",
    "Correct the place; most often indentation, an open quote or bracket, or a colon that wants the value quoted.",
)
DUPLICATE_KEY = Rule(
    "OPS004",
    "duplicate-key",
    Severity.ERROR,
    "A mapping has each key once.",
    "Readers keep the first or the last value without a word; a reviewer sees one and the machine obeys the other.",
    "Delete one of the two.",
)
TAG = Rule(
    "OPS005",
    "tag",
    Severity.ERROR,
    "A value has no YAML tag.",
    "A tag asks the reader to build another type, in some readers any object.",
    "Delete the tag; quote the value if it is text.",
)
ALIAS = Rule(
    "OPS006",
    "anchor-or-alias",
    Severity.ERROR,
    "A file has no anchor, alias or merge key.",
    "A few hundred bytes of them expand to gigabytes, and a line that changes elsewhere changes this one unseen.",
    "Write the value out where it is used.",
)
ONE_DOCUMENT = Rule(
    "OPS007",
    "one-document",
    Severity.ERROR,
    "A file holds exactly one document and no directives.",
    "One file defines one thing; a second document is ignored by most readers.",
    "Move the second document to its own file; delete the directive.",
)
NOT_A_MAPPING = Rule(
    "OPS008",
    "top-level-mapping",
    Severity.ERROR,
    "The top level of a file is a mapping.",
    "A file defines one thing by its named fields.",
    "Write `field: value` lines, starting in the first column.",
)
KEY = Rule(
    "OPS009",
    "plain-key",
    Severity.ERROR,
    "A key is a short, plain text on one line.",
    "Numbers, truth values, lists and look-alike texts as keys are read differently by every reader.",
    "Write a key of at most 128 characters without surrounding spaces; quote it if it is a number or a truth value.",
)
AMBIGUOUS = Rule(
    "OPS010",
    "ambiguous-scalar",
    Severity.ERROR,
    "A value means the same in YAML 1.1 and 1.2, and what it looks like.",
    "`no` is false or text, `22:00` is 1320 or text, `012` is 10 or 12, depending on the reader.",
    "Quote it if it is text; else write true, false, null or a plain decimal number.",
)
LIMIT = Rule(
    "OPS011",
    "limit",
    Severity.ERROR,
    "A file and a repository stay within the limits.",
    "Oversized or deeply nested input stops the machine that reads it.",
    "Split the file, or flatten it.",
)
NOT_A_FILE = Rule(
    "OPS012",
    "regular-file",
    Severity.ERROR,
    "A YAML file is a regular file inside the root; its name ends in .yaml, or .yml below charts/.",
    "Links lead outside the reviewed tree, pipes and devices never end, a file with the other ending would be skipped.",
    "Replace the link by the file itself; rename .yml to .yaml, below charts/ .yaml to .yml.",
)
UNREADABLE = Rule(
    "OPS013",
    "unreadable",
    Severity.ERROR,
    "A file can be read.",
    "What cannot be read cannot be checked.",
    "Correct the permissions, or run again if the file was being moved.",
)

HANDWRITTEN = Rule(
    "OPS014",
    "handwritten-page",
    Severity.ERROR,
    "What lies below docs/ is a plain file; a page neither changes settings nor asks for code, HTML or other files.",
    "A page could otherwise run a program where the site is built, or carry a file of that machine onto the site.",
    "Do what the hint says; what a page may hold is in the authoring guide.",
)
CUT_SHORT = Rule(
    "OPS015",
    "text-cut-short",
    Severity.ERROR,
    "A text without quotes is not cut short by ` #`.",
    "YAML takes ` #` and the rest of the line for a comment: half of the text is lost, and `#name` alone is no text.",
    "Quote the text, or write the comment on a line of its own.",
)
PASTED = Rule(
    "OPS016",
    "pasted-characters",
    Severity.ERROR,
    "Text that readers paste holds ASCII characters; letters of other scripts stand in quotes.",
    "A no-break space, a dash for a hyphen, a curly quote or a letter of another alphabet looks right and fails.",
    "Type the character that the hint names.",
)
PORTABLE = Rule(
    "OPS017",
    "portable-name",
    Severity.ERROR,
    "Every operating system can hold the name of a file or folder, and beside its neighbours.",
    "Git refuses the checkout on Windows, or writes one of two files: the whole repository is unusable there.",
    "Rename it: not `con`, `nul` or another device, no dot or space at the end, no second one in other capitals.",
)
RULES: tuple[Rule, ...] = (
    NOT_UTF8,
    FORBIDDEN_CHARACTER,
    SYNTAX,
    DUPLICATE_KEY,
    TAG,
    ALIAS,
    ONE_DOCUMENT,
    NOT_A_MAPPING,
    KEY,
    AMBIGUOUS,
    LIMIT,
    NOT_A_FILE,
    UNREADABLE,
    HANDWRITTEN,
    CUT_SHORT,
    PASTED,
    PORTABLE,
)
