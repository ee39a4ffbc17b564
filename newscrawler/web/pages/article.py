"""An article to read, its changes, the page as it was fetched."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from newscrawler.dates import read_moment
from newscrawler.errors import ArchiveError
from newscrawler.reports import articles
from newscrawler.reports.event_facts import event_of_article
from newscrawler.reports.revision_pair import choose_pair
from newscrawler.reports.rights import rights_of
from newscrawler.reports.states import current_state
from newscrawler.revisions.changes import GONE
from newscrawler.revisions.worddiff import ADDED, REMOVED, Paragraph, word_diff
from newscrawler.search.related import RelatedArticle, related
from newscrawler.storage.articles.pages import page_of_article, page_of_revision, withdrawn_article
from newscrawler.storage.warc import reading as warc_reading
from newscrawler.web import wording
from newscrawler.web.desk import on_pages as on_desk
from newscrawler.web.drawing import highlighting
from newscrawler.web.files import citations
from newscrawler.web.guard.withheld import refuse_withheld, withheld
from newscrawler.web.pages.search import neighbours
from newscrawler.web.pages.states import reference
from newscrawler.web.room import NotFound, number
from newscrawler.web.search_params import SearchParams
from newscrawler.web.views import show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlite_utils import Database

    from newscrawler.reports.articles import ArticleState, ArticleText, StoredArticle
    from newscrawler.reports.event_facts import EventOfArticle
    from newscrawler.reports.rights import Rights
    from newscrawler.reports.states import State
    from newscrawler.storage.articles.pages import StoredPage
    from newscrawler.web.room import Room

LATE_DAYS = 180  # after which a change of words is said at the head of an article
SHOWN = 8  # mentions and copies that are not folded away
COPIES = 200  # of a story that the page of one of its articles lists
# what was fetched is somebody else's: a browser may keep it, and neither show nor run it
RAW = {
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


_Read = tuple["StoredArticle", "State | None", "list[RelatedArticle]", "Rights | None", "EventOfArticle"]


def _read(db: Database, article_id: int) -> _Read:
    article = articles.stored_article(db, article_id)
    if article is None:
        raise _no_article(article_id)
    stated = rights_of(db, article_id, datetime.now(UTC))
    event = event_of_article(db, article_id)
    return article, current_state(db, article_id), related(db, article_id), stated, event


def _no_article(article_id: int) -> NotFound:
    return NotFound(f"There is no article {article_id} in this archive.")


async def page(room: Room, id: str) -> Response:
    """An article to read.  Raises NotFound where there is none of that number."""
    article, state, others, stated, event = await room.read(_read, number(id))
    is_withheld = bool(await withheld(room, [article.id]))
    if is_withheld:
        article = replace(article, text="", lead=None, updates=(), captions=())
    names = {topic.topic_id: f"t{place}" for place, topic in enumerate(article.topics)}
    matches = article.verdict.matches if article.verdict else ()
    original = next((each for each in article.same_story if each.original), None)
    cited = reference(article, state)
    desk = await on_desk.on_desk(room, [article.id], opened=article.id)
    context = {
        "desk": desk,
        "own": await on_desk.article_on_desk(room, article.id),
        "doubtful": article.verdict is not None and article.verdict.decision == "review",
        "title": article.title or "(no title)",
        "article": article,
        "direction": highlighting.direction(article.language),
        "headline": highlighting.highlighted(article.title or "(no title)", matches, "title", names)[0],
        "paragraphs": highlighting.highlighted(article.text, matches, "body", names),
        "lead": _lead(article),
        "withheld": is_withheld,
        "names": names,
        "facts": [*_facts(article), *_rights(stated)],
        "original": original,
        "ahead": highlighting.time_between(original.published, article.published) if original else None,
        "related": others,
        "event": event,
        "like_path": _like_path(room, article) if event.has_vector else "",
        "copies": article.same_story[:COPIES],
        "citation": citations.in_words(cited),
        "bibtex": citations.bibtex(cited),
        "csl": citations.csl(cited),
        "state": state,
        "changes": [each for each in article.revisions if each.change not in ("new", GONE)],
        "rewritten": _rewritten(article),
        "shown": SHOWN,
        "shared": wording.shared,
        "among": neighbours(room, article.id),
        "rows": room.datasette.urls.row(room.database, "articles", str(article.id)),
    }
    return await show(room, "article.html", context)


def _like_path(room: Room, article: StoredArticle) -> str:
    """The search for what says nearly the same in other languages."""
    base = (article.language or "").partition("-")[0]
    return room.path(SearchParams(f"like:{article.id}{f' -lang:{base}' if base else ''}").address())


def _rewritten(article: StoredArticle) -> tuple[str, str] | None:
    """(When its words were changed last, how long that was after it appeared), where that is half a year and more."""
    edits = [each.seen for each in article.revisions if each.change in ("revised", "corrected")]
    appeared, changed = read_moment(article.published or article.first_seen), read_moment(edits[-1]) if edits else None
    if appeared is None or changed is None or (days := (changed - appeared).days) < LATE_DAYS:
        return None
    return edits[-1], f"{days // 365} year{'s' * (days >= 730)}" if days >= 365 else f"{days // 30} months"


def _lead(article: StoredArticle) -> str | None:
    """The summary, unless the text begins with it."""
    lead = article.lead
    return None if not lead or lead[:60].casefold() in article.text[:400].casefold() else lead


def _facts(article: StoredArticle) -> list[tuple[str, str, str | None]]:
    """(what, value, who says so) of everything that is known beside the text; times as they are stored."""
    origins, verdict, review = article.origins, article.verdict, article.review
    zone = f", at {article.published_zone} from UTC" if article.published_zone not in (None, "+00:00") else ""
    paywall = {True: "behind a paywall", False: "free", None: None}[article.paywall]
    judged = wording.judged(article.relevance, verdict.decision, verdict.reason) if verdict else None
    found = [
        ("Published", article.published, (article.published_origin or "") + zone),
        ("Modified", article.modified, origins.get("modified")),
        ("Authors", ", ".join(article.authors), origins.get("authors")),
        ("Section", article.section, origins.get("section")),
        ("Kind", article.type, origins.get("type")),
        ("Language", article.language, wording.language_origin(article.language_origin) or origins.get("language")),
        ("Agency", article.agency, origins.get("agency")),
        ("Credits", article.credit, "the text"),
        ("Access", paywall, origins.get("paywall")),
        ("Keywords", ", ".join(article.tags[:20]), origins.get("tags")),
        ("Words", f"{article.word_count:,}", article.extractor and f"of the text that {article.extractor} found"),
        ("First seen", article.first_seen, "our clock"),
        ("Last seen", article.last_seen, "our clock"),
        ("Relevance", judged, verdict and verdict.lexicon and f"by its words, lexicon {verdict.lexicon}"),
        ("Reviewed", review and wording.reviewed(review.decision), review and f"a person, {review.decided[:10]}"),
        ("Content hash", article.content_hash, "of the words"),
    ]
    return [(name, value, origin or None) for name, value, origin in found if value]


def _rights(stated: Rights | None) -> list[tuple[str, str, str | None]]:
    """What follows for the rights in it, and each statement that was made of them."""
    if stated is None:
        return []
    standing = str(stated.standing or "nothing stated to us")
    return [("Rights", standing, stated.by), ("Stated", "; ".join(stated.stated), None)]


def _states(db: Database, article_id: int) -> tuple[list[ArticleState], str | None]:
    """(The states of an article's text, its language).  Raises NotFound where there is no such article."""
    text, states = articles.current_text(db, article_id), articles.states(db, article_id)
    if text is None or not states:
        raise _no_article(article_id)
    return states, text.language


def _both_texts(db: Database, article_id: int, other_id: int) -> tuple[ArticleText, ArticleText]:
    """(The other's text, the article's).  Raises NotFound where one of them is not there."""
    old, new = (_text(db, each) for each in (other_id, article_id))
    return old, new


def _text(db: Database, article_id: int) -> ArticleText:
    found = articles.current_text(db, article_id)
    if found is None:
        raise _no_article(article_id)
    return found


async def diff(room: Room, id: str) -> Response:
    """What changed: between two states of an article, or against another article (`?with=`).

    Raises NotFound where there is no such article, or no such state of it.
    """
    article_id = number(id)
    other = room.argument("with")
    await refuse_withheld(room, [article_id, number(other)] if other else [article_id])
    if other:
        other_text, text = await room.read(_both_texts, article_id, number(other))
        context = {"direction": highlighting.direction(text.language), "states": []}
        return await _diff_page(room, article_id, (other_text, text), context)
    revisions = tuple(number(room.argument(name)) if room.argument(name) else None for name in ("from", "to"))
    states, language = await room.read(_states, article_id)
    try:
        pair = choose_pair(article_id, states, *revisions)
    except ArchiveError as error:
        raise NotFound(f"{str(error)[0].upper()}{str(error)[1:]}.") from error
    return await _diff_page(room, article_id, pair, {"direction": highlighting.direction(language), "states": states})


async def _diff_page(
    room: Room,
    article_id: int,
    pair: tuple[ArticleState, ArticleState] | tuple[ArticleText, ArticleText],
    context: Mapping[str, object],
) -> Response:
    old, new = pair
    # long texts take a while, and others wait for the loop
    title = await asyncio.to_thread(word_diff, old.title or "", new.title or "")
    text = await asyncio.to_thread(word_diff, old.text, new.text)
    compared = {
        "title": f"Changes: {new.title or '(no title)'}",
        "article_id": article_id,
        "old": old,
        "new": new,
        "headline": title,
        "paragraphs": text,
        "taken_out": _words(text, REMOVED),
        "put_in": _words(text, ADDED),
    }
    return await show(room, "diff.html", {**context, **compared})


def _words(paragraphs: list[Paragraph], how: str) -> int:
    return sum(len(text.split()) for each in paragraphs for kind, text in each.pieces if kind == how)


def _stored_page(db: Database, article_id: int, revision: int | None) -> StoredPage:
    page = page_of_revision(db, article_id, revision) if revision else page_of_article(db, article_id)
    if page is None:
        raise NotFound(f"Article {article_id} has no stored page{' of that revision' if revision else ''}.")
    if withdrawn_article(db, page.id) is not None:
        raise NotFound(f"The text of article {article_id} was withdrawn, as its publisher asks; `newscrawler help rights`.")
    return page


async def raw(room: Room, id: str) -> Response:
    """The page as it was fetched, as a file to keep.  Raises NotFound where none is stored."""
    revision = room.argument("revision")
    article_id = number(id)
    await refuse_withheld(room, [article_id])
    page = await room.read(_stored_page, article_id, number(revision) if revision else None)
    folder = Path(room.datasette.get_database(room.database).path).parent / "pages"

    def read(_: Any) -> bytes:
        return warc_reading.read_page(folder, *page.place)[1]

    body = await room.datasette.get_database(room.database).execute_fn(read)
    name = f"article-{article_id}-page-{page.id}.html.txt"
    headers = {**RAW, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, content_type="application/octet-stream")
