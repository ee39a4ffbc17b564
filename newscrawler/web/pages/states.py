"""A state of an article: its words as they stood, with what proves them.  Also how the article is cited by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.reports import articles, states
from newscrawler.web.drawing import highlighting
from newscrawler.web.files import citations
from newscrawler.web.guard.withheld import withheld
from newscrawler.web.room import NotFound, number
from newscrawler.web.views import show

if TYPE_CHECKING:
    from datasette.utils.asgi import Response
    from sqlite_utils import Database

    from newscrawler.reports.articles import StoredArticle
    from newscrawler.reports.states import State
    from newscrawler.web.room import Room


def reference(article: StoredArticle, state: State | None) -> citations.Reference:
    """An article as it is cited: everything that may change is of one state."""
    page = state.page if state else article.page
    return citations.Reference(
        id=article.id,
        authors=article.authors,
        title=state.title if state else article.title,
        source=article.source,
        source_id=article.source_id,
        published=article.published,
        url=article.url,
        seen=state.at if state else page.fetched if page else article.last_seen,
        content_hash=state.content_hash if state else article.content_hash,
        language=article.language,
        revision=state.id if state else None,
        record=f"WARC {page.warc_file} offset {page.warc_offset}, {page.digest}" if page else None,
    )


def _read(db: Database, article_id: int, revision: int) -> tuple[StoredArticle, State]:
    article, state = articles.stored_article(db, article_id), states.state(db, article_id, revision)
    if article is None:
        raise NotFound(f"There is no article {article_id} in this archive.")
    if state is None:
        raise NotFound(f"Article {article_id} has no state {revision}; its page lists those that it has.")
    return article, state


async def page(room: Room, id: str, revision: str) -> Response:
    """A state of an article.  Raises NotFound where there is none."""
    article, state = await room.read(_read, number(id), number(revision))
    cited = reference(article, state)
    is_withheld = bool(await withheld(room, [article.id]))
    context = {
        "title": f"{state.title or '(no title)'}, as of {state.at[:10]}",
        "article": article,
        "state": state,
        "direction": highlighting.direction(article.language),
        "command": states.check_command(article.id, state.id),
        "paragraphs": state.text.split("\n") if state.text and not is_withheld else [],
        "withheld": is_withheld,
        "citation": citations.in_words(cited),
        "bibtex": citations.bibtex(cited),
        "csl": citations.csl(cited),
    }
    return await show(room, "state.html", context)
