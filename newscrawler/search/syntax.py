"""How a query is put together: what was typed in, a tree of terms out.  Pure; no input raises.

a b          All(a, b)                   a OR b       Any(a, b): the two that stand beside OR, before anything else
-a, NOT a    Not(a)                      ( … )        what is within is one, also -( … ) and title:( … )
a NEAR/5 b   Near(a, b), in any order, at most five words between them; "a b"~5 says the same of the words of a phrase
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TERMS, MAX_DEPTH = 60, 12  # terms of a query, brackets within brackets
NEAR_WORDS, MAX_NEAR_WORDS = 10, 200  # words between two, where no number is said, and at most
FIELDS = {
    "title": "title", "source": "source", "country": "country", "lang": "lang", "language": "lang", "topic": "topic",
    "mentions": "mentions", "by": "by", "author": "by", "since": "since", "until": "until", "story": "story", "type": "type",
    "kind": "kind", "site": "site", "words": "words", "paywall": "paywall", "changed": "changed", "gone": "gone",
    "like": "like", "event": "event",
}  # fmt: skip
IN_TEXT = ("title", "by")  # fields whose values are words of the text
_TOKEN = re.compile(
    r'(?P<minus>-)?(?:(?P<field>[A-Za-z]+):(?=[^\s"]|"[^"]*"))?'
    r'(?:"(?P<phrase>[^"]*)"(?:~(?P<within>\d{1,4}))?(?P<star>\*)?|(?P<open>\()|(?P<word>[^\s"]+))'
)
_NEAR = re.compile(r"NEAR(?:/(\d{1,4}))?")
_UNPRINTABLE = re.compile("[\x00\ud800-\udfff\ue000-\ue00f]")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, phrase or filter: `field` whose filter it is, None for words; [start, end): where it stands.

    `unknown`: what stood before its colon and is no field; `within`: a phrase whose words may be so far apart.
    """

    text: str
    start: int
    end: int
    value: str
    field: str | None = None
    quoted: bool = False
    prefix: bool = False
    within: int | None = None
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Not:
    of: Node


@dataclass(frozen=True, slots=True)
class Near:
    terms: tuple[Term, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Node, ...]


Node = Term | Not | Near | Any | All


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree of a query, what of it could not be taken, and fields that stand without a value."""

    root: All
    left_out: tuple[str, ...] = ()
    empty_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sign:
    """A bracket or a word between terms: ( ) OR AND NOT NEAR."""

    kind: str
    text: str
    negative: bool = False
    field: str | None = None
    distance: int = 0


@dataclass(slots=True)
class _Level:
    """Operands between two brackets while they are read."""

    negative: bool = False
    of_field: str | None = None
    operands: list[Node] = field(default_factory=list)
    link: _Sign | None = None  # OR or NEAR: joins what comes next with what came last
    negate: bool = False
    lost: list[str] = field(default_factory=list)

    def take(self, node: Node) -> None:
        if self.negate:
            node, self.negate = Not(node), False
        link, self.link = self.link, None
        if link is None or not self.operands:
            self.operands.append(node)
        elif link.kind == "OR":
            last = self.operands.pop()
            self.operands.append(Any((*last.parts, node) if isinstance(last, Any) else (last, node)))
        else:
            self._near(node, link)

    def _near(self, node: Node, link: _Sign) -> None:
        last = self.operands.pop()
        alternatives = last.parts[:-1] if isinstance(last, Any) else ()
        other = last.parts[-1] if isinstance(last, Any) else last
        before = other.terms if isinstance(other, Near) else (other,) if isinstance(other, Term) else ()
        if before and isinstance(node, Term) and all(_is_text(each, before[0].field) for each in (*before, node)):
            joined: Node = Near((*before, node), link.distance)
            self.operands.append(Any((*alternatives, joined)) if alternatives else joined)
        else:  # what is no word of the text is near to nothing
            self.operands += [last, node]
            self.lost.append(link.text)

    def closed(self) -> tuple[All, list[str]]:
        left = [self.link.text] if self.link else ["NOT"] if self.negate else []
        return All(tuple(self.operands)), self.lost + left


def _is_text(term: Term, column: str | None) -> bool:
    return term.field == column and (column is None or column in IN_TEXT)


def parse(text: str) -> Parsed:
    """The tree of what a person typed.  Never raises.

    >>> parse("a OR b c").root.parts[0].parts[1].value, parse("(a b").left_out, parse('a "').left_out
    ('b', ('(',), ('"',))
    """
    # same lengths, so that places in it are places in what was typed
    typed = _UNPRINTABLE.sub(" ", text)
    left_out: list[str] = []
    # a quotation mark that nothing closes is a mark, not the start of a phrase
    if typed.count('"') % 2:
        head, _, tail = typed.rpartition('"')
        typed, left_out = f"{head} {tail}", ['"']
    return _build(_paired(list(_tokens(typed)), left_out), left_out)


def _tokens(typed: str) -> Iterator[Term | _Sign]:
    at = 0
    while found := _TOKEN.search(typed, at):
        at = found.end()
        name = FIELDS.get((found["field"] or "").lower())
        negative = bool(found["minus"])
        if found["open"]:
            if found["field"] and name is None:
                at = found.end("field") + 1  # no field: its word, then the bracket
                yield replace(_word(found, found["field"], found.start(), at), unknown=found["field"])
                continue
            yield _Sign("(", found[0], negative, name)
            continue
        if found["word"] is None:
            yield from _signed(_phrase(found, name), negative=negative)
            continue
        word, start = found["word"], found.start()
        if word.startswith(")"):
            yield _Sign(")", ")")
            at = found.start("word") + 1
            continue
        kept = _without_closing(word)
        at = found.start("word") + len(kept)
        yield from _worded(found, kept, name, (start, at))


def _without_closing(word: str) -> str:
    """A word without the brackets at its end that close nothing within it: `b))` is b, `f(x)` stays.

    >>> _without_closing("b))"), _without_closing("f(x)"), _without_closing("f(x))")
    ('b', 'f(x)', 'f(x)')
    """
    while word.endswith(")") and word.count(")") > word.count("("):
        word = word[:-1]
    return word


def _worded(found: re.Match[str], word: str, name: str | None, span: tuple[int, int]) -> Iterator[Term | _Sign]:
    bare = not found["minus"] and not found["field"]
    if bare and word in ("OR", "|", "AND", "NOT"):
        yield _Sign("OR" if word == "|" else word, word)
    elif bare and (near := _NEAR.fullmatch(word)):
        yield _Sign("NEAR", word, distance=min(int(near[1] or NEAR_WORDS), MAX_NEAR_WORDS))
    else:
        yield from _signed(_word(found, word, *span, name), negative=bool(found["minus"]))


def _signed(term: Term, *, negative: bool) -> Iterator[Term | _Sign]:
    if negative:
        yield _Sign("NOT", "-")
    yield term


def _phrase(found: re.Match[str], name: str | None) -> Term:
    unknown = found["field"] if found["field"] and name is None else None
    value = f"{unknown}:{found['phrase']}" if unknown else found["phrase"]
    within = None if found["within"] is None else min(int(found["within"]), MAX_NEAR_WORDS)
    return Term(found[0], *found.span(), value, name, True, bool(found["star"]), within, unknown)


def _word(found: re.Match[str], word: str, start: int, end: int, name: str | None = None) -> Term:
    unknown = found["field"] if found["field"] and name is None and not found["open"] else None
    value = f"{unknown}:{word}" if unknown else word
    return Term(found.string[start:end], start, end, value, name, prefix=word.endswith("*"), unknown=unknown)


def _paired(tokens: list[Term | _Sign], left_out: list[str]) -> list[Term | _Sign]:
    """The tokens without brackets that have no other half, or are within too many others."""
    opened: list[int] = []
    unpaired: set[int] = set()
    for at, each in enumerate(tokens):
        if isinstance(each, _Sign) and each.kind == "(":
            opened.append(at)
        elif isinstance(each, _Sign) and each.kind == ")":
            if not opened:
                unpaired.add(at)
            elif len(opened) > MAX_DEPTH:
                unpaired |= {opened.pop(), at}
            else:
                opened.pop()
    unpaired.update(opened)
    left_out += [each.text for at, each in enumerate(tokens) if at in unpaired and isinstance(each, _Sign)]
    return [each for at, each in enumerate(tokens) if at not in unpaired]


def _build(tokens: list[Term | _Sign], left_out: list[str]) -> Parsed:
    levels = [_Level()]
    empty: list[str] = []
    terms = 0
    for each in tokens:
        if isinstance(each, Term):
            term = _within(each, levels[-1].of_field)
            if not term.field and not term.quoted and term.value.endswith(":") and FIELDS.get(term.value[:-1].lower()):
                empty.append(term.value)
            elif terms >= MAX_TERMS or not any(character.isalnum() for character in term.value):
                left_out.append(each.text)
            else:
                terms += 1
                levels[-1].take(term)
        elif each.kind == "(":
            levels.append(_Level(each.negative, each.field or levels[-1].of_field))
        elif each.kind == ")":
            _close(levels, left_out)
        else:
            _join(levels[-1], each, left_out)
    root, left = levels[0].closed()
    return Parsed(root, (*left_out, *left), tuple(empty))


def _within(term: Term, name: str | None) -> Term:
    """A term of a bracket that is a field's."""
    return replace(term, field=name) if name and term.field is None and not term.unknown else term


def _close(levels: list[_Level], left_out: list[str]) -> None:
    level = levels.pop()
    node, left = level.closed()
    left_out += left
    if node.parts:
        within: Node = node.parts[0] if len(node.parts) == 1 else node
        levels[-1].take(Not(within) if level.negative else within)


def _join(level: _Level, sign: _Sign, left_out: list[str]) -> None:
    if sign.kind == "NOT":
        level.negate = True
    elif sign.kind in ("OR", "NEAR"):
        if level.operands and not level.negate:
            level.link = sign
        else:
            left_out.append(sign.text)
