"""An article to read, its changes, the page as it was fetched."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from newscrawler.errors import ArchiveError
from newscrawler.reports import articles
from newscrawler.reports.revision_pair import choose
from newscrawler.revisions.worddiff import ADDED, REMOVED, Paragraph, word_diff
from newscrawler.search.related import related
from newscrawler.storage import warc
from newscrawler.web import citations, highlighting
from newscrawler.web.views import NotThere, number

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawler.web.views import Room

SHOWN = 8  # mentions and copies that are not folded away
COPIES = 200  # of a story that the page of one of its articles lists
# what was fetched is somebody else's: a browser may keep it, and neither show nor run it
RAW = {
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


def _read(db: Database, article_id: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    article = articles.article(db, article_id)
    if article is None:
        raise NotThere(f"There is no article {article_id} in this archive.")
    return article, related(db, article)


async def page(room: Room, id: str) -> Response:
    article, others = await room.read(_read, number(id))
    names = {topic["topic_id"]: f"t{place}" for place, topic in enumerate(article["topics"])}
    matches = (article["verdict"] or {}).get("matches", ())
    original = next((each for each in article["same_story"] if each["original"]), None)
    context = {
        "title": article["title"] or "(no title)",
        "article": article,
        "direction": highlighting.direction(article["language"]),
        "headline": highlighting.marked(article["title"] or "(no title)", matches, "title", names)[0],
        "paragraphs": highlighting.marked(article["text"], matches, "body", names),
        "lead": _lead(article),
        "names": names,
        "facts": _facts(article),
        "original": original,
        "ahead": highlighting.between(original["published"], article["published"]) if original else None,
        "related": others,
        "copies": article["same_story"][:COPIES],
        "citation": citations.in_words(article),
        "bibtex": citations.bibtex(article),
        "csl": citations.csl(article),
        "changes": [each for each in article["revisions"] if each["change"] != "new"],
        "shown": SHOWN,
        "rows": room.datasette.urls.row(room.database, "articles", str(article["id"])),
    }
    return await room.page("article.html", context)


def _lead(article: dict[str, Any]) -> str | None:
    """The summary, unless the text begins with it."""
    lead: str | None = article["lead"]
    return None if not lead or lead[:60].casefold() in article["text"][:400].casefold() else lead


def _facts(article: dict[str, Any]) -> list[tuple[str, Any, str | None]]:
    """(what, value, who says so) of everything that is known beside the text; times as they are stored."""
    origins, verdict, review = article["origins"], article["verdict"] or {}, article["review"] or {}
    zone = f", at {article['published_zone']} from UTC" if article["published_zone"] not in (None, "+00:00") else ""
    paywall = {True: "behind a paywall", False: "free", None: None}[article["paywall"]]
    judged = f"{article['relevance']:.2f}, {verdict['decision']}" if verdict and article["relevance"] is not None else None
    found = [
        ("Published", article["published"], (article["published_origin"] or "") + zone),
        ("Modified", article["modified"], origins.get("modified")),
        ("Authors", ", ".join(article["authors"]), origins.get("authors")),
        ("Section", article["section"], origins.get("section")),
        ("Kind", article["type"], origins.get("type")),
        ("Language", article["language"], article["language_origin"] or origins.get("language")),
        ("Agency", article["agency"], origins.get("agency")),
        ("Credits", article["credit"], "the text"),
        ("Access", paywall, origins.get("paywall")),
        ("Keywords", ", ".join(article["tags"][:20]), origins.get("tags")),
        ("Words", f"{article['word_count']:,}", article["extractor"]),
        ("First seen", article["first_seen"], "our clock"),
        ("Last seen", article["last_seen"], "our clock"),
        ("Relevance", judged, verdict.get("lexicon") and f"lexicon {verdict['lexicon']}"),
        ("Review", review.get("decision"), review.get("decided") and f"a person, {review['decided'][:10]}"),
        ("Content hash", article["content_hash"], "of the words"),
    ]
    return [(name, value, origin or None) for name, value, origin in found if value]


def _states(db: Database, article_id: int) -> tuple[list[dict[str, Any]], str | None]:
    states = articles.states(db, article_id)
    if not states:
        raise NotThere(f"There is no article {article_id} in this archive.")
    row = db.execute("SELECT language FROM articles WHERE id = ?", [article_id]).fetchone()
    return states, row[0]


def _against(db: Database, article_id: int, other_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    sides = []
    for each in (other_id, article_id):
        found = articles.text_of(db, each)
        if found is None:
            raise NotThere(f"There is no article {each} in this archive.")
        sides.append(found)
    return sides[0], sides[1]


async def diff(room: Room, id: str) -> Response:
    """What changed: between two states of an article, or against another article (`?with=`)."""
    article_id = number(id)
    if other := room.argument("with"):
        old, new = await room.read(_against, article_id, number(other))
        return await _compared(room, article_id, old, new, states=[])
    wanted = tuple(number(room.argument(name)) if room.argument(name) else None for name in ("from", "to"))
    states, language = await room.read(_states, article_id)
    try:
        old, new = choose(article_id, states, *wanted)
    except ArchiveError as error:
        raise NotThere(f"{str(error)[0].upper()}{str(error)[1:]}.") from error
    return await _compared(room, article_id, old | {"language": language}, new | {"language": language}, states=states)


async def _compared(
    room: Room, article_id: int, old: dict[str, Any], new: dict[str, Any], *, states: list[dict[str, Any]]
) -> Response:
    # long texts take a while, and others wait for the loop
    title = await asyncio.to_thread(word_diff, old["title"] or "", new["title"] or "")
    text = await asyncio.to_thread(word_diff, old["text"], new["text"])
    context = {
        "title": f"Changes: {new['title'] or '(no title)'}",
        "article_id": article_id,
        "old": old,
        "new": new,
        "states": states,
        "direction": highlighting.direction(new["language"]),
        "headline": title,
        "paragraphs": text,
        "taken_out": _words(text, REMOVED),
        "put_in": _words(text, ADDED),
    }
    return await room.page("diff.html", context)


def _words(paragraphs: list[Paragraph], how: str) -> int:
    return sum(len(text.split()) for each in paragraphs for kind, text in each.pieces if kind == how)


def _captured(db: Database, article_id: int, revision: int | None) -> dict[str, Any]:
    page = articles.page_of(db, article_id, revision)
    if page is None:
        raise NotThere(f"Article {article_id} has no stored page{' of that revision' if revision else ''}.")
    return page


async def raw(room: Room, id: str) -> Response:
    """The page as it was fetched, as a file to keep."""
    revision = room.argument("revision")
    article_id = number(id)
    page = await room.read(_captured, article_id, number(revision) if revision else None)
    folder = Path(room.datasette.get_database(room.database).path).parent / "pages"

    def read(_: Any) -> bytes:
        return warc.read_page(folder, page["warc_file"], page["warc_offset"], page["warc_length"])[1]

    body = await room.datasette.get_database(room.database).execute_fn(read)
    name = f"article-{article_id}-page-{page['id']}.html.txt"
    headers = {**RAW, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, content_type="application/octet-stream")
