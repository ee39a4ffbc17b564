"""The headline: what stands over the article, not the site's title tag.

    claims, headings --clean--> lines --without the site's name--> stated --choose--> what a reader sees, well spelt

The rule: the visible h1 where a claim (JSON-LD, OpenGraph, title element) agrees with it or contains it, in the claim's
spelling, without its kicker; a lower heading where a claim says it and no h1 does; else the first claim.  An h1 that ends
the title element behind another title is the site's name; what ends in three dots yields to the same words whole.
Several sites write a longer or a search engine's headline into their claims; what a reader sees is the headline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.markup.containers import HEADINGS
from newscrawler.metadata.titles.marks import ALONE, is_phrase, plain_title, uncut, without_mark
from newscrawler.metadata.titles.site_names import (
    MAX_SITE_NAME,
    House,
    separators,
    short_names,
    without_site_name,
    without_stated_name,
)
from newscrawler.metadata.titles.site_words import shipped_site_words
from newscrawler.text import clean_line, is_unspaced, spaceless, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newscrawler.markup.blocks import Block, Page
    from newscrawler.metadata.claims.structured import Claims

MAX_KICKER = 5  # words
MAX_ABOVE = 600  # blocks that may stand above an article
MAX_PARTICLE_LETTERS = 3  # letters of an article or a preposition
MAX_HEADING = 300  # characters
LONG = 250  # characters of a paragraph that the headline stands above
AGREE = 0.5  # share of words that two renderings of one headline have in common
DAY = 3  # words of a day
BOLD = 0.9  # of the characters of a line that is set as a heading
_TITLE = re.compile(r"title|headline|heading|titel|titulo|titre|titolo|tytul|zagolov|baslik|naslov|judul")
_NO_TITLE = re.compile(
    r"(?:home(?:page)?|untitled|index|404|page not found|access denied|null|undefined|none|news|article|x)", re.IGNORECASE
)
_DATED = re.compile(r"^(?:\d{1,2}\.\s?(?:\d{1,2}\.|[^\W\d]{3,9})\s?\d{4}|\d{4}-\d\d-\d\d)[\s:|–—-]+(?=\S)")
_JOINTS = (
    " :|/_-\u2012\u2013\u2014\u2015\u00b7\u2022\u00ab\u00bb\u2039\u203a\uff5c\uff1a"  # what stands behind a site's name
)
_BARS = ("|", "\uff5c")
_GENERIC = ("json-ld", "og:title")  # who states the headline, where both are there


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim of the title without the site's name; `whole`: as the page states it."""

    text: str
    origin: str
    whole: bool = True

    @property
    def joined(self) -> str:
        return spaceless(self.text)


def claimed_titles(claims: Claims) -> list[tuple[str, str]]:
    """(title, origin), best first, as they stand."""
    headline = claims.jsonld.get("headline")
    if isinstance(headline, list):
        headline = next((each for each in headline if isinstance(each, str)), None)
    found = [
        (headline if isinstance(headline, str) else None, "json-ld"),
        (claims.meta.get("og:title"), "og:title"),
        (claims.itemprops.get("headline"), "microdata"),
        (claims.meta.get("twitter:title"), "twitter:title"),
        (claims.meta.get("dc.title"), "meta dc.title"),
        (claims.meta.get("parsely-title"), "meta parsely-title"),
        (claims.title, "title element"),
    ]
    return [(line, origin) for each, origin in found if (line := plain_title(each)) and not _NO_TITLE.fullmatch(line)]


def house_of(claims: Claims, host: str) -> House:
    """What the page says that its site and its sections are called."""
    section = claims.jsonld.get("articleSection")
    sections = [claims.meta.get("article:section"), *(section if isinstance(section, list) else [section]), *claims.trail]
    names = [claims.meta.get("og:site_name"), claims.publisher, claims.meta.get("application-name")]
    return House(short_names(names), host, short_names(sections))


def headline(claims: Claims, host: str, hint: str | None, below: Sequence[str] = ()) -> tuple[str | None, str | None]:
    """(title, which claim said so); (None, None) where nobody states one.  `below`: visible headings below h1."""
    house = house_of(claims, host)
    headings = [without_stated_name(text, house) for each in claims.headings if (text := _undated(plain_title(each)))]
    shown = [each for each in headings if not house.is_called(each)]
    below = [text for each in below if (text := _undated(plain_title(each)))]
    stated = _title_claims(claims, house, {spaceless(each) for each in shown})
    if at_the_end := _house_at_the_end(claims, house, shown):
        shown = [each for each in shown if words(each) != words(at_the_end)]
        stated = [Stated(_without_tail(each.text, at_the_end), each.origin, each.whole) for each in stated]
    found = _choose_headline(claims, house, shown, below, stated)
    if found is None:
        return (clean_line(hint), "feed") if hint else (None, None)
    title, origin = found
    return without_mark(uncut(title, [*shown, *(each.text for each in stated)])), origin


def _title_claims(claims: Claims, house: House, shown: set[str]) -> list[Stated]:
    """The claims without the site's name, but as they stand where an h1 shows them so."""
    found = []
    for title, origin in claimed_titles(claims):
        bare = title if spaceless(title) in shown else without_site_name(title, house)
        found.append(Stated(bare, origin, bare == title))
    return found


def _choose_headline(
    claims: Claims, house: House, shown: list[str], below: Sequence[str], stated: list[Stated]
) -> tuple[str, str] | None:
    only_title = all(each.origin == "title element" for each in stated)
    said = [*shown, *(each.text for each in stated)]
    if all(house.is_nothing_but(each) or _names_office(each) for each in said) and (
        headed := next(filter(is_phrase, below), None)
    ):
        return headed, "heading"
    if only_title and (headed := _below_the_house(claims, shown, below)):
        return headed, "title element"
    if lower := _shown_lower(below, shown, stated):
        return lower
    if seen := _visible(shown, [each.text for each in stated]):
        part = _part_shown(claims, house, below) if only_title else None
        if part and spaceless(part) == spaceless(seen) and words(part) != words(seen):  # it has the spaces between lines
            return _better_spelt(seen, part), "heading"
        if part and seen.startswith(part) and words(seen) != words(part):
            return part, "heading"
        seen = _without_badges(seen, claims, stated)
        return _begun_by(seen, stated) or _within(seen, stated) or (seen, "h1")
    if only_title and (part := _part_shown(claims, house, below)):
        return part, "heading"
    if stated:
        return stated[0].text, stated[0].origin
    return (shown[0], "h1") if shown else None


def _names_office(title: str) -> bool:
    """Whether a title is what press offices call their pages, with the house behind it or not."""
    spans = separators(title)
    return shipped_site_words().names_office(title[: spans[0][0]] if spans else title)


def lower_headings(page: Page) -> tuple[str, ...]:
    """The visible headings below h1 that lead nowhere else, down to the first long paragraph.

    Where none stands above the first paragraph and there is no h1, lines set as one, too: bold, or called a title.
    """
    found, lines, is_headed = [], [], False
    for block in page.blocks[:MAX_ABOVE]:
        if block.node.tag in ("h2", "h3", "h4") and 2 * block.links < block.chars:
            found.append(block.text)
        elif block.good > LONG:
            break
        is_headed |= block.node.tag in HEADINGS or block.good > 0
        if not is_headed and not block.anchors and block.chars <= MAX_HEADING and _is_set_as_heading(block):
            lines.append(block.text)
    has_h1 = any(block.node.tag == "h1" for block in page.blocks[:MAX_ABOVE]) if lines else False
    return tuple(found if has_h1 else [*lines, *found])


def _is_set_as_heading(block: Block) -> bool:
    return block.bold >= BOLD * block.chars or _TITLE.search(block.node.label) is not None


def _agreement(one: str, other: str) -> float:
    """Share of words that two titles have in common, of the shorter one; articles and the like say nothing."""
    first, second = _significant_words(one), _significant_words(other)
    shared, fewer = len(first & second), min(len(first), len(second))
    return shared / fewer if shared > 1 or (shared and fewer == 1) else 0.0  # one of two or more may be chance


def _significant_words(title: str) -> set[str]:
    said = set(words(title))
    long = {each for each in said if len(each) > MAX_PARTICLE_LETTERS or each.isdigit() or is_unspaced(each)}
    return long if len(long) > 1 else said


def _best_first(stated: Iterable[Stated]) -> list[Stated]:
    return sorted(stated, key=lambda each: each.origin != "og:title")


def _shown_lower(below: Sequence[str], shown: list[str], stated: list[Stated]) -> tuple[str, str] | None:
    """A claim that a heading below h1 shows, alone or after a kicker, and no h1.

    Such an h1 is written for search engines, or is the site's, a section's or a template's.
    """
    headed = set(map(spaceless, shown))
    agrees = any(_agreement(each, claim.text) >= AGREE for each in shown for claim in stated)
    for claim in _best_first(stated):
        if len(words(claim.text)) < 3 or claim.joined in headed or (agrees and claim.origin not in _GENERIC):
            continue
        lower = [each for each in below if spaceless(each) not in headed]
        if any(_ends_with(words(each), words(claim.text)) for each in lower):
            return claim.text, claim.origin
        if (
            not agrees
            and shown
            and (longer := next((each for each in lower if spaceless(each).startswith(claim.joined)), None))
        ):
            return longer, "heading"
    return None


def _ends_with(said: list[str], claim: list[str]) -> bool:
    """Whether a heading says a claim, after a kicker or none."""
    more = len(said) - len(claim)
    return 0 <= more <= MAX_KICKER and said[more:] == claim


def _part_shown(claims: Claims, house: House, shown: Sequence[str]) -> str | None:
    """The beginning of the title element, up to a separator, that a heading shows: no site, no section behind it."""
    title = plain_title(claims.title) or ""
    spans = separators(title)
    if not spans:
        return None
    said = {spaceless(each) for each in (*claims.headings, *shown)}
    ends = [*(start for start, _ in spans), len(title)]
    parts = [title[:end].strip() for end in ends]
    if spaceless(title) in set(map(spaceless, claims.headings)):  # an h1 with the site's name, as the title element has it
        lower = set(map(spaceless, shown))
        barred = [title[:start].strip() for start, end in spans if title[start:end].strip() in _BARS]
        return next((each for each in barred if len(words(each)) > ALONE and spaceless(each) in lower), None)
    fitting = [each for each in parts if len(words(each)) > 1 and spaceless(each) in said and not house.is_called(each)]
    return max(fitting, key=len, default=None)


def _without_badges(heading: str, claims: Claims, stated: Sequence[Stated]) -> str:
    """An h1 without the kicker or the day that has an element of its own, unless a claim but the title element says both.

    Without what an element of no such name begins or ends it with, where a claim leaves just that out.
    """
    said = {each.joined for each in stated if each.origin not in ("microdata", "title element")}
    if (rest := _rest_of(heading, claims.unkicked)) and spaceless(heading) not in said:
        return rest
    known = {each.joined for each in stated}
    if (unled := _rest_of(heading, claims.unled)) and spaceless(unled) in known:
        return unled
    rests = next((rests for each, rests in claims.untailed.items() if plain_title(each) == heading), ())
    return next((rest for rest in rests if spaceless(rest) in known and spaceless(heading) not in said), heading)


def _rest_of(heading: str, parts: Mapping[str, str]) -> str | None:
    return next((rest for each, rest in parts.items() if plain_title(each) == heading), None)


def _within(heading: str, stated: list[Stated]) -> tuple[str, str] | None:
    """A stated title that the heading says in the same words, or after a kicker or between the parts of a day."""
    said, joined = words(heading), spaceless(heading)
    # the claim has the spaces and marks that an h1 of two lines leaves out
    equal = next((each for each in _best_first(stated) if each.joined == joined), None)
    if equal and equal.origin in _GENERIC:
        return _better_spelt(heading, equal.text), equal.origin
    for claim in _best_first(stated):
        told = words(claim.text)
        more = len(said) - len(told)
        if not 0 < more <= MAX_KICKER or len(told) < 3:
            continue
        is_glued = claim.origin in _GENERIC and joined.endswith(claim.joined)
        if (claim.whole and (said[more:] == told or is_glued)) or (not equal and _is_dated(said, told)):
            return claim.text, claim.origin
    return (_better_spelt(heading, equal.text), equal.origin) if equal else None


def _begun_by(heading: str, stated: list[Stated]) -> tuple[str, str] | None:
    """A claim that goes on behind a heading of one or two words and a mark: that one is a kicker, kept alone."""
    if len(words(heading)) > ALONE:
        return None
    begun = re.compile(rf"{re.escape(heading)}\s*[:|\u2013\u2014-]\s*(?=\S)", re.IGNORECASE)
    for claim in stated:
        found = begun.match(claim.text) if claim.origin in _GENERIC else None
        if found and len(words(claim.text[found.end() :])) > 2:
            return claim.text, claim.origin
    return None


def _better_spelt(heading: str, claim: str) -> str:
    """A claim of a heading's words, or the heading where only that ends with its mark: a question, say."""
    return heading if heading.startswith(claim) else claim


def _is_dated(said: list[str], told: list[str]) -> bool:
    """Whether a heading has a claim's words in a row, and a day around them."""
    at = next((start for start in range(len(said) - len(told) + 1) if said[start : start + len(told)] == told), None)
    if at is None:
        return False
    rest = [*said[:at], *said[at + len(told) :]]
    return len(rest) <= DAY and any(re.fullmatch(r"(?:19|20)\d\d", each) for each in rest)


def _undated(heading: str | None) -> str | None:
    """A heading without the day that some pages write before it."""
    return _DATED.sub("", heading) if heading else None


def _house_at_the_end(claims: Claims, house: House, headings: list[str]) -> str | None:
    """An h1 that is the site's name: it ends the title element, something else begins it, and no claim says it alone."""
    title = plain_title(claims.title) or ""
    alone = {tuple(words(each)) for each, origin in claimed_titles(claims) if origin != "title element"}
    for heading in headings[:3]:
        said = words(heading)
        if not 0 < len(said) <= MAX_SITE_NAME or tuple(said) in alone:
            continue
        for start, end in separators(title):
            is_last = not any(house.is_named(title[further:]) for _, further in separators(title) if further > end)
            begun = len(re.findall(r"[^\W\d]{2,}", title[:start])) > 1
            if start and begun and is_last and words(title[end:])[: len(said)] == said:
                return heading
    return None


def _below_the_house(claims: Claims, headings: list[str], below: Sequence[str]) -> str | None:
    """What a heading below the h1 says, where the title element says it behind the h1, which is the site's name then."""
    title = plain_title(claims.title) or ""
    shown = set(map(spaceless, below))
    for heading in headings[:3]:
        rest = title.removeprefix(heading)
        headline = rest.lstrip(_JOINTS)
        if rest != title and rest != headline and is_phrase(headline) and spaceless(headline) in shown:
            return headline
    return None


def _without_tail(title: str, house: str) -> str:
    said = words(house)
    for start, end in separators(title):
        if start and words(title[end:])[: len(said)] == said:
            return title[:start].strip()
    return title


def _visible(headings: list[str], stated: list[str]) -> str | None:
    """The h1 that is the article's headline: the one that most agrees with what is stated.

    A lone h1 is it without any agreement, if it is a phrase.
    """
    fitting = []
    for place, heading in enumerate(headings[:20]):
        said = words(heading)
        if not said or len(heading) > MAX_HEADING:
            continue
        agreement = max((_agreement(heading, title) for title in stated), default=0.0)
        begins = any(words(title)[: len(said)] == said for title in stated)
        if (agreement >= AGREE and len(said) > 1) or begins:
            is_claim = len(said) > 2 and any(spaceless(heading) == spaceless(title) for title in stated)
            fitting.append((agreement, is_claim, -place, heading))
    if fitting:
        return max(fitting)[3]
    return headings[0] if len(headings) == 1 and 3 <= len(words(headings[0])) <= 30 else None
