"""Where pages state who wrote: the claims of authors in the order of trust, and what the house is called."""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.agencies import agency_of
from newscrawler.dates.written import find_day, may_name_day
from newscrawler.metadata.authors.bylines import label_of, parts_of, says_by, segments, split_names
from newscrawler.metadata.authors.credit_words import Kind
from newscrawler.metadata.authors.persons import NAME
from newscrawler.metadata.claims.jsonld import name_of, path_of
from newscrawler.text import spaceless, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawler.metadata.claims.structured import Claims

MAX_AUTHORS = 20
LINE, LABEL = 120, 60  # characters of a line of credits, of a label
MAX_NAMED = 3  # words of somebody's name in a headline
MAX_PARTS = 4  # of a line with a day and names
META_NAMES = (
    "citation_author", "author", "article:author", "og:article:author", "parsely-author", "byl", "byline", "dc.creator",
    "dc.creator.personalname", "dcterms.creator", "sailthru.author", "article:author_name", "article_author",
    "cxenseparse:author", "dcsext.author", "authors", "og:author", "article.author", "dc:creator", "citation_authors",
)  # fmt: skip
_CARDS = range(1, 5)  # twitter:label1 and so on
_SIGNS = frozenset({"Ap", "Afp", "Dpa"})  # agencies as templates spell them; Sid is somebody


@dataclass(frozen=True, slots=True)
class Houses:
    """What the site and the organisations that the page names are called, as words without spaces."""

    stated: frozenset[str]
    hosts: frozenset[str]  # the host and its labels: a person's own site is called as the person is
    headline: frozenset[str] = frozenset()  # the words of the page's headings
    sections: frozenset[str] = frozenset()  # in which the page says that it stands

    def has(self, name: str) -> bool:
        """Whether a name is the house's or an agency's, or somebody's of an agency who is not named."""
        first = name.partition(" ")[0]
        if agency_of(name) or ((first.isupper() or first in _SIGNS) and agency_of(first)):
            return True
        known = self.stated | self.hosts
        if not known.isdisjoint({spaceless(name), spaceless(_LEGAL_FORM.sub("", name))}) or spaceless(first) in self.hosts:
            return True
        return not self.stated.isdisjoint(words(name))

    def is_headline(self, name: str) -> bool:
        """Whether a credit consists of the headline's words, and of more of them than the name of somebody whom it names."""
        said = words(name)
        return len(said) > MAX_NAMED and self.headline.issuperset(said)

    def is_section(self, name: str) -> bool:
        """Whether a credit is the section of its page, which templates state where nobody is named.

        A trail begins with the house: that is none.
        """
        said = spaceless(name)
        return said in self.sections and said not in self.stated | self.hosts

    def alone(self, name: str) -> str:
        """A house's name without the town behind it: "gazette.example, Kelling, Islands"."""
        first, comma, _ = name.partition(", ")
        return first if comma and self.has(first) else name

    def off(self, name: str, *, leads: bool = False) -> str:
        """A name without the house that stands behind it: "Ana Lind Gazette Staff"; and before it, where that `leads`."""
        tokens = name.split()
        for size in range(1, len(tokens) - 1) if leads else ():
            if spaceless(" ".join(tokens[:size])) in self.stated | self.hosts and tokens[0].isupper():
                return " ".join(tokens[size:])
        at = next((at for at, each in enumerate(tokens) if at > 1 and spaceless(each) in self.stated | self.hosts), None)
        return name if at is None else " ".join(tokens[:at])


_LEGAL_FORM = re.compile(
    r",?\s(?:Ltd|Limited|Inc|LLC|PLC|Corp|GmbH|AG|KG|e\.\s?V|SARL|SAS|SpA|S\.p\.A|S\.A|Oy|AB|A/S|B\.?V)\.?$", re.IGNORECASE
)


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names, each once, however it is spelled."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(" ".join(words(name)), name)
    return tuple(found.values())[:MAX_AUTHORS]


def houses_of(claims: Claims, host: str) -> Houses:
    """What the page and its host name as the house."""
    named = [
        claims.meta.get("og:site_name"), claims.meta.get("application-name"), claims.meta.get("dc.publisher"),
        claims.meta.get("publisher"), claims.publisher,
        *_organisations(claims.jsonld.get("author")), *_organisations(claims.jsonld.get("creator")),
        *_organisations(claims.page.get("author")), *_staffed(claims),
    ]  # fmt: skip
    hosts = (*host.split(".")[:-1], host.removeprefix("www."))
    return Houses(
        frozenset(spaceless(each) for each in named if isinstance(each, str) and len(each) > 2),
        frozenset(spaceless(each) for each in hosts if len(each) > 2),
        frozenset(words(" ".join(claims.headings))),
        frozenset(map(spaceless, (*claims.trail, *sections_of(claims)))),
    )


def sections_of(claims: Claims) -> Iterator[str]:
    """What a page's markup calls its section."""
    stated = claims.jsonld.get("articleSection"), claims.meta.get("article:section"), claims.itemprops.get("articleSection")
    yield from (each for each in stated if isinstance(each, str))


def _names(value: object, names: dict[str, str]) -> Iterator[str]:
    """Names out of a JSON-LD value: strings, persons, lists of either, references by @id or the address of a page."""
    if isinstance(value, list):
        for each in value[:MAX_AUTHORS]:
            yield from _names(each, names)
    elif isinstance(value, dict):
        held = next(filter(None, (value.get(key) for key in ("name", "@list", "@set", "@value"))), None)
        if named := held or name_of(value):
            yield from _names(named, names)
        else:
            yield from itertools.islice(filter(None, (_referred(value.get(key), names) for key in ("@id", "url"))), 1)
    elif isinstance(value, str):
        yield html.unescape(_referred(value, names) or value)


def _referred(value: object, names: dict[str, str]) -> str | None:
    """Whom an @id means, or the address of somebody's page that the page leads to."""
    if not isinstance(value, str):
        return None
    return names.get(value) or (names.get(path_of(value) or "") if "/" in value else None)


def _known_names(claims: Claims) -> dict[str, str]:
    """What an @id or the path of an author's page means."""
    return claims.named.pages | claims.names


def _organisations(value: object) -> Iterator[str]:
    """Names that a JSON-LD value says are of organisations."""
    if isinstance(value, list):
        for each in value[:MAX_AUTHORS]:
            yield from _organisations(each)
    elif isinstance(value, dict) and "Organi" in str(value.get("@type")) and isinstance(value.get("name"), str):
        yield value["name"]


def _staffed(claims: Claims) -> Iterator[str]:
    """Whose staff a meta element says wrote: of a house, while a byline has "Ana Lind Staff", too."""
    for name in META_NAMES:
        for each in claims.metas.get(name, ()) or filter(None, (claims.meta.get(name),)):
            house, _, last = each.strip().rpartition(" ")
            if last.casefold() == "staff" and house:
                yield house


_MARKUP = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)|<[/!]?[a-z][^<>]*>", re.IGNORECASE | re.DOTALL)
MAX_MARKED = 2_000  # characters of a credit that markup is looked for in


def _without_markup(credits: Iterable[str]) -> list[str]:
    """Credits as readers would see them, where a template filled in markup; none of what is markup alone.

    >>> _without_markup(["Ana <b>Lind</b>", "<script>alert(1)</script>", "Ben Roe"])
    ['Ana Lind', 'Ben Roe']
    """
    plain = (" ".join(_MARKUP.sub(" ", each[:MAX_MARKED]).split()) if "<" in each else each for each in credits)
    return [each for each in plain if each]


def _labelled(claims: Claims) -> list[str]:
    """What a card's label "Written by" stands for (twitter:label1 and twitter:data1, and further ones)."""
    pairs = ((claims.meta.get(f"twitter:label{n}", ""), claims.meta.get(f"twitter:data{n}", "")) for n in _CARDS)
    return [name for label, name in pairs if name and (label_of(label) is Kind.AUTHOR or says_by(f"{label} {name}"))]


def stated_credits(claims: Claims) -> Iterator[tuple[list[str], str]]:
    """(credits, origin), best first."""
    known = _known_names(claims)
    for key in ("author", "creator"):
        yield _without_markup(_names(claims.jsonld.get(key), known)), "json-ld"
    for name in META_NAMES:
        if name in claims.meta:
            stated = claims.metas.get(name, (claims.meta[name],))
            yield _without_markup(_referred(each, known) or each for each in stated), f"meta {name}"
    if "author" in claims.itemprops:
        yield _without_markup([claims.itemprops["author"]]), "microdata"
    yield _labelled(claims), "meta twitter:data1"


def credits_elsewhere(claims: Claims) -> Iterator[tuple[list[str], str]]:
    """(credits, origin) of what may be another article's, best first."""
    if claims.named.profiles:
        yield list(claims.named.profiles), "byline"
    for text in claims.bylines:
        yield [text], "byline"
    yield list(_names(claims.page.get("author"), _known_names(claims))), "json-ld page"


def credits_beside(lines: Sequence[str]) -> Iterator[str]:
    """Credits around the headline: lines that say "by", names after such a label, names in a line with a date."""
    for at, line in enumerate(lines):
        if len(line) > LINE or is_of_picture(line):
            continue
        before = lines[at - 1] if at else ""
        kinds = [kind for _, kind in segments(line)]
        label = label_of(before) if len(before) < LABEL else None
        if Kind.AUTHOR in kinds or (label is Kind.AUTHOR and label_of(line) is None) or any(map(says_by, parts_of(line))):
            yield line
        elif label is not Kind.OTHER and kinds == [None] and find_day(line):
            parts = [each.strip() for each in re.split(r"\s[|·•–—-]\s|,", line)]
            if len(parts) <= MAX_PARTS:  # more are categories
                named = (", ".join(filter(NAME.fullmatch, _named_in(part))) for part in parts)
                yield from filter(None, named)
        elif (agency := next(filter(agency_of, (line, _AND_PLACE.sub("", line))), None)) and _stands_by_day(lines, at):
            yield agency


def _named_in(part: str) -> tuple[str, ...]:
    """The names in a part of a line with a day; the first where not all that stand before the day are names."""
    names = split_names(_DIGIT.split(part, maxsplit=1)[0])
    return names if len(names) > 1 and all(map(NAME.fullmatch, names)) else split_names(part)[:1]


_AND_PLACE = re.compile(r"\s?[/,|–—-]\s?[^\W\d_a-z][^/,|]{2,20}$")  # "EFE / Kelling"
_DIGIT = re.compile(r"\d")


def _stands_by_day(lines: Sequence[str], at: int) -> bool:
    """Whether a day stands before or behind a line, and no caption before it."""
    before, behind = lines[max(0, at - 1) : at], lines[at + 1 : at + 2]
    if any(len(each) >= LABEL and not find_day(each) for each in before):
        return False
    return any(map(_is_day, (*before, *behind)))


def _is_day(line: str) -> bool:
    return len(line) < LABEL and may_name_day(line)


def is_of_picture(line: str) -> bool:
    """Whether a line says whose a picture is, or what it shows.

    >>> is_of_picture("© By Ana Lind"), is_of_picture("The harbour (Photo Ana Lind)"), is_of_picture("By Ana Lind (photos)")
    (True, True, False)
    """
    return line.lstrip()[:1] == "©" or _CREDITED.search(line) is not None


_CREDITED = re.compile(
    r"\((?:photo|foto|bild|image|credit|crédit|picture|kuva|zdjęcie|снимка|фото)s?\b[\s:./]+\w|"
    r"\bvia (?:wikimedia|getty|reuters|ap|afp)\b",
    re.IGNORECASE,
)
