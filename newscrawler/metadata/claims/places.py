"""Where on a page a claim stands: line and column of its text, and the path to it, of elements or within JSON.

page's text --PageText--> chunks of text, elements with their attributes, JSON values, each with its place
claim       --place_of--> the first of them that says it, where its origin says that it should be looked for

Lines and columns are counted from 1, columns in characters, over the page as it was decoded.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import accumulate
from typing import TYPE_CHECKING

from newscrawler.dates.written import find_day
from newscrawler.text import spaceless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Attributes = list[tuple[str, str | None]]

MAX_LEAVES = 20_000  # values of a page's JSON that are looked at
MAX_DEPTH = 60  # elements or JSON containers within each other
MIN_PART = 12  # characters that stand for a longer text
MAX_DATED_LINE = 200  # characters of a line that states a day
SHOWN_PATH = 5  # elements of a path, the innermost
# the key under which JSON-LD and microdata state a field
_KEYS = {
    "title": ("headline", "name"), "authors": ("author", "creator", "name"), "published": ("datePublished", "uploadDate"),
    "modified": ("dateModified",), "language": ("inLanguage",), "section": ("articleSection",), "tags": ("keywords",),
    "lead": ("description",), "image_url": ("image", "url", "contentUrl"), "paywall": ("isAccessibleForFree",),
}  # fmt: skip
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_VALUES = ("content", "datetime", "title", "value", "href", "src", "alt", "data-date", "data-time", "data-timestamp")
_NAMES = ("property", "name", "itemprop", "http-equiv")
_JSON = re.compile(r'"((?:[^"\\]|\\.)*+)"|([{}\[\]:,])|([^\s{}\[\]:,"]++)', re.DOTALL)
_WITHIN = {"h1": "h1", "lower heading": "h[2-6]", "title element": "title"}
_SEVERAL = re.compile(r"[;,]\s")
_OFF_PAGE = frozenset({"feed", "sitemap", "address"})


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column from 1, and the way there: `html > head > meta[property=og:title]`, or `$.author[0].name`."""

    line: int
    column: int
    path: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}, {self.path}"


@dataclass(frozen=True, slots=True)
class _Element:
    place: Place
    tag: str
    attributes: dict[str, str]

    @property
    def names(self) -> set[str]:
        return {self.attributes[each].strip().lower() for each in _NAMES if each in self.attributes}


@dataclass(slots=True)
class _Open:
    """An element that is open, as it is written in paths."""

    tag: str
    label: str


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A JSON value: of which script, with its place and what it says."""

    place: Place
    key: str  # the last name on the way to it
    value: str
    linked: bool  # of JSON-LD


@dataclass(slots=True)
class _Read:
    elements: list[_Element] = field(default_factory=list)
    chunks: list[tuple[Place, str]] = field(default_factory=list)  # visible text
    scripts: list[tuple[int, int, str, bool]] = field(default_factory=list)  # line, column, text, whether JSON-LD


class _Reader(HTMLParser):
    """Elements, texts and scripts with their places.  Elements that nobody closes are closed by those around them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = _Read()
        self._open: list[_Open] = []

    def _place(self) -> Place:
        line, column = self.getpos()
        return Place(line, column + 1, " > ".join(each.label for each in self._open[-SHOWN_PATH:]))

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        said = {name: value or "" for name, value in reversed(attrs)}
        if tag in ("p", "li") and self._open and self._open[-1].tag == tag:
            self._open.pop()
        if len(self._open) < MAX_DEPTH:
            self._open.append(_Open(tag, _label(tag, said)))
        self.found.elements.append(_Element(self._place(), tag, said))
        if tag in _VOID and self._open[-1].tag == tag:
            self._open.pop()
        if tag == "script":
            line, column = self.getpos()
            self.found.scripts.append((line, column, "", "ld+json" in said.get("type", "")))

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].tag == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        within = self._open[-1].tag if self._open else ""
        if within == "script" and self.found.scripts:
            line, column, text, linked = self.found.scripts[-1]
            if not text:
                line, column = self.getpos()
            self.found.scripts[-1] = (line, column, text + data, linked)
        elif within not in ("style", "script", "noscript", "template") and data.strip():
            start = len(data) - len(data.lstrip())
            line, column = self.getpos()
            breaks = data.count("\n", 0, start)
            column = start - data.rfind("\n", 0, start) if breaks else column + start + 1
            self.found.chunks.append((Place(line + breaks, column, self._place().path), data))


def _label(tag: str, said: dict[str, str]) -> str:
    for name in (*_NAMES, "id", "class"):
        if value := said.get(name, "").strip():
            return f"{tag}[{name}={' '.join(value.split())[:40]}]"
    return tag


def _leaves(text: str, line: int, column: int, *, linked: bool) -> Iterator[_Leaf]:
    """Every text and number of a piece of JSON with its path; where it is none, as far as it is like one."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    ways: list[list[str | int]] = []  # of each open container its key or number
    key: str | None = None
    for found in _JSON.finditer(text):
        mark = found[2]
        if mark in ("{", "["):
            ways.append([key if key is not None else "", -1 if mark == "{" else 0])
            key = None
            if len(ways) > MAX_DEPTH:
                return
        elif mark in ("}", "]"):
            if ways:
                ways.pop()
            key = None
        elif mark == ",":
            if ways and ways[-1][1] != -1:
                ways[-1][1] = int(ways[-1][1]) + 1
            key = None
        elif mark is None:
            said = _unquoted(found[1]) if found[1] is not None else found[3]
            in_object = bool(ways) and ways[-1][1] == -1
            if in_object and key is None and text[found.end() :].lstrip()[:1] == ":":
                key = said
                continue
            row = bisect_right(starts, found.start()) - 1
            at = found.start() - starts[row] + (column if row == 0 else 0) + 1
            yield _Leaf(Place(line + row, at, _json_path(ways, key)), _last_key(ways, key), said, linked)


def _unquoted(text: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", lambda e: chr(int(e[1], 16)) if e[1] else _ESCAPES.get(e[2], e[2]), text)


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " "}


def _json_path(ways: list[list[str | int]], key: str | None) -> str:
    parts = []
    for name, number in ways:
        parts.append(_step(str(name)) + (f"[{number}]" if number != -1 else ""))
    return "$" + "".join(parts) + (_step(key) if key else "")


def _step(name: str) -> str:
    if not name:
        return ""
    return f".{name}" if re.fullmatch(r"[\w@$-]+", name) else f"[{name[:60]!r}]"


def _last_key(ways: list[list[str | int]], key: str | None) -> str:
    if key:
        return key
    return next((str(name) for name, _ in reversed(ways) if name), "")


class PageText:
    """A page's text, read once; each claim is looked up in it."""

    def __init__(self, text: str) -> None:
        reader = _Reader()
        reader.feed(text)
        reader.close()
        self._found = reader.found
        self._said = [spaceless(text) for _, text in self._found.chunks]
        self._whole = "".join(self._said)
        self._ends = list(accumulate(map(len, self._said)))
        leaves = (each for line, column, text, linked in self._found.scripts for each in _script(text, line, column, linked))
        self._leaves = [leaf for leaf, _ in zip(leaves, range(MAX_LEAVES), strict=False)]

    def place_of(self, name: str, origin: str, value: str) -> Place | None:
        """Where a claim of a field stands.  None where it is not the page's, or not to be found as it is stated.

        Of several authors or tags that are stated apart it is the place of the first.
        """
        found = self._place_of(name, origin, value)
        first = _SEVERAL.split(value, maxsplit=1)[0] if name in ("authors", "tags") else value
        return found or (self._place_of(name, origin, first) if first != value else None)

    def _place_of(self, name: str, origin: str, value: str) -> Place | None:
        if origin in _OFF_PAGE or not (said := spaceless(html.unescape(value))):
            return None
        if origin.startswith(("json-ld", "breadcrumbs", "application state", "script")):
            return self._in_json(name, said) or self._anywhere(said)
        if origin.startswith("meta ") or ":" in origin:
            return self._in_meta(origin.removeprefix("meta "), said) or self._anywhere(said)
        if origin == "microdata":
            return self._in_microdata(name, said) or self._anywhere(said)
        if origin == "html lang":
            return next((each.place for each in self._found.elements if each.tag == "html"), None)
        if origin in _WITHIN:
            return self._in_text(said, within=_WITHIN[origin]) or self._anywhere(said)
        seen = self._in_text(said) or self._in_attributes(said)
        dated = self._of_day(value[:10]) if seen is None and name in ("published", "modified") else None
        return seen or dated or self._in_json(name, said)

    def place_of_text(self, line: str) -> Place | None:
        """Where a paragraph of the article begins."""
        said = spaceless(line)
        return self._in_text(said) or self._in_text(said[: max(MIN_PART, len(said) // 3)]) or self._in_json("text", said)

    def _anywhere(self, said: str) -> Place | None:
        return self._in_attributes(said) or self._in_text(said) or self._in_json("", said)

    def _in_meta(self, name: str, said: str) -> Place | None:
        named = [each for each in self._found.elements if each.tag == "meta" and name in each.names]
        return _first_that_says(said, ((each.place, each.attributes.get("content", "")) for each in named))

    def _in_microdata(self, name: str, said: str) -> Place | None:
        keys = {each.lower() for each in _KEYS.get(name, ())}
        named = [each for each in self._found.elements if keys & set(each.attributes.get("itemprop", "").lower().split())]
        values = ((each.place, each.attributes[key]) for each in named for key in _VALUES if key in each.attributes)
        return _first_that_says(said, values) or (self._in_text(said) if named else None)

    def _in_attributes(self, said: str) -> Place | None:
        values = (
            (each.place, each.attributes[key]) for each in self._found.elements for key in _VALUES if key in each.attributes
        )
        return next((place for place, value in values if len(value) < 2_000 and spaceless(value) == said), None)

    def _of_day(self, day: str) -> Place | None:
        """Where a day is written in words or figures of its own: in a short line, or in what an element states."""
        lines = ((place, text) for place, text in self._found.chunks if len(text) <= MAX_DATED_LINE)
        if place := next((place for place, text in lines if find_day(text) == day), None):
            return place
        stated = (
            (each.place, each.attributes["datetime"]) for each in self._found.elements if "datetime" in each.attributes
        )
        return next((place for place, text in stated if find_day(text) == day), None)

    def _in_text(self, said: str, within: str | None = None) -> Place | None:
        """Where readers see it, though inline elements may part it."""
        at = self._whole.find(said) if said else -1
        while at >= 0:
            place = self._found.chunks[bisect_right(self._ends, at)][0]
            if within is None or re.search(rf"(?:^|> ){within}(?:\[|$| >)", place.path):
                return place
            at = self._whole.find(said, at + 1)
        return None

    def _in_json(self, name: str, said: str) -> Place | None:
        keys = _KEYS.get(name, ())
        matching = [each for each in self._leaves if spaceless(html.unescape(each.value)) == said]
        matching.sort(key=lambda each: (not each.linked, keys.index(each.key) if each.key in keys else len(keys)))
        if matching:
            return matching[0].place
        parts = [each for each in self._leaves if len(each.value) >= MIN_PART and each.key in (*keys, "articleBody")]
        return next((each.place for each in parts if said in spaceless(html.unescape(each.value))), None) if parts else None


def _script(text: str, line: int, column: int, linked: bool) -> Iterator[_Leaf]:
    return _leaves(text, line, column, linked=linked)


def _first_that_says(said: str, values: Iterable[tuple[Place, str]]) -> Place | None:
    """The first value that says it, else the first that says a part of it (one keyword of several), or it and more."""
    part = None
    for place, value in values:
        stated = spaceless(html.unescape(value))
        if stated == said:
            return place
        if part is None and stated and (stated in said or said in stated):
            part = place
    return part
