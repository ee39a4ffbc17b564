"""What is sent: a subject, a text, the same as HTML, and the fields for programs.  Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from html import escape
from string import Template
from typing import TYPE_CHECKING

from newscrawler.dates import day_shown
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.reports.frontpage import Trouble
    from newscrawler.search.ranking import Hit

TITLE = 300  # characters of a title
_TEXT = Template("$subject\n\n$items\n$more-- \nnewscrawler, from the archive $archive\n")
_ITEM = Template("$title\n  $about\n  $url\n")
_HTML = Template(
    '<!doctype html><html><head><meta charset="utf-8"><title>$subject</title></head>'
    '<body style="font-family:sans-serif;max-width:42em"><h1 style="font-size:1.2em">$subject</h1>'
    '<ul style="padding-left:1.2em">$items</ul>$more'
    '<p style="color:#666">newscrawler, from the archive $archive</p></body></html>\n'
)
_HTML_ITEM = Template('<li style="margin-bottom:.7em">$title<br><span style="color:#666">$about</span></li>')


@dataclass(frozen=True, slots=True)
class Item:
    """Something new: an article, or a source that is in trouble.  `url` is of http or https, or None."""

    id: str
    title: str
    about: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """`name` is the search or event; `id` is always the same for the same items, so that a second one can be known."""

    name: str
    items: tuple[Item, ...]
    archive: str
    is_more: bool = False

    @property
    def id(self) -> str:
        told = "\n".join([self.name, *(each.id for each in self.items)])
        return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()

    @property
    def subject(self) -> str:
        number = f"{len(self.items)}{'+' if self.is_more else ''}"
        one = f": {self.items[0].title}" if len(self.items) == 1 else ""
        return clean_line(f"{self.name}: {number} new{one}", TITLE) or "news"

    @property
    def _more(self) -> str:
        return "There is more: newscrawler search finds it." if self.is_more else ""

    def text(self) -> str:
        """In plain lines; nothing of the web can begin another one."""
        items = "\n".join(_ITEM.substitute(title=each.title, about=each.about, url=each.url or "") for each in self.items)
        more = f"{self._more}\n\n" if self.is_more else ""
        return _TEXT.substitute(subject=self.subject, items=items, more=more, archive=self.archive)

    def html(self) -> str:
        """Without script, pictures or anything that is loaded; all of it escaped."""
        items = "".join(_HTML_ITEM.substitute(title=_linked(each), about=escape(each.about)) for each in self.items)
        more = f"<p>{self._more}</p>" if self.is_more else ""
        return _HTML.substitute(subject=escape(self.subject), items=items, more=more, archive=escape(self.archive))

    def fields(self) -> dict[str, object]:
        """For webhooks.  `text` is what Slack, Mattermost and their like show."""
        items = [{"id": each.id, "title": each.title, "about": each.about, "url": each.url} for each in self.items]
        return {
            "version": 1, "id": self.id, "alert": self.name, "subject": self.subject, "text": self.text(),
            "is_more": self.is_more, "items": items,
        }  # fmt: skip


def _linked(item: Item) -> str:
    return f'<a href="{escape(item.url)}">{escape(item.title)}</a>' if item.url else escape(item.title)


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
        )
        for each in troubles
    )
