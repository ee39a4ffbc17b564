"""Where a page's scripts send its reader: code in, addresses out.  Nothing is run.

Read are strings, their sums and templates, variables that are set to such, decodeURIComponent, and code in the string of a
setTimeout.  What is set under a condition, at a click or in a function that nobody calls is no address to be followed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING = r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`"
_NAME = r"[A-Za-z_$][\w$]*"
_TERM = (
    rf"(?:{_STRING}|(?:decodeURIComponent|decodeURI|unescape|String)\(\s*(?:{_STRING}|{_NAME})\s*\)|{_NAME}(?!\s*[(\w$.\[]))"
)
_SUM = rf"{_TERM}(?:\s*\+\s*{_TERM})*"
_END = r"(?=\s*(?:[;,)}\n]|$))"
_LOCATION = r"(?<![\w$.])(?:(?:window|document|top|self|parent|globalThis)\s*\.\s*){0,2}location"
_SENT = re.compile(
    rf"{_LOCATION}(?:\s*\.\s*href)?\s*=(?!=)\s*(?P<set>{_SUM}){_END}|{_LOCATION}\s*\.\s*(?:replace|assign)\s*\(\s*(?P<called>{_SUM})\s*\)"
)
_SENT_SOMEHOW = re.compile(rf"{_LOCATION}(?:\s*\.\s*href)?\s*=(?!=)|{_LOCATION}\s*\.\s*(?:replace|assign)\s*\(")
_VARIABLE = re.compile(
    rf"(?<![\w$.])(?:var|let|const)\s+(?P<name>{_NAME})\s*=\s*(?P<value>{_SUM}){_END}|,\s*(?P<next>{_NAME})\s*=\s*(?P<more>{_SUM}){_END}"
)
_TERMS = re.compile(_TERM)
_COMMENTS = re.compile(rf"({_STRING})|/\*.*?\*/|<!--|(?<![:\w])//[^\n]*|-->", re.DOTALL)
_LATER = re.compile(rf"\bset(?:Timeout|Interval)\s*\(\s*({_STRING})")
_BRACKETS = re.compile(r"\[\s*(['\"])(location|href|replace|assign)\1\s*\]")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,5})\}|(.))", re.DOTALL)
_PLACEHOLDER = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_UNDER_CONDITION = re.compile(r"(?:\bif\s*\([^;{}]*\)|\belse|\bcase\b[^;{}]*:|\?|&&|\|\|)\s*(?:\{\s*)?$|\bif\s*\([^;{}]*$")
_AT_AN_EVENT = re.compile(
    r"addEventListener\s*\(\s*['\"](?!load|DOMContentLoaded|pageshow)|\.on(?!load\b)[a-z]+\s*=|\.(?:click|submit)\s*\(|\bcatch\b"
)
_FUNCTION = re.compile(
    rf"\bfunction\s+({_NAME})\s*\([^)]*\)\s*$|({_NAME})\s*=\s*(?:function\s*\([^)]*\)|\([^)]*\)\s*=>|{_NAME}\s*=>)\s*$"
)


def script_targets(code: str) -> set[str | None]:
    """The addresses that code sets, as they stand there; None among them where one cannot be told, or may not be meant.

    >>> script_targets("const to = '/new'; setTimeout(() => location.replace(`${to}?a=1`), 500)")
    {'/new?a=1'}
    >>> script_targets("if (!token) { location.href = '/login' }"), script_targets("location.href = to()")
    ({None}, {None})
    """
    code = _BRACKETS.sub(r".\2", _COMMENTS.sub(lambda found: found[1] or " ", code))
    code = _LATER.sub(lambda found: f"{_literal(found[1])};(", code)
    known = _variables(code)
    return set(_targets(code, known))


def _targets(code: str, known: dict[str, str]) -> Iterator[str | None]:
    told = {found.start(): found for found in _SENT.finditer(code)}
    for each in _SENT_SOMEHOW.finditer(code):
        found = told.get(each.start())
        if found is None:
            yield None
        elif not _is_fallback(code, each.start()):
            yield None if _depends(code, each.start()) else _value(found["set"] or found["called"], known)


def _variables(code: str) -> dict[str, str]:
    """What variables are set to, those that are set once."""
    known: dict[str, str] = {}
    seen: set[str] = set()
    for found in _VARIABLE.finditer(code):
        name = found["name"] or found["next"]
        value = _value(found["value"] or found["more"], known)
        if name in seen or value is None:
            known.pop(name, None)
        else:
            known[name] = value
        seen.add(name)
    return known


def _value(total: str, known: dict[str, str]) -> str | None:
    parts = [_term(each[0], known) for each in _TERMS.finditer(total)]
    return None if None in parts else "".join(filter(None, parts))


def _term(term: str, known: dict[str, str]) -> str | None:
    if term[0] in "'\"":
        return _literal(term)
    if term[0] == "`":
        missing = [name for name in _PLACEHOLDER.findall(term) if name not in known]
        return None if missing else _literal(_PLACEHOLDER.sub(lambda found: known[found[1]], term))
    if term.endswith(")"):
        function, _, inner = term[:-1].partition("(")
        value = _term(inner.strip(), known)
        return value if value is None or function == "String" else unquote(value)
    return known.get(term)


def _literal(quoted: str) -> str:
    def character(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        return chr(int(code, 16)) if code else {"n": "\n", "t": "\t", "\n": ""}.get(found[4], found[4])

    return _ESCAPE.sub(character, quoted[1:-1])


def _openings(code: str, at: int) -> Iterator[str]:
    """What stands before a place of code, and before each brace that is open there, the innermost first."""
    depth, end = 0, at
    yield code[max(0, at - 300) : at]
    for place in range(at - 1, -1, -1):
        if code[place] == "}":
            depth += 1
        elif code[place] == "{" and depth:
            depth -= 1
        elif code[place] == "{":
            end = place
            yield code[max(0, end - 300) : end]


def _is_fallback(code: str, at: int) -> bool:
    """Whether it is what is done where something else failed."""
    return any(re.search(r"\bcatch\s*(?:\([^)]*\)\s*)?$", each) for each in _openings(code, at))


def _depends(code: str, at: int) -> bool:
    """Whether what is done at a place of code is done under a condition, at an event, or in a function that nobody calls."""
    for before in _openings(code, at):
        statement = re.split(r"[;}]", before)[-1]
        if _UNDER_CONDITION.search(before) or _AT_AN_EVENT.search(statement):
            return True
        if (named := _FUNCTION.search(before)) and not _is_called(code, named[1] or named[2]):
            return True
    return False


def _is_called(code: str, name: str) -> bool:
    return len(re.findall(rf"(?<![\w$]){re.escape(name)}(?![\w$])", code)) > 1
