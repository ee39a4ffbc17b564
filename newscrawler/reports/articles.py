"""Reports for people who read the archive: one article whole, the archive's state.  Read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawler.reports.id_ranges import rows as _rows
from newscrawler.reports.json_cells import mapping, matches, objects, strings

if TYPE_CHECKING:
    from sqlite_utils import Database


def article(db: Database, article_id: int) -> dict[str, Any] | None:
    """An article with its topics, mentions, revisions, copies and page; None where there is none."""
    found = _rows(
        db,
        """
        SELECT articles.*, sources.name AS source, stories.articles AS carried_by,
               stories.first_article_id, stories.reason AS first_reason
        FROM articles JOIN sources ON sources.id = articles.source_id JOIN stories ON stories.id = articles.story_id
        WHERE articles.id = :id
        """,
        id=article_id,
    )
    if not found:
        return None
    whole = found[0]
    for column in ("segmented", "title_segmented", "labels"):
        whole.pop(column)
    for column in ("authors", "tags", "captions"):
        whole[column] = strings(whole[column])
    whole["updates"] = [each for each in objects(whole["updates"]) if isinstance(each.get("text"), str)]
    whole["origins"] = mapping(whole["origins"])
    whole["paywall"] = None if whole["paywall"] is None else bool(whole["paywall"])
    whole["topics"] = _rows(
        db,
        """
        SELECT topics.topic_id, topics.label, article_topics.score, article_topics.terms
        FROM article_topics JOIN topics USING (topic_id) WHERE article_id = :id ORDER BY score DESC
        """,
        id=article_id,
    )
    for topic in whole["topics"]:
        topic["terms"] = strings(topic["terms"])
    whole["mentions"] = _rows(
        db,
        "SELECT kind, code, name, count, main FROM mentions WHERE article_id = :id ORDER BY count DESC, name",
        id=article_id,
    )
    said = "SELECT decision, defence, diplomacy, reason, lexicon, judged, matches FROM verdicts WHERE article_id = :id"
    whole["verdict"] = next(iter(_rows(db, said, id=article_id)), None)
    if whole["verdict"]:
        whole["verdict"]["matches"] = matches(whole["verdict"]["matches"])
    told = "SELECT decision, decided FROM reviews WHERE article_id = :id"
    whole["review"] = next(iter(_rows(db, told, id=article_id)), None)
    whole["revisions"] = _rows(
        db,
        """
        SELECT id, seen, last_seen, change, reason, states, title, length(text) AS characters, content_hash
        FROM revisions WHERE article_id = :id ORDER BY id
        """,
        id=article_id,
    )
    visits = "SELECT last_visit, next_visit, visits, failures FROM revisits WHERE article_id = :id"
    whole["revisits"] = next(iter(_rows(db, visits, id=article_id)), None)
    whole["same_story"] = [each for each in story(db, whole["story_id"]) if each["id"] != article_id]
    whole["shares_words"] = _rows(
        db,
        """
        SELECT copies.other_id AS id, sources.name AS source, articles.url, copies.relation, copies.score, copies.reason
        FROM copies JOIN articles ON articles.id = copies.other_id JOIN sources ON sources.id = articles.source_id
        WHERE copies.article_id = :id AND NOT copies.same_story ORDER BY copies.score DESC, copies.other_id
        """,
        id=article_id,
    )
    whole["page"] = next(iter(_rows(db, "SELECT * FROM pages WHERE id = :page", page=whole["page_id"])), None)
    return whole


def story(db: Database, story_id: int) -> list[dict[str, Any]]:
    """The articles of a story, the original first, each with why it is in it."""
    return _rows(
        db,
        """
        SELECT articles.id, sources.name AS source, articles.title, articles.url, articles.published,
               articles.first_seen, articles.word_count, articles.id = stories.first_article_id AS original,
               (SELECT copies.relation FROM copies WHERE copies.article_id = articles.id AND copies.same_story
                ORDER BY copies.score DESC LIMIT 1) AS relation,
               iif(articles.id = stories.first_article_id, stories.reason, NULL) AS original_because,
               (SELECT copies.reason FROM copies WHERE copies.article_id = articles.id AND copies.same_story
                ORDER BY copies.score DESC LIMIT 1) AS reason
        FROM articles JOIN sources ON sources.id = articles.source_id JOIN stories ON stories.id = articles.story_id
        WHERE articles.story_id = :story ORDER BY original DESC, articles.id
        """,
        story=story_id,
    )


def where_story_went(db: Database, story_id: int) -> int | None:
    """The story that this one is part of now, or it itself; None where there is none of that number."""
    row = db.execute("SELECT coalesce(merged_into, id) FROM stories WHERE id = ?", [story_id]).fetchone()
    return int(row[0]) if row else None


def identity(db: Database) -> str:
    """What no other archive has, and this one keeps: when its first table was made, to the microsecond."""
    row = db.execute(
        "SELECT applied_at FROM _sqlite_migrations WHERE migration_set = 'newscrawler' ORDER BY id LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else ""


def states(db: Database, article_id: int) -> list[dict[str, Any]]:
    """The states of an article's text, in the order in which they were last seen; those of being gone left out."""
    return _rows(
        db,
        """
        SELECT id, seen, last_seen, change, reason, title, text FROM revisions
        WHERE article_id = :id AND change <> 'gone' ORDER BY coalesce(last_seen, seen), id
        """,
        id=article_id,
    )


def text_of(db: Database, article_id: int) -> dict[str, Any] | None:
    """An article's current text beside what is needed to name it; None where there is none."""
    sql = """
        SELECT articles.id, articles.title, articles.text, articles.language, articles.first_seen AS seen, NULL AS last_seen,
               'current' AS change, NULL AS reason, sources.name AS source
        FROM articles JOIN sources ON sources.id = articles.source_id WHERE articles.id = :id
    """
    return next(iter(_rows(db, sql, id=article_id)), None)


def page_of(db: Database, article_id: int, revision: int | None = None) -> dict[str, Any] | None:
    """The stored page that an article's text is from, or one of its revisions; None where there is none."""
    sql = "SELECT pages.* FROM articles JOIN pages ON pages.id = articles.page_id WHERE articles.id = :id"
    if revision is not None:
        sql = """
            SELECT pages.* FROM revisions JOIN pages ON pages.id = revisions.page_id
            WHERE revisions.id = :revision AND revisions.article_id = :id
        """
    return next(iter(_rows(db, sql, id=article_id, revision=revision)), None)


def status(db: Database) -> dict[str, Any]:
    """How the archive stands: what is in it, what waits, the last runs, what fails."""
    count = _rows(
        db,
        """
        SELECT (SELECT count(*) FROM articles) AS articles,
               (SELECT count(*) FROM stories WHERE merged_into IS NULL) AS stories,
               (SELECT count(*) FROM revisions WHERE change <> 'new') AS revisions, (SELECT count(*) FROM pages) AS pages,
               (SELECT count(*) FROM sources) AS sources, (SELECT max(first_seen) FROM articles) AS latest
        """,
    )[0]
    links = _rows(db, "SELECT state, count(*) AS links FROM links GROUP BY state ORDER BY links DESC")
    return {
        **count,
        "links": {row["state"]: row["links"] for row in links},
        "next_visit": _rows(db, "SELECT min(next_visit) AS at FROM revisits")[0]["at"],
        "gone": _rows(db, "SELECT count(*) AS gone FROM articles WHERE gone_since IS NOT NULL")[0]["gone"],
        "next_poll": _rows(db, "SELECT min(next_poll) AS at FROM endpoints WHERE state <> 'retired'")[0]["at"],
        "runs": _rows(db, "SELECT id, started, finished, command, exit_code, counts FROM runs ORDER BY id DESC LIMIT 5"),
        "failing": _rows(
            db, "SELECT source_id, url, failures, reason, next_poll FROM source_health WHERE state = 'failing' LIMIT 50"
        ),
        "findings": _rows(db, "SELECT source_id, kind, detail, url, first_seen FROM troubles LIMIT 200"),
        "waiting": _rows(
            db, "SELECT host, not_before, reason FROM hosts WHERE not_before > strftime('%Y-%m-%dT%H:%M:%SZ') ORDER BY host"
        ),
    }
