"""What is posted to the desk: a form -> what it asks for -> done, with a word about it.

A button says it all in its value: `keep:12`; a form with fields says `note`, `collect` or `save` and the fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from newscrawler.desk import corrections, marks, shelves
from newscrawler.errors import DeskError
from newscrawler.search.query import compile_query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from newscrawler.storage.database.sqlite import Database

MAX_BODY = 100_000  # bytes of a form
MAX_FIELDS = 20
MAX_PAGE = 500  # articles that are marked as seen at once


@dataclass(frozen=True, slots=True)
class Form:
    """What was posted.  `verb` and `about`: the two parts of its button; `fields`: what was typed."""

    verb: str
    about: str
    fields: Mapping[str, str]

    @property
    def token(self) -> str:
        return self.fields.get("token", "")

    @property
    def typed(self) -> str:
        """What must not be lost where the form is refused."""
        return self.fields.get("text", "")

    def article(self) -> int:
        """The article that it is about.  Raises DeskError."""
        return _article(self.about or self.fields.get("article", ""))


def _article(told: str) -> int:
    return _number(told, "article")


def _number(told: str, what: str) -> int:
    if not told.isascii() or not told.isdigit() or not 0 < len(told) <= 18:
        raise DeskError(f"{told[:40]!r} is no number of an {what}. Nothing was changed.")
    return int(told)


def parse(body: bytes) -> Form:
    """A form as it was sent.  Raises DeskError where it is none."""
    try:
        found = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise DeskError("What was sent is no form. Nothing was changed.") from error
    fields = {name: values[-1] for name, values in found.items()}
    verb, _, about = fields.get("do", "").partition(":")
    return Form(verb, about, fields)


def _see_all(db: Database, form: Form, now: datetime) -> str:
    ids = [_article(each) for each in form.about.split(".")[:MAX_PAGE]]
    for each in ids:
        marks.see(db, each, now)
    return f"{len(ids)} marked as seen."


def _note(db: Database, form: Form, now: datetime) -> str:
    marks.write_note(db, form.article(), form.typed, read=form.fields.get("read", ""), now=now)
    return "The note is kept." if form.typed.strip() else "The note is gone."


def _collect(db: Database, form: Form, now: datetime) -> str:
    name = form.fields.get("name", "").strip() or form.fields.get("known", "")
    return f"Put into {shelves.collect(db, name, form.article(), now)}."


def _uncollect(db: Database, form: Form, now: datetime) -> str:
    article, _, name = form.about.partition(":")
    shelves.uncollect(db, name, _article(article))
    return f"Taken out of {name}."


def _save(db: Database, form: Form, now: datetime) -> str:
    q = form.fields.get("q", "")
    if compile_query(q).like:
        raise DeskError("like: has no end, everything is more or less near; save words, filters or an event: instead.")
    name = shelves.save_search(db, form.fields.get("name", ""), q, now)
    return f"Saved as {name}."


def _marking(change: Callable[[Database, int, datetime], None], said: str) -> Callable[[Database, Form, datetime], str]:
    def work(db: Database, form: Form, now: datetime) -> str:
        change(db, form.article(), now)
        return said

    return work


def _named(change: Callable[[Database, str], None], said: str) -> Callable[[Database, Form, datetime], str]:
    def work(db: Database, form: Form, now: datetime) -> str:
        change(db, form.about)
        return said

    return work


def _follow(db: Database, form: Form, now: datetime) -> str:
    event, _, title = form.about.partition(":")
    shelves.follow(db, str(_number(event, "event")), title or f"Event {event}", now)
    return "Followed."


def _numbers(form: Form) -> tuple[int, int]:
    """The two numbers of a button that says something of an event.  Raises DeskError."""
    first, _, second = form.about.partition(":")
    return _number(first, "article or event"), _number(second, "event")


def _of_event(kind: str, said: str) -> Callable[[Database, Form, datetime], str]:
    """What says something of an event: its number stands second, but for two that are one."""

    def work(db: Database, form: Form, now: datetime) -> str:
        about, event = _numbers(form) if kind != corrections.JOIN else _numbers(form)[::-1]
        corrections.say(db, kind, event, about, now)
        return said

    return work


def _unsaid(kind: str) -> Callable[[Database, Form, datetime], str]:
    def work(db: Database, form: Form, now: datetime) -> str:
        about, event = _numbers(form) if kind != corrections.JOIN else _numbers(form)[::-1]
        corrections.unsay(db, kind, event, about)
        return "Taken back."

    return work


_THEN = "the archive follows when it is written next."
VERBS: dict[str, Callable[[Database, Form, datetime], str]] = {
    "seen": _marking(marks.see, "Marked as seen."),
    "unseen": _marking(lambda db, article, now: marks.unsee(db, article), "Not seen yet."),
    "seen-all": _see_all,
    "keep": _marking(marks.keep, "Kept for later."),
    "unkeep": _marking(lambda db, article, now: marks.unkeep(db, article), "No longer kept for later."),
    "belongs": _marking(lambda db, article, now: marks.review(db, article, marks.KEEP, now), "It belongs here."),
    "drop": _marking(lambda db, article, now: marks.review(db, article, marks.DROP, now), "It is to be dropped."),
    "undecide": _marking(lambda db, article, now: marks.review(db, article, None, now), "Taken back."),
    "note": _note,
    "collect": _collect,
    "uncollect": _uncollect,
    "dissolve": _named(shelves.dissolve, "The collection is no more."),
    "save": _save,
    "forget": _named(shelves.forget_search, "Forgotten."),
    "follow": _follow,
    "unfollow": _named(shelves.unfollow, "No longer followed."),
    "part": _of_event(corrections.PART, f"Not of this event: {_THEN}"),
    "unpart": _unsaid(corrections.PART),
    "join": _of_event(corrections.JOIN, f"One event: {_THEN}"),
    "unjoin": _unsaid(corrections.JOIN),
    "back": _of_event(corrections.BACK, f"Taken back: {_THEN}"),
    "unback": _unsaid(corrections.BACK),
}


def perform(db: Database, form: Form, now: datetime) -> str:
    """Do what a form asks for; one sentence about it.  Raises DeskError."""
    work = VERBS.get(form.verb)
    if work is None:
        raise DeskError(f"The desk does not know {form.verb[:40]!r}. Nothing was changed.")
    return work(db, form, now)
