"""What is sent: a subject, a text, the same as HTML, and the fields for programs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawler.alerting.rendering import shipped_templates
from newscrawler.dates import day_shown
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newscrawler.alerting.rendering import Templates
    from newscrawler.reports.frontpage import Trouble
    from newscrawler.search.ranking import Hit

TITLE = 300  # characters of a title


@dataclass(frozen=True, slots=True)
class Item:
    """Something new: an article, or a source that is in trouble.  `url` is of http or https, or None.

    `day`: of an article, as it is shown, or since when a source is in trouble; `kind`: what that is, "" of an article.
    """

    id: str
    title: str
    about: str
    url: str | None
    source: str = ""
    day: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """`name` is the search or event; `id` is always the same for the same items, so that a second one can be known."""

    name: str
    items: tuple[Item, ...]
    archive: str
    is_more: bool = False
    templates: Templates = field(default_factory=shipped_templates, compare=False)

    @property
    def id(self) -> str:
        told = "\n".join([self.name, *(each.id for each in self.items)])
        return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()

    @property
    def _values(self) -> dict[str, object]:
        """What templates may name (`rendering.VARIABLES`)."""
        number = f"{len(self.items)}{'+' if self.is_more else ''}"
        return {
            "name": self.name, "number": number, "items": self.items, "is_more": self.is_more,
            "archive": self.archive, "id": self.id,
        }  # fmt: skip

    @property
    def subject(self) -> str:
        """One line.  Raises ConfigError, as `text` and `html` do, for a template that cannot be rendered."""
        return clean_line(self.templates.subject.render(self._values), TITLE) or "news"

    def text(self) -> str:
        """In plain lines; nothing of the web can begin another one.  Raises ConfigError."""
        return self.templates.text.render(self._values | {"subject": self.subject})

    def html(self) -> str:
        """All of it escaped; ours is without script, pictures or anything that is loaded.  Raises ConfigError."""
        return self.templates.html.render(self._values | {"subject": self.subject})

    def fields(self) -> dict[str, object]:
        """For webhooks.  `text` is what Slack, Mattermost and their like show.  Raises ConfigError as `text` does."""
        items = [{"id": each.id, "title": each.title, "about": each.about, "url": each.url} for each in self.items]
        return {
            "version": 1, "id": self.id, "alert": self.name, "subject": self.subject, "text": self.text(),
            "is_more": self.is_more, "items": items,
        }  # fmt: skip


def samples(name: str, templates: Templates) -> tuple[Message, ...]:
    """Messages such as an alert may have to send, by which its templates are tried."""
    article = Item("article 1", "A title", "2026-11-22, Gazette", "https://gazette.example/1", "Gazette", "2026-11-22")
    trouble = Item("gazette dead", "Gazette: dead", "is gone", None, "Gazette", "2026-11-22T12:00:00Z", "dead")
    return (
        Message(name, (article,), "news/archive", templates=templates),
        Message(name, (article, trouble), "news/archive", is_more=True, templates=templates),
    )


def place_of(folder: Path) -> str:
    """An archive as messages name it: by its folder and the one that it lies in, for most are called archive.

    >>> from pathlib import Path
    >>> place_of(Path("/home/desk/news/archive"))
    'news/archive'
    """
    return "/".join(folder.parts[-2:]).removeprefix("//")


def _web(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) and url.isprintable() else None


def of_hits(hits: Sequence[Hit]) -> tuple[Item, ...]:
    """Articles as items: titles, days, sources and addresses; no words of their texts, which may be reserved."""
    return tuple(
        Item(
            f"article {each.id}",
            clean_line(each.title or "", TITLE) or "(no title)",
            f"{day_shown(each.published, each.modified, each.first_seen)}, {each.source}",
            _web(each.url),
            clean_line(each.source, TITLE) or "",
            day_shown(each.published, each.modified, each.first_seen),
        )
        for each in hits
    )


def trouble_id(trouble: Trouble) -> str:
    return f"{trouble.source_id} {trouble.kind} {trouble.first_seen}"


def of_troubles(troubles: Sequence[Trouble]) -> tuple[Item, ...]:
    return tuple(
        Item(
            trouble_id(each),
            clean_line(f"{each.source}: {each.kind}", TITLE) or each.source_id,
            clean_line(f"{each.detail} (since {each.first_seen})", TITLE) or "",
            _web(each.url),
            clean_line(each.source, TITLE) or "",
            each.first_seen,
            each.kind,
        )
        for each in troubles
    )
