"""An article against those that the archive has: which of them share its text, and why that makes a story or not."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from newscrawler.dates import read_moment
from newscrawler.dedup.copies import MIN_SHINGLES, Text, is_notice, is_worth_telling, judge, overlap, titles_alike
from newscrawler.dedup.fingerprints import Shingled, shingled
from newscrawler.items import Match
from newscrawler.text import words
from newscrawler.urls import site_of, url_key

if TYPE_CHECKING:
    from newscrawler.items import Article, Known, KnownArticle

DIGEST_STORIES = 3  # stories
MAX_FORM_WORDS = 150  # words
VERBS = {
    "copy": "copies {:.2f} of article {}",
    "contains": "contains {:.2f} of article {}",
    "contained": "{:.2f} of it is in article {}",
    "partial": "shares {:.2f} with article {}",
}


def host_name(url: str) -> str:
    """The host, as far as it names a publisher: without www, m. and amp."""
    return re.split("[/?#]", url_key(url), maxsplit=1)[0]


def _days_apart(one: str | None, other: str | None) -> float | None:
    first, second = (read_moment(stamp[:10]) if stamp else None for stamp in (one, other))
    return abs((first - second).days) if first and second else None


def _match_same_text(article: Article, twin: KnownArticle) -> Match:
    """Two articles of the same words; one story, unless the words could stand anywhere."""
    reason = f"same text as article {twin.id}, {twin.url}"
    doubt = None
    if titles_alike(article.title, twin.title) < 0.5:
        doubt = _could_stand_anywhere(words(twin.text[:5_000]), same_site=site_of(article.url) == site_of(twin.url))
    return Match(twin, "copy", 1.0, _with_doubt(reason, doubt), doubt is None)


def _could_stand_anywhere(parts: list[str], *, same_site: bool) -> str | None:
    """Why the same words under another title tell nothing.  Other sites copy short items; one site's are its forms."""
    if is_notice(parts):
        return "the same notice"
    if same_site and len(parts) < MAX_FORM_WORDS:
        return "same site, another title"
    return "too short to tell" if len(parts) < MIN_SHINGLES else None


def _with_doubt(reason: str, doubt: str | None) -> str:
    return f"{reason}; not one story: {doubt}" if doubt else reason


@lru_cache(maxsize=32)
def _of_stored(text: str) -> Shingled:
    """The shingles of a stored text.  What is carried by many arrives from many within a short while."""
    return shingled(text)


def _match(article: Article, seen: str, me: Text, other: KnownArticle) -> Match | None:
    text = Text(other.title, _of_stored(other.text), me.standing)
    if not is_worth_telling(me, text):
        return None
    found = overlap(me, text)
    judged = judge(
        found,
        same_site=site_of(article.url) == site_of(other.url),
        days_apart=_days_apart(article.published or seen, other.published or other.first_seen),
    )
    if judged is None:
        return None
    reason = f"{VERBS[judged.relation].format(judged.score, other.id)}, {found.shared} runs of words in common"
    return Match(other, judged.relation, judged.score, _with_doubt(reason, judged.doubt), judged.doubt is None, found.shared)


def matches(article: Article, seen: str, known: Known) -> tuple[Match, ...]:
    """The articles that share an article's text, those of one story with it first, the closest first.

    `seen`: when we had it first, in ISO 8601.  A digest is no story: what contains small parts of several joins none.
    """
    if known.same_text:
        return (_match_same_text(article, known.same_text),)
    if not known.similar:
        return ()
    me = Text(article.title, shingled(article.whole_text), known.standing)
    found = [match for other in known.similar if (match := _match(article, seen, me, other))]
    if _is_digest(found, article.title, len(me.hashes)):
        found = [_alone(match) if match.same_story else match for match in found]
    return tuple(sorted(found, key=lambda match: (not match.same_story, -match.score, match.other.id)))


def _alone(match: Match) -> Match:
    return replace(match, same_story=False, reason=_with_doubt(match.reason, "a digest"))


def _is_digest(found: list[Match], title: str | None, length: int) -> bool:
    """Small parts of several stories and nothing else: of two, where their titles are not its own."""
    joined = [match for match in found if match.same_story]
    if not all(match.relation == "contains" and 5 * (match.shared or 0) < 3 * length for match in joined):
        return False
    foreign = all(titles_alike(title, match.other.title) < 0.5 for match in joined)
    return len({match.other.story_id for match in joined}) >= (DIGEST_STORIES - 1 if foreign else DIGEST_STORIES)
