"""A search as SQL that a reader can go on from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newscrawler.search.query import Query

_JOINED = """from articles_fts
join articles on articles.id = articles_fts.rowid
join sources on sources.id = articles.source_id"""
_STATEMENTS = (
    (
        "The hits, the last to arrive first",
        """select articles.id, coalesce(articles.published, articles.modified, articles.first_seen) as at,
  sources.name as source, articles.title, articles.url
{joined}
where {where}
order by articles_fts.rowid desc
limit 100""",
    ),
    (
        "How many",
        """select count(*) as articles, count(distinct articles.story_id) as stories
{joined}
where {where}""",
    ),
    (
        "By source",
        "select sources.name as source, count(*) as hits\n{joined}\nwhere {where}\ngroup by 1\norder by hits desc",
    ),
    (
        "By month",
        """select substr(coalesce(articles.published, articles.modified, articles.first_seen), 1, 7) as month,
  count(*) as hits
{joined}
where {where}
group by 1
order by 1""",
    ),
)


def statements(query: Query) -> list[tuple[str, str]]:
    """(what it gives, SQL) that find what a search finds, to go on from; the query stands in it as it was typed."""
    if not query.fts:
        return []
    where = "articles_fts match newscrawler_query('{}')".format(query.text.replace("\x00", " ").replace("'", "''"))
    return [(name, sql.format(joined=_JOINED, where=where)) for name, sql in _STATEMENTS]
