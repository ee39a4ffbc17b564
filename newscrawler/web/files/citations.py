"""How to cite a state of an article: in words, as BibTeX, as CSL-JSON (citation styles).  Records in, text out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.reports.events import EventRow, EventStory

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_PERSON = re.compile(r"^\S+(?: \S+){1,3}$")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a citation says of one state of an article; times as they are stored.

    `seen`: when these words were fetched, `content_hash`: of them; `revision`: the state, None where no row tells;
    `record`: where its bytes are.
    """

    id: int
    authors: tuple[str, ...]
    title: str | None
    source: str
    source_id: str
    published: str | None
    url: str
    seen: str
    content_hash: str
    language: str | None
    revision: int | None = None
    record: str | None = None

    @property
    def proof(self) -> str:
        """Which state it is, and how one tells."""
        parts = [
            f"state {self.revision} of article {self.id}" if self.revision else f"article {self.id}",
            f"content hash {self.content_hash}",
            self.record,
        ]
        return ", ".join(filter(None, parts))


def in_words(article: Reference) -> str:
    """Authors, title, source, date, address, when these words were fetched, and the hash of them."""
    authors = ", ".join(article.authors)
    title = article.title or "(no title)"
    parts = [
        f"{authors}: " if authors else "",
        f"“{title}”, {article.source}",
        f", {_day(article.published)}" if article.published else " (undated)",
        f". {article.url}",
        f" (as archived {article.seen}, {article.proof}).",
    ]
    return "".join(parts)


def event_in_words(event: EventRow, stories: Sequence[EventStory], archive: str, day: str) -> str:
    """An event by its first story, how many tell of it, and where and when (`day`) they were put together."""
    first = stories[0]
    days = event.began[:10] if event.began[:10] == event.ended[:10] else f"{event.began[:10]} to {event.ended[:10]}"
    spoken = ", ".join((event.spoken or "").split())
    told = f"{event.stories} stories{f' in {spoken}' if spoken else ''}"
    return (
        f"“{event.title or '(no title)'}”, {days}: {told}, the first by {first.source}, {first.url}"
        f" (event {event.id} of {archive}, as grouped {day})."
    )


def event_as_list(stories: Sequence[EventStory]) -> str:
    """The stories of an event, a line each, to be read one after another."""
    return "\n".join(_listed(each) for each in stories)


def _listed(story: EventStory) -> str:
    at = story.at[:16].replace("T", " ")
    told = ", ".join(filter(None, (story.country, story.language)))
    return f"{at}  {story.source}{f' ({told})' if told else ''}: {story.title or '(no title)'}  {story.url}"


def bibtex(article: Reference) -> str:
    """An @online entry (BibLaTeX)."""
    key = re.sub(r"[^a-z0-9]", "", article.source_id.lower()) or "article"
    fields = {
        "author": " and ".join(f"{{{_tex(each)}}}" for each in article.authors),
        "title": f"{{{_tex(article.title or '(no title)')}}}",
        "organization": _tex(article.source),
        "date": _day(article.published),
        "url": re.sub(r"[{}\\\s]", "", article.url),
        "urldate": article.seen[:10],
        "langid": article.language or "",
        "note": _tex(f"as archived {article.seen}, {article.proof}"),
    }
    lines = [f"  {name:<12} = {{{value}}}," for name, value in fields.items() if value]
    state = f"r{article.revision}" if article.revision else ""
    return "\n".join([f"@online{{{key}{article.id}{state},", *lines, "}"])


def csl(article: Reference) -> str:
    """One item of CSL-JSON, in a list as its readers expect."""
    item = {
        "id": f"{article.source_id}-{article.id}{f'-r{article.revision}' if article.revision else ''}",
        "type": "article-newspaper",
        "title": article.title or "",
        "container-title": article.source,
        "author": [_name(each) for each in article.authors],
        "issued": _parts(article.published),
        "accessed": _parts(article.seen),
        "URL": article.url,
        "language": article.language,
        "note": f"as archived {article.seen}, {article.proof}",
    }
    return json.dumps([{key: value for key, value in item.items() if value}], ensure_ascii=False, indent=2)


def _day(stamp: str | None) -> str:
    return (stamp or "")[:10]


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)


def _name(author: str) -> dict[str, str]:
    """A person of given and family name; whatever else it may be stays as it is."""
    if not _PERSON.match(author) or not author.isascii():
        return {"literal": author}
    given, _, family = author.rpartition(" ")
    return {"given": given, "family": family}


def _parts(stamp: str | None) -> dict[str, list[list[int]]] | None:
    parts = (stamp or "")[:10].split("-")
    return {"date-parts": [[int(part) for part in parts]]} if all(part.isdigit() for part in parts) else None
