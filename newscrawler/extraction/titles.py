"""The headline: what stands over the article, not the site's title tag.

The rule: the visible h1 where a claim (JSON-LD, OpenGraph, title element) agrees with it or contains it, in the claim's
spelling, without its kicker; else the first claim, without the site's name.  An h1 that ends the title element behind
another title is the site's name; what ends in three dots yields to the same words whole.  Several sites write a longer
or a search engine's headline into their claims; what a reader sees is the headline.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from newscrawler.text import clean_line, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.extraction.blocks import Page
    from newscrawler.extraction.structured import Claims

MAX_KICKER = 5  # words
MAX_SITE_NAME = 7  # words
MAX_ABOVE = 600  # blocks that may stand above an article
LONG = 250  # characters of a paragraph that the headline stands above
AGREE = 0.5  # share of words that two renderings of one headline have in common
_SEPARATOR = re.compile(
    r"\s+[|\u2013\u2014\u00b7\u00bb\u2022:«<>/-]+\s+|\s*[|»]\s*|\s+::\s+|(?<=[^\W\d])[\u2013\u2014]\s+|\s*[\uff5c\uff0d_\u2502\u3163]\s*"
)
_MARKED = re.compile(
    r"^(?:exclusive|breaking|live|watch|video|opinion|analysis|update[ds]?|photos?|interview|comment)\s*\|\s+(?=\S)",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"(?:home(?:page)?|untitled|index|404|page not found|access denied|null|undefined|none|news|article)", re.IGNORECASE
)


def _parts(title: str) -> list[tuple[int, int]]:
    """(start, end) of each separator in a title."""
    return [found.span() for found in _SEPARATOR.finditer(title)]


def _said_in(tail: str, site: str | None) -> bool:
    said, name = "".join(words(tail)), "".join(words(site or ""))
    return bool(said) and bool(name) and (said in name or name in said)


def _names_host(tail: str, site: str | None) -> bool:
    """Whether a tail has the domain's own label among its words, where the site has no other name than its host."""
    labels = (site or "").split(".")
    return len(labels) > 1 and len(labels[-2]) > 3 and " " not in (site or "") and labels[-2] in words(tail)


def without_site_name(title: str, site: str | None) -> str:
    """A title without the site's name at its end or beginning.

    >>> without_site_name("Ministers meet in Paris | The Example Post", "The Example Post")
    'Ministers meet in Paris'
    >>> without_site_name("War - and peace", None)
    'War - and peace'
    """
    spans = _parts(title)
    for start, end in spans:  # everything from the site's name on
        if start and (_said_in(title[end:], site) or _names_host(title[end:], site)) and len(words(title[:start])) > 1:
            return title[:start].strip()
    for start, end in reversed(spans):
        if _said_in(title[:start], site) and len(words(title[end:])) > 2:
            return title[end:].strip()
    if spans:
        start, end = spans[-1]
        if "|" in title[start:end] and 2 <= len(title[end:]) <= 40 and len(words(title[:start])) > 2:
            return without_site_name(title[:start].strip(), site)
    return title


def _agreement(one: str, other: str) -> float:
    first, second = set(words(one)), set(words(other))
    return len(first & second) / max(1, min(len(first), len(second)))


def _site(claims: Claims, host: str) -> str:
    return claims.meta.get("og:site_name") or claims.publisher or claims.meta.get("application-name") or host


def claimed_titles(claims: Claims) -> list[tuple[str, str]]:
    """(title, origin), best first, as they stand."""
    headline = claims.jsonld.get("headline")
    if isinstance(headline, list):
        headline = next((each for each in headline if isinstance(each, str)), None)
    found = [
        (html.unescape(headline) if isinstance(headline, str) else None, "json-ld"),
        (claims.meta.get("og:title"), "og:title"),
        (claims.itemprops.get("headline"), "microdata"),
        (claims.meta.get("twitter:title"), "twitter:title"),
        (claims.meta.get("dc.title"), "meta dc.title"),
        (claims.meta.get("parsely-title"), "meta parsely-title"),
        (claims.title, "title element"),
    ]
    return [(line, origin) for each, origin in found if (line := clean_line(each)) and not _NO_TITLE.fullmatch(line)]


def headline(claims: Claims, host: str, hint: str | None, below: Sequence[str] = ()) -> tuple[str | None, str | None]:
    """(title, which claim said so); (None, None) where nobody states one.  `below`: visible headings below h1."""
    site = _site(claims, host)
    headings = [text for each in claims.headings if (text := _undated(clean_line(each))) and not _said_in(text, site)]
    said_whole = {_joined(each) for each in headings}
    as_stated = claimed_titles(claims)
    stated = [(each if _joined(each) in said_whole else without_site_name(each, site), origin) for each, origin in as_stated]
    whole = {each for each, _ in as_stated}
    house = _house_at_the_end(claims, headings)
    if house:
        headings = [each for each in headings if words(each) != words(house)]
        stated = [(_without_tail(title, house), origin) for title, origin in stated]
    only_title = all(origin == "title element" for _, origin in stated)
    if only_title and (headed := _below_the_house(claims, headings, below)):
        return headed, "title element"
    if shown := _shown_lower(below, headings, stated):
        return _without_mark(shown[0]), shown[1]
    seen = _visible(headings, [title for title, _ in stated])
    all_said = [*headings, *(title for title, _ in stated)]
    if seen:
        seen = _without_kicker(seen, claims, [title for title, origin in stated if origin != "microdata"])
        title, origin = _within(seen, [(title, origin, title in whole) for title, origin in stated]) or (seen, "h1")
        return _without_mark(_uncut(title, all_said)), origin
    if only_title and (part := _part_shown(claims, site, below)):
        return part, "heading"
    if stated:
        return _without_mark(_uncut(stated[0][0], all_said)), stated[0][1]
    if headings:
        return headings[0], "h1"
    return (clean_line(hint), "feed") if hint else (None, None)


def lower_headings(page: Page) -> tuple[str, ...]:
    """The visible headings below h1 that lead nowhere else, down to the first long paragraph."""
    found = []
    for block in page.blocks[:MAX_ABOVE]:
        if block.node.tag in ("h2", "h3", "h4") and 2 * block.links < block.chars:
            found.append(block.text)
        elif block.good > LONG:
            break
    return tuple(found)


def _joined(text: str) -> str:
    return "".join(words(text))


def _shown_lower(below: Sequence[str], headings: list[str], stated: list[tuple[str, str]]) -> tuple[str, str] | None:
    """A claim that a heading below h1 shows, where the h1 says another: that h1 is written for search engines."""
    shown = set(map(_joined, below)) - set(map(_joined, headings))
    for title, origin in sorted(stated, key=lambda each: each[1] != "og:title"):
        if origin in ("json-ld", "og:title") and len(words(title)) > 2 and _joined(title) in shown:
            return title, origin
    return None


def _part_shown(claims: Claims, site: str, shown: Sequence[str]) -> str | None:
    """The beginning of the title element, up to a separator, that a heading shows: no site, no section behind it."""
    title = clean_line(claims.title) or ""
    spans = _parts(title)
    if not spans:
        return None
    said = {_joined(each) for each in (*claims.headings, *shown)}
    ends = [*(start for start, _ in spans), len(title)]
    parts = [title[:end].strip() for end in ends]
    fitting = [each for each in parts if len(words(each)) > 1 and _joined(each) in said and not _said_in(each, site)]
    return max(fitting, key=len, default=None)


def _without_kicker(heading: str, claims: Claims, stated: list[str]) -> str:
    """An h1 without the kicker that has an element of its own, unless a claim says both."""
    rest = next((bare for each, bare in claims.unkicked.items() if clean_line(each) == heading), None)
    return rest if rest and _joined(heading) not in map(_joined, stated) else heading


def _within(heading: str, stated: list[tuple[str, str, bool]]) -> tuple[str, str] | None:
    """A stated title that the heading says in the same words, or after a kicker, or with more behind it."""
    said = words(heading)
    joined = "".join(said)
    equal = None
    for title, origin, _ in sorted(stated, key=lambda each: each[1] != "og:title"):
        if equal is None and "".join(words(title)) == joined:
            equal = title, origin  # the claim has the spaces and marks that an h1 of two lines leaves out
    for title, origin, is_whole in sorted(stated, key=lambda each: each[1] != "og:title"):
        claim = words(title)
        more = len(said) - len(claim)
        if not is_whole or more <= 0 or len(claim) < 3:
            continue
        if said[more:] == claim and more <= MAX_KICKER:
            return title, origin
        if origin == "json-ld" and not equal and joined.endswith("".join(claim)) and more <= MAX_KICKER:
            return title, origin  # a kicker that no space parts from the headline
        if (not equal or origin == "og:title") and said[: len(claim)] == claim:
            return title, origin
    return equal


QUOTES = ('"', "\u201d", "\u201c", "\u201e")
_CUT = re.compile(r"\s*(?:\.\.\.|…)$")


def _uncut(title: str, others: list[str]) -> str:
    """A title that some claim cut short, as another one has it whole."""
    begun = _CUT.sub("", title).casefold()
    cut_here = [each for each in others if each.casefold().startswith(begun) and len(each) > len(begun)]
    mid_word = [each for each in cut_here if each[len(begun)].isalpha() and not _CUT.search(each)]
    if quoted := next((each for each in cut_here if each[len(begun) :].lstrip()[:1] in QUOTES), None):
        return quoted  # an attribute ends at the first quotation mark of a careless template
    if begun != title.casefold():
        return next((each for each in cut_here if not _CUT.search(each)), title)
    return mid_word[0] if mid_word and len(title) >= 40 else title


_DATED = re.compile(r"^(?:\d{1,2}\.\s?(?:\d{1,2}\.|[^\W\d]{3,9})\s?\d{4}|\d{4}-\d\d-\d\d)[\s:|–—-]+(?=\S)")


def _undated(heading: str | None) -> str | None:
    """A heading without the day that some pages write before it."""
    return _DATED.sub("", heading) if heading else None


def _house_at_the_end(claims: Claims, headings: list[str]) -> str | None:
    """An h1 that is the site's name: it ends the title element, something else begins it, and no claim says it alone."""
    title = clean_line(claims.title) or ""
    alone = {tuple(words(each)) for each, origin in claimed_titles(claims) if origin != "title element"}
    for heading in headings[:3]:
        said = words(heading)
        if not 0 < len(said) <= MAX_SITE_NAME or tuple(said) in alone:
            continue
        for start, end in _parts(title):
            if start and words(title[end:])[: len(said)] == said and len(re.findall(r"[^\W\d]{2,}", title[:start])) > 1:
                return heading
    return None


def _below_the_house(claims: Claims, headings: list[str], below: Sequence[str]) -> str | None:
    """What a heading below the h1 says, where the title element says it behind the h1, which is the site's name then."""
    title = clean_line(claims.title) or ""
    shown = set(map(_joined, below))
    for heading in headings[:3]:
        rest = title.removeprefix(heading)
        headline = rest.lstrip(" :|\u2013\u2014-")
        if rest != title and rest != headline and len(words(headline)) > 2 and _joined(headline) in shown:
            return headline
    return None


def _without_mark(title: str) -> str:
    """A title without a mark such as "EXCLUSIVE |" before it; "Video: ..." is how many write a headline."""
    rest = _MARKED.sub("", title)
    return rest if len(words(rest)) > 2 else title


def _without_tail(title: str, house: str) -> str:
    said = words(house)
    for start, end in _parts(title):
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
        if not said or len(heading) > 300:
            continue
        agreement = max((_agreement(heading, title) for title in stated), default=0.0)
        begins = any(words(title)[: len(said)] == said for title in stated)
        if (agreement >= AGREE and len(said) > 1) or begins:
            is_claim = len(said) > 2 and any(_joined(heading) == _joined(title) for title in stated)
            fitting.append((agreement, is_claim, -place, heading))
    if fitting:
        return max(fitting)[3]
    return headings[0] if len(headings) == 1 and 3 <= len(words(headings[0])) <= 30 else None
