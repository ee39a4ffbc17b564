"""The stored pages of articles as others read them: one WARC file, or a WACZ with an index and a list of pages.

WARC 1.1 is ISO 28500:2017.  WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/) is a ZIP file: archive/ with the WARC
file as it is, indexes/index.cdx by address, pages/pages.jsonl with an entry an article, datapackage.json with the digest of
each.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from newscrawler import __version__
from newscrawler.dates import from_iso, iso
from newscrawler.errors import ArchiveError
from newscrawler.storage.articles.pages import confirming_records, is_withdrawn, page_of_article, pages_of_article
from newscrawler.storage.warc.reading import WarcRecord, exchange_at, http_parts, read_records
from newscrawler.storage.warc.records import RecordType, make_info
from newscrawler.urls import bare_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawler.export.origin import Origin
    from newscrawler.reports.whole_articles import WholeArticle
    from newscrawler.storage.articles.pages import StoredPage

WACZ_VERSION = "1.1.1"
WARC = "pages.warc.gz"
_PAGES = {"format": "json-pages-1.0", "id": "pages", "title": "Articles"}


class Exchange(NamedTuple):
    """A stored page and the article whose text is from it (None: an earlier state's).

    `record` is its response; `beside`: the request, where one is stored, and the revisits that found it as it was.
    """

    page: StoredPage
    record: bytes
    beside: tuple[bytes, ...]
    article: WholeArticle | None


def exchanges(articles: Iterable[WholeArticle], origin: Origin) -> Iterator[Exchange]:
    """The pages of articles and of their earlier states, each once; those that cannot be read are told to `origin.lost`.

    A text that was withdrawn does not go out by its page: `origin.withdrawn` is told of its article.
    """
    for article in articles:
        if is_withdrawn(origin.db, article.id):
            origin.withdrawn.append(article.id)
            continue
        current = page_of_article(origin.db, article.id)
        for page in pages_of_article(origin.db, article.id):
            try:
                record, request = exchange_at(origin.records, *page.place)
            except ArchiveError as error:
                origin.lost.append(str(error))
                continue
            beside = (request, *_revisits(page, origin)) if request else tuple(_revisits(page, origin))
            yield Exchange(page, record, beside, article if current and current.id == page.id else None)


def _revisits(page: StoredPage, origin: Origin) -> Iterator[bytes]:
    for place in confirming_records(origin.db, page.id):
        try:
            yield exchange_at(origin.records, *place)[0]
        except ArchiveError as error:
            origin.lost.append(str(error))


def _info(origin: Origin, name: str) -> bytes:
    about = {"software": f"newscrawler/{__version__}", "description": f"articles of an archive: {origin.query or 'all'}"}
    return make_info(name, from_iso(origin.newest), about)


def write_warc(articles: Iterable[WholeArticle], origin: Origin, path: Path) -> None:
    """One WARC file, a gzip member a record; plain where its name does not end in .gz."""
    name = path.name.removesuffix(".partial")
    with path.open("wb") as file:

        def put(record: bytes) -> None:
            file.write(record if name.endswith(".gz") else zlib.decompress(record, zlib.MAX_WBITS | 16))

        put(_info(origin, name))
        for each in exchanges(articles, origin):
            put(each.record)
            for record in each.beside:
                put(record)


class _Digested:
    """A file within the WACZ, as it is written: its bytes and their digest."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self.bytes, self._digest = out, 0, sha256()

    def write(self, data: bytes) -> int:
        """Where it began."""
        at = self.bytes
        self._out.write(data)
        self._digest.update(data)
        self.bytes += len(data)
        return at

    def resource(self, path: str) -> dict[str, Any]:
        name = path.rpartition("/")[2]
        return {"name": name, "path": path, "hash": f"sha256:{self._digest.hexdigest()}", "bytes": self.bytes}


def surt(url: str) -> str:
    """An address in the order in which web archives sort: its host from the right, in lower case, without www.

    >>> surt("https://www.Gazette.example:8080/A?b=2&a=1"), surt("https://gazette.example")
    ('example,gazette:8080)/a?a=1&b=2', 'example,gazette)/')
    """
    parts = urlsplit(url.lower())
    host, colon, port = bare_host(url).partition(":")
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}{colon}{port}){parts.path or '/'}{f'?{query}' if query else ''}"


def _index_line(page: StoredPage, at: int, length: int) -> str:
    stamp = "".join(filter(str.isdigit, page.fetched))[:14]
    told = {
        "url": page.url, "mime": (page.content_type or "text/html").partition(";")[0].strip(), "status": str(page.status),
        "digest": page.digest, "length": str(length), "offset": str(at), "filename": WARC,
    }  # fmt: skip
    return f"{surt(page.url)} {stamp} {json.dumps(told)}\n"


def _revisit_line(record: bytes, page: StoredPage, at: int) -> str:
    """Of a record beside a page; "" of a request.  Its digest is that of the page that it confirms."""
    found = next(read_records(BytesIO(record)), None)
    if not isinstance(found, WarcRecord) or found.type != RecordType.REVISIT or found.url is None or found.date is None:
        return ""
    status, _, _ = http_parts(found.block)
    seen = replace(page, url=found.url, fetched=iso(found.date), status=status or page.status, content_type="warc/revisit")
    return _index_line(seen, at, len(record))


def _page_line(page: StoredPage, article: WholeArticle) -> str:
    told = {"id": str(article.id), "url": page.url, "ts": page.fetched, "title": article.title or article.url}
    return json.dumps(told, ensure_ascii=False) + "\n"


def write_wacz(articles: Iterable[WholeArticle], origin: Origin, path: Path) -> None:
    """A WACZ: what ReplayWeb.page shows and other crawlers' tools read.  Its index is in memory until it is sorted."""
    index: list[str] = []
    pages: list[str] = [json.dumps(_PAGES) + "\n"]
    resources: list[dict[str, Any]] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        with packed.open(f"archive/{WARC}", "w", force_zip64=True) as out:
            warc = _Digested(out)
            warc.write(_info(origin, WARC))
            for each in exchanges(articles, origin):
                index.append(_index_line(each.page, warc.write(each.record), len(each.record)))
                index += filter(None, (_revisit_line(one, each.page, warc.write(one)) for one in each.beside))
                if each.article is not None:
                    pages.append(_page_line(each.page, each.article))
            resources.append(warc.resource(f"archive/{WARC}"))
        for name, lines in (("indexes/index.cdx", sorted(index)), ("pages/pages.jsonl", pages)):
            with packed.open(name, "w", force_zip64=True) as out:
                file = _Digested(out)
                for line in lines:
                    file.write(line.encode("utf-8", "replace"))
                resources.append(file.resource(name))
        _describe(packed, resources, origin)


def _describe(packed: zipfile.ZipFile, resources: list[dict[str, Any]], origin: Origin) -> None:
    """datapackage.json, and what says that it is as it was."""
    described = {
        "profile": "data-package", "wacz_version": WACZ_VERSION, "title": origin.query or "All articles",
        "created": iso(origin.now), "software": f"newscrawler/{__version__}", "resources": resources,
    }  # fmt: skip
    text = json.dumps(described, ensure_ascii=False, indent=2).encode("utf-8", "replace")
    packed.writestr("datapackage.json", text)
    signed = {"path": "datapackage.json", "hash": f"sha256:{sha256(text).hexdigest()}"}
    packed.writestr("datapackage-digest.json", json.dumps(signed))
