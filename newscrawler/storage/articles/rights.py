"""The SQL of rights: what pages, sites and the catalogue state, and what follows from it for each article.

Site files change apart from pages: what follows is concluded when an article is written, and anew for all articles of a
host when its files state something else, or when a date has come.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawler.dates import iso
from newscrawler.items.rights import RightsKind, RightsOrigin, Statement
from newscrawler.rights import statements_in, statements_json
from newscrawler.rights.conclusion import conclude, for_us, withholding
from newscrawler.rights.rsl import item_licence
from newscrawler.rights.site import SiteRights, site_rights
from newscrawler.rights.tdm import parse_tdmrep
from newscrawler.urls import bare_host, site_of, url_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlite_utils import Database

    from newscrawler.items import Candidate, DueEndpoint, Link
    from newscrawler.rights.conclusion import Conclusion

TDMREP_PATH = "/.well-known/tdmrep.json"


def origin_of(url: str) -> str:
    """scheme://host of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@lru_cache(maxsize=64)
def rights_of_files(robots: str | None, tdmrep: str | None, origin: str) -> SiteRights:
    """What the texts of an origin's robots.txt and tdmrep.json state; None where there is none."""
    rules = parse_tdmrep(tdmrep.encode("utf-8", "replace"), f"{origin}{TDMREP_PATH}") if tdmrep else ()
    return site_rights(robots, rules, origin)


def of_site(db: Database, origin: str) -> SiteRights:
    """What the files of an origin state, as they were asked last."""
    row = db.execute(
        """
        SELECT (SELECT iif(status BETWEEN 400 AND 499 AND status <> 429, NULL, body) FROM robots WHERE origin = :origin),
               (SELECT body FROM tdmrep WHERE origin = :origin)
        """,
        {"origin": origin},
    ).fetchone()
    return rights_of_files(*row, origin)


def by_catalogue(rights: str | None) -> tuple[Statement, ...]:
    """What the catalogue says of a source's terms, as a statement."""
    return (Statement(RightsKind.LICENCE, rights, RightsOrigin.CATALOGUE),) if rights else ()


def all_stated(db: Database, article_id: int) -> tuple[Statement, ...]:
    """All that is stated of an article: by its page, its source's feed, its site's files, the catalogue; in this order."""
    row = db.execute(
        """
        SELECT articles.url, rights_stated, sources.rights,
               (SELECT rights_hint FROM links
                WHERE article_id = articles.id AND links.source_id = articles.source_id AND rights_hint IS NOT NULL LIMIT 1)
        FROM articles JOIN sources ON sources.id = source_id WHERE articles.id = ?
        """,
        [article_id],
    ).fetchone()
    if row is None:
        return ()
    url, own, source, hint = row
    return (*statements_in(own), *statements_in(hint), *of_site(db, origin_of(url)).of(url), *by_catalogue(source))


def of_article(db: Database, article_id: int, now: datetime) -> Conclusion | None:
    """What follows for an article; None where nothing is stated of it."""
    return conclude(all_stated(db, article_id), now)


def keep(db: Database, article_id: int, candidate: Candidate) -> None:
    """Write what a page of an article states, and what follows."""
    stated, until = statements_json(candidate.rights), _until(candidate.rights)
    db.execute(
        """
        UPDATE articles SET rights_stated = :stated, unavailable_after = :until
        WHERE id = :id AND (rights_stated IS NOT :stated OR unavailable_after IS NOT :until)
        """,
        {"stated": stated, "until": until, "id": article_id},
    )
    conclude_articles(db, [article_id], candidate.today)


def keep_hints(db: Database, links: Iterable[Link], endpoint: DueEndpoint, now: datetime) -> None:
    """Keep what the items of a feed state of the articles that they name, and say what follows for those that are there.

    Another site's articles are not the feed's to speak of.  What it stated once holds until it states something else.
    """
    stated = {url_key(each.url): statements_json(item_licence(each.licence)) for each in links if each.licence}
    if not stated:
        return
    (home,) = db.execute("SELECT home FROM sources WHERE id = ?", [endpoint.source_id]).fetchone()
    own = {site_of(home), site_of(endpoint.url)}
    there = db.execute(
        """
        SELECT id, url, url_key, article_id, rights_hint FROM links
        WHERE source_id = ? AND url_key IN (SELECT value FROM json_each(?))
        """,
        [endpoint.source_id, json.dumps(list(stated))],
    ).fetchall()
    new = [row for row in there if site_of(row[1]) in own and stated[row[2]] not in (None, row[4])]
    db.conn.executemany("UPDATE links SET rights_hint = ? WHERE id = ?", [(stated[row[2]], row[0]) for row in new])
    conclude_articles(db, [row[3] for row in new if row[3] is not None], now)


def _until(stated: tuple[Statement, ...]) -> str | None:
    """The first of the dates from which a page is not to be available."""
    dates = [each.at for each in for_us(stated) if each.kind is RightsKind.UNAVAILABLE and each.at is not None]
    return min(dates, default=None)


def misconcluded(db: Database, now: datetime) -> list[int]:
    """The articles of which something else is kept than follows now: another program wrote, or an older version did.

    A date that has come since is no fault: the next crawl's beginning concludes it.
    """
    rows = db.execute("SELECT id, rights FROM articles WHERE unavailable_after IS NULL OR unavailable_after > ?", [iso(now)])
    return [key for key, kept in rows.fetchall() if kept != _standing(of_article(db, key, now))]


def conclude_again(db: Database, now: datetime) -> None:
    """Say anew what follows for every article."""
    conclude_articles(db, misconcluded(db, now), now)


def kept_against(db: Database, respect: frozenset[str], now: datetime) -> list[int]:
    """The articles whose text is kept, though their page states a rule that is to be respected."""
    if not respect:
        return []
    rows = db.execute("SELECT id, rights_stated FROM articles WHERE rights_stated IS NOT NULL AND withdrawn IS NULL")
    return [key for key, stated in rows.fetchall() if withholding(statements_in(stated), respect, now)]


def _standing(found: Conclusion | None) -> str | None:
    return found.standing.value if found else None


def conclude_articles(db: Database, ids: Iterable[int], now: datetime) -> None:
    """Say anew what follows for these articles."""
    for article_id in ids:
        standing = _standing(of_article(db, article_id, now))
        db.execute("UPDATE articles SET rights = ? WHERE id = ? AND rights IS NOT ?", [standing, article_id, standing])


def conclude_site(db: Database, origin: str, now: datetime) -> None:
    """Say anew what follows for the articles of an origin, whose files state something else now."""
    host = bare_host(origin)
    rows = db.execute("SELECT id, url FROM articles WHERE url_key >= ? AND url_key < ?", [f"{host}/", f"{host}0"]).fetchall()
    conclude_articles(db, [key for key, url in rows if origin_of(url) == origin], now)


def conclude_source(db: Database, source_id: str, now: datetime) -> None:
    """Say anew what follows for the articles of a source, of whose terms the catalogue says something else now."""
    conclude_articles(db, [row[0] for row in db.execute("SELECT id FROM articles WHERE source_id = ?", [source_id])], now)
