"""What is shown of events: which there are, who told of each and when, and what each language's press adds."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawler.dates import parse_since
from newscrawler.events.decisions import Relation
from newscrawler.events.evidence import NUMBER, SAY, WEEKDAY, in_words, label_of, numbers_of_stems
from newscrawler.storage.database.rows import records
from newscrawler.storage.meaning.event_counts import NOT_DROPPED
from newscrawler.storage.meaning.event_numbers import OF_ANOTHER, current_event

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlite_utils import Database

_FOLLOWS = """
    SELECT nullif(coalesce(before.merged_into, before.id), events.id)
    FROM events AS before WHERE before.id = events.follows_id
"""
# what a person took out last: when, and out of which event, as the stories that it is not with are in it now
_PARTED = """
    SELECT named.story_id, event_stories.event_id, max(c.decided) FROM event_corrections AS c
    JOIN articles AS named ON named.id = c.article_id JOIN articles AS others ON others.id = c.other_id
    JOIN event_stories ON event_stories.story_id = others.story_id
    WHERE c.kind = 'part' AND named.story_id IN (SELECT value FROM json_each(?)) GROUP BY named.story_id
"""
_EVENTS = f"""
    SELECT event AS id, stories, languages, began, ended, follows, spoken, title, beside, title_language
    FROM event_list
    WHERE stories >= :least AND (:since IS NULL OR ended >= :since)
      AND NOT EXISTS (
            SELECT 1 FROM json_each(:languages) WHERE value NOT IN (
                SELECT language FROM event_stories JOIN event_evidence USING (story_id)
                WHERE event_id = event_list.event AND {NOT_DROPPED}
            )
      )
    ORDER BY languages DESC, stories DESC, ended DESC, event DESC LIMIT :limit
"""  # noqa: S608 ours
_MEMBERS = f"""
    SELECT event_stories.story_id AS story, articles.id AS article, sources.name AS source, sources.country,
           event_evidence.language, coalesce(articles.published, articles.first_seen) AS at, articles.title, articles.url,
           stories.articles AS carried_by, event_stories.relation, event_stories.score, event_stories.reason,
           event_stories.other_id AS other,
           event_evidence.words, event_evidence.codes
    FROM event_stories
    JOIN event_evidence USING (story_id)
    JOIN stories ON stories.id = event_stories.story_id
    JOIN articles ON articles.id = stories.first_article_id
    JOIN sources ON sources.id = articles.source_id
    WHERE event_stories.event_id = :event AND {NOT_DROPPED}
    ORDER BY event_evidence.at, event_stories.story_id
"""  # noqa: S608 ours
_BEGINNINGS = """
    SELECT id, coalesce(title, '') || char(10) || coalesce(lead, '') || char(10) || substr(text, 1, 1000)
    FROM articles WHERE id IN (SELECT value FROM json_each(:articles))
"""
# whose press carries an event; not looked for by country, which would lead through all that its sources ever published
_CARRIED = """
    EXISTS (
        SELECT 1 FROM event_press WHERE event = event_list.event AND +country IN (SELECT value FROM json_each({asked}))
    )
"""
_BLIND = _EVENTS.replace(
    "ORDER BY languages DESC, stories DESC, ended DESC",
    f"""AND (:by = '[]' OR {_CARRIED.format(asked=":by")})
        AND NOT {_CARRIED.format(asked=":not_by")}
    ORDER BY stories DESC""",
)
_NEARBY = """
    SELECT event, event_list.title, words, codes
    FROM event_list
    JOIN events ON events.id = event_list.event JOIN event_evidence ON event_evidence.story_id = events.first_story_id
    WHERE event_list.ended >= strftime('%Y-%m-%dT%H:%M:%SZ', :began, '-5 days')
      AND event_list.ended <= strftime('%Y-%m-%dT%H:%M:%SZ', :ended, '+5 days')
      AND event <> :event
    ORDER BY event_list.ended DESC LIMIT 500
"""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in a list; `spoken`: its languages, separated by spaces; `title`: by the rule of the view `event_list`.

    `stories` and languages are of those that tell of it; `beside`: how many lists, digests and live blogs do, too.
    """

    id: int
    stories: int
    languages: int
    began: str
    ended: str
    follows: int | None
    spoken: str | None
    title: str | None
    beside: int
    title_language: str = ""


@dataclass(frozen=True, slots=True)
class EventStory:
    """A story of an event, by its original, and why it is there."""

    story: int
    article: int
    source: str
    country: str | None
    language: str
    at: str
    title: str | None
    url: str
    carried_by: int
    relation: str
    score: float | None
    reason: str
    other: int | None
    words: str
    codes: str

    @property
    def tells_of_it(self) -> bool:
        """Whether it tells of this event and not of others as well, as a live blog, a list or a digest does."""
        return self.relation != Relation.BESIDE


@dataclass(frozen=True, slots=True)
class Addition:
    """What the press of one language says of an event and no other does: names, numbers."""

    language: str
    names: tuple[str, ...]
    numbers: tuple[str, ...]


def of_last_days(days: int, now: datetime) -> str:
    """From which day on an event is of the last `days` days: a story of it is of today or of so many days before, in UTC.

    The canned query counts so in SQL.

    >>> from datetime import datetime
    >>> of_last_days(7, datetime.fromisoformat("2026-11-22T12:00:00Z"))
    '2026-11-15'
    """
    return parse_since(f"{days}d", now)


def events_since(
    db: Database, since: str | None, languages: Sequence[str] = (), limit: int = 20, *, least: int = 2
) -> list[EventRow]:
    """Events of `least` stories or more, those told in most languages first; of all of `languages`, where named."""
    return records(db, EventRow, _EVENTS, since=since, languages=json.dumps(list(languages)), limit=limit, least=least)


def last_day(db: Database) -> str | None:
    """When the last event of several stories ended (YYYY-MM-DD); None where there is none."""
    row = db.execute("SELECT substr(ended, 1, 10) FROM event_list WHERE stories >= 2 ORDER BY ended DESC LIMIT 1").fetchone()
    return row[0] if row else None


def blind_spots(
    db: Database, by: Sequence[str], not_by: Sequence[str], since: str | None, limit: int = 50
) -> list[EventRow]:
    """Events of several stories that the press of any of some countries carries, copies too, and that of none of others.

    Countries by ISO 3166-1 codes; `by` empty: whoever tells of them.
    """
    asked = {"by": json.dumps([each.upper() for each in by]), "not_by": json.dumps([each.upper() for each in not_by])}
    return records(db, EventRow, _BLIND, since=since, languages="[]", limit=limit, least=2, **asked)


def language_codes(text: str) -> tuple[list[str], list[str]]:
    """Codes of a list, of two or three letters, each once; and what is none.

    >>> language_codes("fr, JA,fr"), language_codes("french,ja")
    ((['fr', 'ja'], []), (['ja'], ['french']))
    """
    found: tuple[list[str], list[str]] = ([], [])
    for each in dict.fromkeys(text.lower().replace(",", " ").split()):
        found[not (each.isascii() and each.isalpha() and len(each) in (2, 3))].append(each)
    return found


def without_stories(db: Database, languages: Sequence[str]) -> list[str]:
    """Those of some languages that no story of an event is in."""
    sql = (
        "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT language FROM event_evidence WHERE language IS NOT NULL)"
    )
    return [row[0] for row in db.execute(sql, [json.dumps(list(languages))]).fetchall()]


def event_row(db: Database, event: int) -> EventRow | None:
    """One event; None where it has no stories."""
    sql = _EVENTS.replace("WHERE stories", "WHERE event = :event AND stories")
    found = records(db, EventRow, sql, since=None, languages="[]", limit=1, least=0, event=event)
    return found[0] if found else None


def event_stories(db: Database, event: int) -> list[EventStory]:
    """The stories of an event, in order of time; their reasons in the words of each, and what a person said of them."""
    found = records(db, EventStory, _MEMBERS, event=event)
    asked = json.dumps([each.article for each in found if SAY in each.reason])
    texts: dict[int, str] = dict(db.execute(_BEGINNINGS, {"articles": asked}).fetchall())
    parted = {
        story: f"a person took it out of event {before} on {decided[:10]}; "
        for story, before, decided in db.execute(_PARTED, [json.dumps([each.story for each in found])]).fetchall()
    }
    told = {each.story: _with_numbers(db, each, event) for each in found}
    return [
        replace(each, reason=parted.get(each.story, "") + in_words(told[each.story], texts.get(each.article, "")))
        for each in found
    ]


def _with_numbers(db: Database, each: EventStory, event: int) -> str:
    """A reason that names another event by the number that leads to it now."""
    found = OF_ANOTHER.search(each.reason)
    if found is None:
        return each.reason
    told = int(found[0])
    if each.relation == Relation.FOLLOWS:  # what it was called before a rebuild may be nobody's number
        told = db.execute("SELECT coalesce(follows_id, ?) FROM events WHERE id = ?", [told, event]).fetchone()[0]
    return OF_ANOTHER.sub(str(current_event(db, told) or told), each.reason)


def headline_of(db: Database, article: int) -> tuple[str, str | None]:
    """(name of its source, title) of an article."""
    sql = "SELECT sources.name, title FROM articles JOIN sources ON sources.id = source_id WHERE articles.id = ?"
    source, title = db.execute(sql, [article]).fetchone()
    return source, title


def additions(db: Database, stories: Sequence[EventStory]) -> list[Addition]:
    """What the press of each language names and counts that no other does; not what stands beside other things.

    Days of the week are left out: who says none says the date.  What one names as a country and others as a place is no
    addition, whatever they call it.
    """
    said: dict[str, tuple[set[str], set[str]]] = {}
    in_words: dict[str, set[str]] = {}  # numbers that are no addition: who says eleven says what others say with 11
    for each in (each for each in stories if each.tells_of_it):
        names, numbers = said.setdefault(each.language, (set(), set()))
        words = each.words.partition("|")[2].split()
        names.update(code for code in each.codes.split() if not code.startswith(f"{WEEKDAY}:"))
        numbers.update(word[1:] for word in words if word.startswith(NUMBER))
        numbers.discard(each.at[8:10].lstrip("0"))  # its day
        in_words.setdefault(each.language, set()).update(numbers_of_stems(words, each.language))
    found = []
    for language, own in said.items():
        others = [said[other] for other in said if other != language]
        alone = [own[part] - set().union(*(other[part] for other in others)) for part in (0, 1)]
        alone[1] -= set().union(*(numbers for other, numbers in in_words.items() if other != language))
        places = {label_of(code) for codes, _ in others for code in codes}
        named = tuple(name for name in _named(db, alone[0]) if name not in places)
        if others and (named or alone[1]):
            found.append(Addition(language, named, tuple(sorted(alone[1], key=float))))
    return found


def followed_by(db: Database, event: int) -> list[tuple[int, str | None]]:
    """(number, title) of the events that go on from one, in order of time."""
    sql = "SELECT event, title FROM event_list WHERE follows = ? ORDER BY began, event LIMIT 20"
    return db.execute(sql, [event]).fetchall()


def titles(db: Database, events: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Event -> (its title, the language of that); those without a title are left out."""
    sql = """
        SELECT event, title, title_language FROM event_list
        WHERE event IN (SELECT value FROM json_each(?)) AND title IS NOT NULL
    """
    found = db.execute(sql, [json.dumps(list(events))]).fetchall()
    return {event: (title, language) for event, title, language in found}


def nearby(db: Database, row: EventRow, stories: Sequence[EventStory], limit: int = 12) -> list[tuple[int, str]]:
    """(number, title) of events of the same days that name the same or have headlines alike, the likest first."""
    said = {word for each in stories for word in (*each.words.partition("|")[0].split(), *each.codes.split())}
    asked = {"event": row.id, "began": row.began, "ended": row.ended}
    found = []
    for event, title, words, codes in db.execute(_NEARBY, asked).fetchall():
        alike = len(said.intersection((*words.partition("|")[0].split(), *codes.split())))
        if alike:
            found.append((-alike, event, title or ""))
    return [(event, title) for _, event, title in sorted(found)[:limit]]


def _named(db: Database, codes: set[str]) -> list[str]:
    """Codes by the names that the archive has for them, each once; places and days as reasons tell them."""
    names = []
    for code in sorted(codes):
        kind, _, value = code.partition(":")
        row = db.execute("SELECT name FROM mentions WHERE kind = ? AND code = ? LIMIT 1", [kind, value]).fetchone()
        names.append(row[0] if row else label_of(code))
    return list(dict.fromkeys(names))
