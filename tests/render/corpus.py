"""Texts that mean something to a parser on the way to the page, and what a page must show for any text."""

from __future__ import annotations

import re
import string

from markdown_it.common.utils import isValidEntityCode

_BREAKS = "\n\r\v\f\x85\u2028\u2029"

_STARTS = (
    *(
        "# h",
        "## h ##",
        "- item",
        "* item",
        "+ item",
        "1. one",
        "1) one",
        "> quote",
        ">",
        "-",
        "+",
        "1.",
        "---",
        "***",
        "___",
    ),
    *(
        "===",
        "```",
        "~~~",
        "````",
        ":::",
        "::::",
        "$$",
        "%% note",
        "% comment",
        "+++",
        "+++ {}",
        "(target)=",
        ": definition",
    ),
    *(
        ":field: body",
        "| a | b |",
        "|---|---|",
        "a | b\n---|---\nc | d",
        "[^1]: note",
        "[ref]: https://x.example 'title'",
    ),
    *(
        "\tcode",
        "    code",
        "[ ] todo",
        "[x] done",
        "…",
        "—",
        "<!-- c -->",
        "<?php ?>",
        "<![CDATA[x]]>",
        "<!DOCTYPE html>",
    ),
)
_SPANS = (
    *(
        "*a*",
        "**a**",
        "_a_",
        "__a__",
        "***a***",
        "~~a~~",
        "`a`",
        "``a``",
        "`",
        "``",
        "` `",
        "a`",
        "`a",
        "\\",
        "a\\",
        "\\`a\\`",
    ),
    *(
        "[a](https://x.example)",
        "[a](javascript:alert(1))",
        "![a](/etc/passwd)",
        "[a][b]",
        "[a]",
        "[](#a)",
        "[^1]",
        "![](x)",
    ),
    *(
        "<https://x.example>",
        "<a@x.example>",
        "<javascript:alert(1)>",
        "https://x.example",
        "www.x.example",
        "a@x.example",
    ),
    *(
        "<b>a</b>",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</p>",
        "<",
        "&",
        "<svg/onload=alert(1)>",
    ),
    *(
        "&amp;",
        "&lt;b&gt;",
        "&#60;",
        "&#x3c;",
        "&copy",
        "&#0;",
        "&nosuch;",
        "&#1114112;",
        "$a$",
        "$$a$$",
        "\\(a\\)",
        "\\[a\\]",
    ),
    *(
        "{ref}`a`",
        "{doc}`/x`",
        "{download}`/etc/passwd`",
        "{raw}`<b>`",
        "{math}`a`",
        "{",
        "}",
        "{a}",
        "{a}`",
        "`a`{=html}",
    ),
    *(
        "{{ a }}",
        "{% raw %}",
        "{# c #}",
        "{{ 7*7 }}",
        "{%",
        "%}",
        "}}",
        "${a}",
        "|a|",
        "|",
        "||",
        "a|b",
        "\\|",
        "a\\|b",
        "\\\\|",
    ),
    *(
        "(c)",
        "(tm)",
        "--",
        "...",
        '"a"',
        "'a'",
        "a--b",
        "don't",
        "#a",
        "@a",
        "a: b",
        "a : b",
        "::",
        "a::",
        ":a:",
        "^a^",
        "~a~",
    ),
    *(
        "a_b_c",
        "a__b__c",
        "*",
        "**",
        "* *",
        "a *b",
        "a* b*",
        "a**b**c",
        "\\*a\\*",
        "\\_",
        "a \\",
        "a  \nb",
        "a\\\nb",
        "a\n\nb",
    ),
)
_BLOCKS = (
    *(
        "```{note}\na\n```",
        ":::{note}\na\n:::",
        "````\na\n```\n````",
        "a\n===",
        "a\n---",
        "a\n-",
        "---\na: b\n---",
        "a\n# b",
    ),
    *(
        "```{include} /etc/passwd\n```",
        "```{literalinclude} /etc/passwd\n```",
        "```{eval-rst}\n.. raw:: html\n\n   <b>\n```",
    ),
    *(
        "```{raw} html\n<script>alert(1)</script>\n```",
        "```{image} /etc/passwd\n```",
        "```{csv-table}\n:file: /etc/passwd\n```",
    ),
    *(
        "~~~{figure} x\n~~~",
        "a\n:::\nb",
        "a\n```\nb",
        "a\n~~~\nb",
        "a\n::::::::::\nb",
        "\n:::\n",
        "a\n   :::\n   ```\n   ~~~\nb",
    ),
    *(
        ".. raw:: html",
        ".. include:: /etc/passwd",
        "a\n\n    b",
        "- a\n- b",
        "> a\n> b",
        "1. a\n2. b",
        "a\n: b",
        "\n\na\n\n\n",
        "\na",
    ),
    *(
        ":class: danger\n\na",
        ":name: a",
        "---\nclass: danger\n---\na",
        "* - a\n  - b",
        "* * *",
        "- - -",
        "</div>\n\n# a",
        "(a)=\n# b",
    ),
    *(
        "a\r\nb",
        "a\rb",
        "a\n\rb",
        "a\r\n\r\nb",
        "a\x85b",
        "a\u2028b",
        "a\u2029b",
        "a\vb",
        "a\fb",
        "\x85",
        "a\n",
        "\r\na\r",
        "a\x1c\x1d\x1eb",
    ),
)
_LETTERS = (
    *(
        "a\u202eb",
        "\u2066a\u2069",
        "\u200fa",
        "a\u200bb",
        "\u200b",
        "\ufeffa",
        "a\u00adb",
        "a\u00a0b",
        "\u00a0",
        "\u3000a",
        "a\u2009b",
    ),
    *(
        "\U0001f469\u200d\U0001f4bb",
        "\U0001f1e9\U0001f1ea",
        "\u2764\ufe0f",
        "e\u0301",
        "\u0301",
        "\u0301\u0302" * 20,
        "\u1e9e",
        "\u0131",
        "\u017f",
    ),
    *(
        "ﬁ",
        "½",
        "²",
        "Ⅷ",
        "①",
        "٣",
        "漢字",
        "ไทย",
        "नमस्ते",
        "עברית",
        "عربي",
        "\uff5c",
        "\uff03",
        "\u2060a",
        "\U000e0041",
    ),
    *(
        "\0",
        "a\0b",
        "\x01",
        "\x1b[31m",
        "\x7f",
        "\x80",
        "\ud800",
        "a\udfffb",
        "\ufffe",
        "\uffff",
        "\ufdd0",
        "\U0010ffff",
        "\ufffd",
    ),
    *(
        "a\tb",
        "\ta",
        "a\t",
        "\t|\t",
        "a  b",
        " a ",
        "  a",
        "a  ",
        "` a",
        "a `",
        " `a` ",
        "0",
        "None",
        "true",
        "x" * 3000,
        "*_`|" * 300,
    ),
    *(
        "a b " * 500,
        "`" * 200,
        "|" * 200,
        ":" * 200,
        "~" * 200,
        "[" * 200,
        "(" * 200,
        "<" * 200,
        "&#" * 100,
        "{{" * 100,
        "> " * 100,
    ),
)


def hostile_texts() -> list[str]:
    """Each text once: punctuation alone, in runs, in pairs, beside letters, then all that is listed above."""
    marks = [
        form for c in string.punctuation for form in (c, c * 2, c * 3, f"{c} a", f"{c}a", f"a{c}", f"a{c}b", f"a {c} b")
    ]
    pairs = [" ".join(f"{one}{other} {one}{other}a" for other in string.punctuation) for one in string.punctuation]
    listed = [*_STARTS, *_SPANS, *_BLOCKS, *_LETTERS]
    return list(dict.fromkeys([*marks, *pairs, *listed, *(f"a\n{text}\nb" for text in (*_STARTS, *_BLOCKS))]))


def is_blank(text: str) -> bool:
    """Whether nothing of it would show."""
    return not one_line(text)


def one_line(text: str) -> str:
    """What inline text shows: white space between words is one space, what HTML cannot show is U+FFFD."""
    return re.sub(f"[ \t{_BREAKS}]+", " ", _shown(text)).strip(" ")


def prose(text: str) -> list[str]:
    """What paragraphs show."""
    parts = re.split(r"\n[ \t]*(?=\n)", code(text))
    return [one_line(part) for part in parts if not is_blank(part)]


def code(text: str) -> str:
    """What a code block shows, without its last line end."""
    return "".join("\n" if c in _BREAKS else c for c in _shown(text).replace("\r\n", "\n"))


def monospace(text: str) -> str:
    """What an inline literal shows."""
    return code(text).replace("\n", " ")


def _shown(text: str) -> str:
    return "".join(c if c in _BREAKS or isValidEntityCode(ord(c)) else "\ufffd" for c in text)
