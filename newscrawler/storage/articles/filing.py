"""The SQL of a decision: what is known, and what each outcome writes.  Called inside the archive's transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from newscrawler.dates import iso
from newscrawler.errors import FailureKind
from newscrawler.items import Article, Candidate, Decision, Known, KnownArticle, Outcome, Verdict
from newscrawler.process import is_wanted
from newscrawler.revisions.changes import DOUBTFUL, GONE
from newscrawler.storage.articles import copies, earlier, rereading, revisits, rights, stories, verdicts
from newscrawler.storage.articles.cells import words_of
from newscrawler.storage.articles.labels import labels_of, relabel
from newscrawler.storage.articles.pages import name_page_of
from newscrawler.storage.articles.texts_to_judge import WHOLE_TEXT
from newscrawler.storage.articles.withdrawal import withdraw
from newscrawler.storage.meaning import vectors
from newscrawler.storage.sites import profiles
from newscrawler.storage.sites.publishers import publisher_of
from newscrawler.text import clean_line, storable

if TYPE_CHECKING:
    from sqlite_utils import Database

_KNOWN = (
    f"SELECT id, url, source_id, story_id, title, {WHOLE_TEXT}, content_hash, published, first_seen "  # noqa: S608 ours
    "FROM articles WHERE"
)
_STATES_OF_ARTICLES = (Outcome.NEW, Outcome.COPY, Outcome.REVISED, Outcome.UNCHANGED)
MAX_OF_ITS_STORY = 3  # articles that a revised text is compared with
_LINK_STATES = {
    Outcome.NEW: "done", Outcome.COPY: "done", Outcome.REVISED: "done", Outcome.UNCHANGED: "done",
    Outcome.GONE: "done", Outcome.OFF_TOPIC: "dropped", Outcome.FAILED: "failed", Outcome.RETRY: "pending",
}  # fmt: skip


def known(db: Database, candidate: Candidate) -> Known:
    """What the archive has at a candidate's address, of its text, and of its words."""
    if candidate.reread is not None and (there := rereading.known(db, candidate)):
        return there
    if there := revisits.known_at_address(db, candidate):
        return _known_at_address(db, candidate, there)
    if candidate.article is None or not is_wanted(candidate):
        return Known()
    # the first to carry a text stands for all its copies
    twin = db.execute(f"{_KNOWN} content_hash = ? ORDER BY id LIMIT 1", [candidate.article.content_hash]).fetchone()
    if twin:
        return Known(same_text=KnownArticle(*twin), crowded=frozenset(candidate.fingerprints))
    return _known_words(db, candidate)


def _known_at_address(db: Database, candidate: Candidate, there: Known) -> Known:
    """With new words come articles that may have them too, and what recurs on the host: old and new are read alike."""
    assert there.at_address is not None
    article = candidate.article
    if article is None or (article.title, article.text) == (there.at_address.title, there.at_address.text):
        return there
    profile = profiles.profile(db, candidate.url)
    known = there if profile is None else replace(there, recurring=profile.lines)
    if article.content_hash == there.at_address.content_hash:
        return known
    found = _known_words(db, candidate, there.at_address)
    return replace(found, revisions=known.revisions, recurring=known.recurring)


def _known_words(db: Database, candidate: Candidate, there: KnownArticle | None = None) -> Known:
    ids, standing, crowded = copies.similar(db, candidate.fingerprints, there.id if there else None)
    if there is not None:  # whether it still is one of its story
        of_story = db.execute(
            "SELECT id FROM articles WHERE story_id = ? AND id <> ? ORDER BY id LIMIT ?",
            [there.story_id, there.id, MAX_OF_ITS_STORY],
        )
        ids = list(dict.fromkeys([*ids, *(row[0] for row in of_story.fetchall())]))
    rows = (db.execute(f"{_KNOWN} id = ?", [each]).fetchone() for each in ids)
    similar = [KnownArticle(*row) for row in rows if row]  # another program may have deleted one, but not its fingerprints
    return Known(at_address=there, similar=tuple(similar), standing=standing, crowded=crowded)


def apply(db: Database, decision: Decision, page_id: int | None) -> None:
    """Write all that follows from a decision."""
    candidate, article_id = decision.candidate, decision.article_id
    if candidate.reread is not None and decision.outcome not in (Outcome.NEW, Outcome.COPY, Outcome.OFF_TOPIC):
        rereading.keep(db, decision)
        return
    if decision.outcome is Outcome.EARLIER:
        earlier.keep(db, decision, page_id)
        return
    match decision.outcome:
        case Outcome.NEW | Outcome.COPY:
            article_id = _insert_article(db, decision, page_id)
        case Outcome.REVISED:
            _revise_article(db, decision, page_id)
        case Outcome.UNCHANGED:
            # a clock that was set back must not make an article look unseen
            db.execute(
                "UPDATE articles SET last_seen = max(last_seen, ?) WHERE id = ?", [iso(candidate.fetched), article_id]
            )
            if page_id is not None and article_id is not None:
                name_page_of(db, article_id, page_id)
            _refresh_entries(db, article_id, candidate)
            revisits.move(db, article_id or 0, candidate)
        case Outcome.GONE:
            revisits.mark_gone(db, decision)
            if decision.change == GONE and article_id is not None:
                _insert_gone(db, article_id, decision, page_id)
            if article_id is not None:
                relabel(db, [article_id])
    if article_id is not None and candidate.failure is not None and candidate.failure.kind is FailureKind.WITHHELD:
        withdraw(db, article_id, candidate.fetched)
    if decision.change == DOUBTFUL and article_id is not None:
        _note_doubtful(db, article_id, decision, page_id)
    profiles.learn(db, candidate)
    if article_id is not None:
        revisits.record_visit(db, decision, article_id)
    if candidate.lease.article_id is None:  # else the link has come to its end long ago
        _finish_link(db, decision, article_id, page_id)
    # its link is its own by now, which may have a hint
    if article_id is not None and candidate.article is not None and decision.outcome in _STATES_OF_ARTICLES:
        rights.keep(db, article_id, candidate)


def _refresh_entries(db: Database, article_id: int | None, candidate: Candidate) -> None:
    """A live blog whose introduction is as it was has new entries, which search is to see."""
    if candidate.article is None or not candidate.article.updates:
        return
    values = words_of(candidate.article)
    changed = {column: values[column] for column in ("updates", "segmented")}
    db.execute(
        "UPDATE articles SET updates = :updates, segmented = :segmented WHERE id = :id AND updates <> :updates",
        changed | {"id": article_id},
    )


def _finish_link(db: Database, decision: Decision, article_id: int | None, page_id: int | None) -> None:
    lease = decision.candidate.lease
    state = _LINK_STATES[decision.outcome] if article_id is None else "done"
    reason = clean_line(f"{decision.outcome.value}: {decision.reason}")
    why = decision.candidate.failure
    is_attempt = decision.candidate.reread is None and (why is None or why.is_attempt)
    next_try = iso(decision.next_try) if decision.next_try else None
    db.execute(
        """
        UPDATE links SET state = ?, reason = ?, failure = ?, next_try = ?, attempts = attempts + ?,
            article_id = coalesce(?, article_id), page_id = coalesce(?, page_id)
        WHERE id = ?
        """,
        [state, reason, why.kind.value if why else None, next_try, is_attempt, article_id, page_id, lease.link_id],
    )
    if article_id is not None and decision.candidate.article is not None and decision.outcome is not Outcome.GONE:
        # another pending link may name the address where this one ended up
        db.execute(
            """
            UPDATE links SET state = 'done', reason = ?, failure = NULL, article_id = ?
            WHERE url_key = ? AND state = 'pending' AND id <> ?
            """,
            [
                f"unchanged: same address key as article {article_id}",
                article_id,
                decision.candidate.url_key,
                lease.link_id,
            ],
        )


def _article_values(candidate: Candidate, article: Article, verdict: Verdict, page_id: int | None) -> dict[str, Any]:
    return words_of(article) | {
        "url": storable(article.url),
        "relevance": verdict.score,
        "last_seen": iso(candidate.fetched),
        "page_id": page_id,
    }


def _insert_article(db: Database, decision: Decision, page_id: int | None) -> int:
    candidate = decision.candidate
    assert candidate.article is not None
    assert candidate.verdict is not None
    source_id = publisher_of(db, candidate.lease.source_id, candidate.url)
    joined = next((match.other.story_id for match in decision.matches if match.same_story), None)
    story_id = joined or stories.begin(db)
    values = _article_values(candidate, candidate.article, candidate.verdict, page_id) | {
        "url_key": candidate.url_key,
        "source_id": source_id,
        "story_id": story_id,
        "first_seen": iso(candidate.fetched),
        "import_id": candidate.taken_in.import_id if candidate.taken_in else None,
    }
    at = values["published"] or values["modified"] or values["first_seen"]
    values["labels"] = labels_of(source_id, at, candidate.verdict, values)
    columns, names = ", ".join(values), ", ".join(f":{column}" for column in values)
    article_id = db.execute(f"INSERT INTO articles ({columns}) VALUES ({names})", values).lastrowid  # noqa: S608 ours
    assert article_id is not None
    copies.keep(db, article_id, candidate.fingerprints, decision.crowded)
    if joined is None:
        db.execute("UPDATE stories SET first_article_id = ? WHERE id = ?", [article_id, story_id])
    verdicts.keep(db, article_id, candidate.verdict, candidate.fetched)  # before its story moves, which labels it anew
    stories.join(db, article_id, story_id, decision.matches)
    _insert_first_state(db, article_id, decision, values)
    vectors.ask_for(db, article_id)
    return article_id


def _revise_article(db: Database, decision: Decision, page_id: int | None) -> None:
    candidate, article_id = decision.candidate, decision.article_id
    assert article_id is not None
    assert candidate.article is not None
    assert candidate.verdict is not None
    old_text, old_hash, story_id = db.execute(
        f"SELECT {WHOLE_TEXT}, content_hash, story_id FROM articles WHERE id = ?",  # noqa: S608 ours
        [article_id],
    ).fetchone()
    values = _article_values(candidate, candidate.article, candidate.verdict, page_id)
    values |= {"gone_since": None, "gone_reason": None, "withdrawn": None}
    del values["url"]  # by `move`
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    db.execute(f"UPDATE articles SET {assignments} WHERE id = :id", values | {"id": article_id})  # noqa: S608 ours
    if old_hash != candidate.article.content_hash:
        copies.forget(db, article_id, old_text, old_hash)
        copies.keep(db, article_id, candidate.fingerprints, decision.crowded)
    _move_to_its_story(db, article_id, story_id, decision)
    revisits.move(db, article_id, candidate)
    if decision.revision_id is None:
        _insert_revision(db, article_id, decision, page_id, decision.change or "revised")
    else:
        _fold_revision(db, decision, page_id)
    verdicts.keep(db, article_id, candidate.verdict, candidate.fetched)
    relabel(db, [article_id])
    vectors.ask_for(db, article_id)


def _move_to_its_story(db: Database, article_id: int, story_id: int, decision: Decision) -> None:
    """New words may make an article a copy of others, or none of those that it was one of."""
    if not decision.other_words:
        return
    stays = any(match.same_story and match.other.story_id == story_id for match in decision.matches)
    alone = db.execute("SELECT articles FROM stories WHERE id = ?", [story_id]).fetchone()[0] == 1
    if stays or alone:
        stories.join(db, article_id, story_id, decision.matches)
    else:
        stories.leave(db, article_id, story_id, decision.matches)


def _state_cells(decision: Decision, page_id: int | None) -> dict[str, Any]:
    """The state of an article that a decision brings, as cells of `revisions`."""
    article = decision.candidate.article
    assert article is not None
    return {
        "title": storable(article.title),
        "text": storable(article.text),
        "content_hash": article.content_hash,
        "page_id": page_id,
        "reason": clean_line(decision.why),
        "seen": iso(decision.candidate.fetched),
    }


def _insert_first_state(db: Database, article_id: int, decision: Decision, cells: dict[str, Any]) -> None:
    """The state of an article that was filed just now with these cells, whose text is its own."""
    db.execute(
        """
        INSERT INTO article_states (article_id, seen, change, title, text, content_hash, page_id, reason, grown)
        VALUES (?, ?, 'new', ?, NULL, ?, ?, ?, ?)
        """,
        [
            article_id, cells["first_seen"], cells["title"], cells["content_hash"], cells["page_id"],
            clean_line(decision.why), decision.grown,
        ],
    )  # fmt: skip


def _insert_revision(db: Database, article_id: int, decision: Decision, page_id: int | None, change: str) -> None:
    db.execute(
        """
        INSERT INTO article_states (article_id, seen, change, title, text, content_hash, page_id, reason, grown)
        VALUES (:article, :seen, :change, :title, nullif(:text, (SELECT text FROM articles WHERE id = :article)),
                :content_hash, :page_id, :reason, :grown)
        """,
        _state_cells(decision, page_id) | {"article": article_id, "change": change, "grown": decision.grown},
    )


def _fold_revision(db: Database, decision: Decision, page_id: int | None) -> None:
    """Let a row of `revisions` stand for one more state: the last one is what it shows."""
    db.execute(
        """
        UPDATE article_states SET
            -- a state that comes back has said already how it differs
            reason = iif(coalesce(text, (SELECT text FROM articles WHERE articles.id = article_id))
                         = :text, reason, :reason),
            title = :title, text = nullif(:text, (SELECT text FROM articles WHERE articles.id = article_id)),
            content_hash = :content_hash, page_id = :page_id, last_seen = :seen, states = states + 1
        WHERE id = :id
        """,
        _state_cells(decision, page_id) | {"id": decision.revision_id},
    )


def _note_doubtful(db: Database, article_id: int, decision: Decision, page_id: int | None) -> None:
    """Keep a text that may be the article's, or count that it is there still.  One row holds the last of them.

    Once the article was seen in between, counting begins anew.
    """
    if decision.revision_id is None:
        _insert_revision(db, article_id, decision, page_id, DOUBTFUL)
        return
    (in_a_row,) = db.execute(
        """
        SELECT gone_since IS NOT NULL OR coalesce(failures, 0) > 0
        FROM articles LEFT JOIN revisits ON revisits.article_id = articles.id WHERE articles.id = ?
        """,
        [article_id],
    ).fetchone()
    db.execute(
        """
        UPDATE article_states SET
            seen = iif(:in_a_row AND content_hash = :content_hash, seen, :seen),
            states = iif(:in_a_row AND content_hash = :content_hash, states + 1, 1),
            title = :title, text = nullif(:text, (SELECT text FROM articles WHERE articles.id = article_id)),
            content_hash = :content_hash, page_id = :page_id, last_seen = :seen, reason = :reason
        WHERE id = :id
        """,
        _state_cells(decision, page_id) | {"in_a_row": in_a_row, "id": decision.revision_id},
    )


def _insert_gone(db: Database, article_id: int, decision: Decision, page_id: int | None) -> None:
    """The state of being gone: no text, for the article keeps the one it had."""
    db.execute(
        """
        INSERT INTO article_states (article_id, seen, change, title, text, content_hash, page_id, reason)
        SELECT id, ?, ?, title, '', content_hash, ?, ? FROM articles WHERE id = ?
        """,
        [iso(decision.candidate.fetched), decision.change, page_id, clean_line(decision.why), article_id],
    )
