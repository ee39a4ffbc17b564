"""One state of an article: its words as they stood, when, and the bytes that they are from.  Read-only."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from newscrawler.revisions.changes import DOUBTFUL, GONE
from newscrawler.storage.articles.pages import StoredPage, page
from newscrawler.storage.database.rows import record
from newscrawler.storage.warc.reading import is_digest_of
from newscrawler.text import content_hash

if TYPE_CHECKING:
    from sqlite_utils import Database

# whose words are the article's today
_CURRENT = f"""
    SELECT r.id FROM revisions AS r JOIN articles AS a ON a.id = r.article_id
    WHERE r.article_id = :article AND r.change NOT IN ('{GONE}', '{DOUBTFUL}')
    ORDER BY r.content_hash = a.content_hash DESC, coalesce(r.last_seen, r.seen) DESC, r.id DESC LIMIT 1
"""  # noqa: S608 ours
_STATE = f"""
    SELECT id, article_id, change, reason, seen, last_seen, states, title, text, content_hash, page_id,
           (SELECT max(id) FROM revisions WHERE article_id = :article AND id < :revision) AS previous,
           (SELECT min(id) FROM revisions WHERE article_id = :article AND id > :revision) AS following,
           ({_CURRENT}) AS current
    FROM revisions WHERE id = :revision AND article_id = :article
"""  # noqa: S608 ours


@dataclass(frozen=True, slots=True)
class State:
    """A row of `revisions` with the page that brought it: the words that stood there at `at`.

    `is_current`: they are the article's words today; `previous` and `following`: the rows before and after it; `page`: None
    where none is stored.  A state of being gone has no text.
    """

    id: int
    article_id: int
    change: str
    reason: str | None
    seen: str
    last_seen: str | None
    states: int
    title: str | None
    text: str = field(repr=False)
    content_hash: str
    previous: int | None
    following: int | None
    current: int | None
    page: StoredPage | None

    @property
    def at(self) -> str:
        """When these words were fetched: a row that stands for several states shows the last of them."""
        return self.last_seen or self.seen

    @property
    def is_current(self) -> bool:
        return self.id == self.current

    @property
    def has_text(self) -> bool:
        return self.change != GONE


def state(db: Database, article_id: int, revision: int) -> State | None:
    """A state of an article; None where it has none of that number."""
    return record(db, partial(_whole, db), _STATE, article=article_id, revision=revision)


def current_state(db: Database, article_id: int) -> State | None:
    """The state whose words are the article's today; None where there is no such article."""
    row = db.execute(_CURRENT, {"article": article_id}).fetchone()
    return state(db, article_id, row[0]) if row else None


def _whole(db: Database, page_id: int | None, **cells: object) -> State:
    return State(**cells, page=None if page_id is None else page(db, page_id))  # type: ignore[arg-type] # the columns of a row


def check_words(of: State) -> bool:
    """Whether its words still have the hash that was written down with them."""
    return content_hash(of.text) == of.content_hash


def check_bytes(of: State, body: bytes) -> bool:
    """Whether a page's bytes still have the digest that was written down with them."""
    return of.page is not None and is_digest_of(of.page.digest, body)


def check_command(article_id: int, revision: int) -> str:
    """What recomputes hash and digest of a state, on the machine of the archive."""
    return f"newscrawler show {article_id} --at {revision}"
