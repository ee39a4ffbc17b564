"""What an article can be filtered by, as words of the full-text index, so that a filter costs what a word costs.

`articles.labels` holds one token for each: source, language, topics, mentions, type, and the year, month and day it is of;
its story, its site, how many words it has, whether it is behind a paywall, has changed, is gone.  Each begins with a
character of Unicode's private use area, which the tokenizer takes for a letter and no stored text has (`text.clean`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from newscrawler.urls import bare_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlite_utils import Database

    from newscrawler.items import Verdict

SOURCE, LANGUAGE, TOPIC, COUNTRY, NAME, TIME, DROPPED, TYPE, ANY = (chr(0xE000 + number) for number in range(9))
SITE, STORY, WORDS, CHANGED, GONE, PAYWALL = (chr(0xE009 + number) for number in range(6))
JOIN = "\ue00f"
ARTICLE_TYPES = ("article", "live", "opinion", "press-release", "listing", "video")  # the values of TYPE
EVERY = f"{ANY}x"  # every article has it
YES, NO = "x", "0"  # what a label of CHANGED, GONE, PAYWALL says beside its days
NOTED_CHANGES = ("revised", "corrected")  # of the changes of `revisions`, those that are an edit
MOST_WORDS, WORD_DIGITS = 99_999, 5  # a longer article counts as of so many
MAX_DAYS = 30  # of changes of one article
MAX_HOST_PARTS = 5
_SAID = {
    SOURCE: "source", LANGUAGE: "language", TOPIC: "topic", COUNTRY: "country", NAME: "name", TIME: "date",
    DROPPED: "dropped", TYPE: "type", SITE: "site", STORY: "story", WORDS: "words", CHANGED: "changed", GONE: "gone",
    PAYWALL: "paywall",
}  # fmt: skip
_IN_BEGINNINGS = (TIME, WORDS, CHANGED, GONE)  # a value of these has a label for each of its beginnings too


@lru_cache(maxsize=4_096)  # of days, topics, countries and numbers there are few
def token(mark: str, value: str) -> str:
    """One word of the index.

    >>> token(SOURCE, "bbc-News") == SOURCE + "bbc" + JOIN + "news"
    True
    """
    folded = value.casefold()
    return mark + (folded if folded.isalnum() else "".join(each if each.isalnum() else JOIN for each in folded))


def day_tokens(mark: str, at: str) -> list[str]:
    """Tokens of the year, month and day that a stated time names; fewer where it names less.

    >>> [each[1:].replace(JOIN, "-") for each in day_tokens(TIME, "2026-11-05T10:00:00Z")]
    ['2026', '2026-11', '2026-11-05']
    """
    return [token(mark, at[:end]) for end in (4, 7, 10) if len(at) >= end]


def number_tokens(number: int) -> list[str]:
    """A number of words as ever longer beginnings of its digits, so that a range of numbers is few tokens.

    >>> [each[1:] for each in number_tokens(1234)]
    ['0', '01', '012', '0123', '01234']
    """
    digits = f"{min(max(number, 0), MOST_WORDS):0{WORD_DIGITS}}"
    return [token(WORDS, digits[:end]) for end in range(1, WORD_DIGITS + 1)]


def in_words(stored: str) -> str:
    """Labels as a person reads them, without those that the next one goes on from; what is no letter is a `-`.

    >>> in_words(" ".join([*number_tokens(1234), EVERY, token(SOURCE, "bbc-news"), *day_tokens(TIME, "2026-11-05")]))
    'words 01234, source bbc-news, date 2026-11-05'
    """
    tokens = [each for each in stored.split(" ") if each and each != EVERY]
    told = (
        f"{_SAID.get(each[0], '')} {each[1:].replace(JOIN, '-')}".strip()
        for each, behind in pairwise([*tokens, ""])
        if not (each[0] in _IN_BEGINNINGS and behind.startswith(each))
    )
    return ", ".join(told)


def site_tokens(url: str) -> list[str]:
    """Tokens of an address's host and of the domains that it is in.

    >>> [each[1:].replace(JOIN, ".") for each in site_tokens("https://www.news.gov.example/a")]
    ['news.gov.example', 'gov.example', 'example']
    """
    parts = bare_host(url).partition(":")[0].split(".")[-MAX_HOST_PARTS:]
    return [token(SITE, ".".join(parts[at:])) for at in range(len(parts)) if parts[-1]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What labels are made of.

    `at`: when it was published or else last changed, as stated, or else first seen; `changes`: (kind, when) of its edits.
    """

    source: str
    at: str
    language: str | None
    type: str
    topics: Iterable[str] = ()
    mentions: Iterable[tuple[str, str]] = ()  # kind, code
    dropped: bool = False
    url: str = ""
    story: int | None = None
    words: int = 0
    paywall: bool | None = None
    changes: Iterable[tuple[str, str]] = ()
    gone_since: str | None = None


def labels(of: Labelled) -> str:
    """The column `articles.labels`: first what no facet counts, then EVERY and the rest (`search.facets` reads from there).

    >>> labels(Labelled("bbc", "2026-11-05", "en-GB", "article")).partition(EVERY)[2].count(" ")
    6
    """
    tokens = [*_apart(of), EVERY, token(SOURCE, of.source), token(TYPE, of.type), *day_tokens(TIME, of.at)]
    if of.language:
        tokens.append(token(LANGUAGE, of.language.partition("-")[0]))
    tokens += sorted(token(TOPIC, topic) for topic in of.topics)
    tokens += sorted(token(COUNTRY if kind == "country" else NAME, code) for kind, code in of.mentions)
    if of.dropped:
        tokens.append(token(DROPPED, "x"))
    return " ".join(tokens)


def _apart(of: Labelled) -> Iterator[str]:
    """The labels that no facet counts."""
    yield from site_tokens(of.url)
    if of.story is not None:
        yield token(STORY, str(of.story))
    yield from number_tokens(of.words)
    if of.paywall is not None:
        yield token(PAYWALL, YES if of.paywall else NO)
    changes = sorted(set(of.changes), key=lambda change: change[1], reverse=True)
    if changes:
        days = (each for _, at in changes[:MAX_DAYS] for each in day_tokens(CHANGED, at))
        yield from dict.fromkeys((token(CHANGED, YES), *sorted({token(CHANGED, kind) for kind, _ in changes}), *days))
    if of.gone_since:
        yield from (token(GONE, YES), *day_tokens(GONE, of.gone_since))


def labels_of(source: str, at: str, verdict: Verdict, cells: dict[str, object]) -> str:
    """Labels of an article that is about to be written: `cells` of its row, by column."""
    topics = [each.topic_id for each in verdict.topics]
    mentions = [(each.kind, each.code) for each in verdict.mentions]
    url, language, kind, story, words, paywall = (
        cells[name] for name in ("url", "language", "type", "story_id", "word_count", "paywall")
    )
    return labels(
        Labelled(
            source, at, language, kind, topics, mentions,  # type: ignore[arg-type] # columns of these types
            url=url, story=story, words=words, paywall=None if paywall is None else bool(paywall),  # type: ignore[arg-type]
        )
    )  # fmt: skip


_ROWS = """
    SELECT articles.id, articles.source_id, coalesce(articles.published, articles.modified, articles.first_seen),
           articles.language, articles.type,
           (SELECT json_group_array(topic_id) FROM article_topics WHERE article_id = articles.id),
           (SELECT json_group_array(json_array(kind, code)) FROM mentions WHERE article_id = articles.id),
           EXISTS (SELECT 1 FROM reviews WHERE article_id = articles.id AND decision = 'drop'),
           articles.url, articles.story_id, articles.word_count, articles.paywall,
           (SELECT json_group_array(json_array(change, substr(seen, 1, 10))) FROM revisions
            WHERE article_id = articles.id AND change IN (SELECT value FROM json_each(:changes))),
           articles.gone_since
    FROM articles WHERE articles.id IN (SELECT value FROM json_each(:ids))
"""


def stored_labels(db: Database, ids: Iterable[int]) -> Iterator[tuple[int, str]]:
    """(id, labels) of articles by what the tables say of them now."""
    values = {"ids": json.dumps(list(ids)), "changes": json.dumps(NOTED_CHANGES)}
    for article, source, at, language, kind, topics, mentions, *rest in db.conn.execute(_ROWS, values):
        dropped, url, story, words, paywall, changes, gone_since = rest
        named = [(each[0], each[1]) for each in json.loads(mentions)]
        of = Labelled(
            source, at, language, kind, json.loads(topics), named, bool(dropped), url, story, words,
            None if paywall is None else bool(paywall), [tuple(each) for each in json.loads(changes)], gone_since,
        )  # fmt: skip
        yield article, labels(of)


def relabel(db: Database, ids: Iterable[int]) -> None:
    """Bring the labels of articles up to date.  Costs a write of the full text of those alone that changed."""
    for article, new in list(stored_labels(db, ids)):
        db.execute("UPDATE articles SET labels = ? WHERE id = ? AND labels <> ?", [new, article, new])
