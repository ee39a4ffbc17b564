"""Whose an address is: by what the archive knows of its sources, and by the catalogue alone."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from newscrawler.urls import bare_host, site_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from newscrawler.items import Source


def publisher_of(db: Database, source_id: str, url: str) -> str:
    """The source of an article: that on whose site it is, else the one that named it.

    Another site's feed decides nothing of it: aggregators name everybody's articles.
    """
    host, site = bare_host(url), site_of(url)
    own_home = "SELECT home FROM sources WHERE id = ?"  # nearly always there; a source may have thousands of endpoints
    for addresses in (own_home, "SELECT url FROM endpoints WHERE source_id = ?"):
        if any(_place(each)[1] == site for (each,) in db.execute(addresses, [source_id]).fetchall()):
            return source_id
    homes = db.execute("SELECT home, id FROM sources WHERE home <> '' ORDER BY id").fetchall()
    on_host = (each for home, each in homes if _place(home)[0] == host)
    on_site = (each for home, each in homes if _place(home)[1] == site)
    return next(chain(on_host, on_site), source_id)


@lru_cache(maxsize=16_384)  # a catalogue's homes and endpoints, which are asked of article after article
def _place(url: str) -> tuple[str, str]:
    """Host and site of an address."""
    return bare_host(url), site_of(url)


class Publishers:
    """Whose an address is: the source whose home or endpoint is on its host, else the one whose home is on its site."""

    def __init__(self, sources: Sequence[Source]) -> None:
        first = list(reversed(sources))
        self._hosts = {
            bare_host(url): source for source in first for url in (source.home, *(e.url for e in source.endpoints))
        }
        self._sites = {site_of(source.home): source for source in first if source.home.startswith("http")}

    def of(self, url: str) -> Source | None:
        """None where no source claims it."""
        return self._hosts.get(bare_host(url)) or self._sites.get(site_of(url))
