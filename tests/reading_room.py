"""A reading room to test: an archive with something in it, a Datasette that is asked in this process, or one that serves."""

import asyncio
import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from datetime import timedelta

from command import HANG
from conftest import NOW, candidate, environment, lease

from newscrawler.dates import iso
from newscrawler.items import Source
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles.labels import relabel
from newscrawler.storage.sites.sources import sync_sources

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Datasette's own, at import
    from datasette.app import Datasette

ARABIC = "اجتمع وزراء الخارجية في المدينة الساحلية وناقشوا وقف إطلاق النار وتبادل الأسرى بين الطرفين.\n" * 4
HOSTILE = '<script>document.title = "taken"</script><img src=x onerror=alert(1)> and "quotes"'


def furnish(folder, demo_run):
    """A copy of the demo's archive with an Arabic article, a hostile one and a saved search in it."""
    shutil.copytree(demo_run / "demo-archive", folder)
    with Archive.open(folder) as shelf:
        source = Source("pirate", HOSTILE, "javascript:alert(1)", "newspaper")
        sync_sources(shelf, [source])
        long = "Donaudampfschifffahrtsgesellschaft" * 8
        shelf.file([
            candidate(lease(shelf, "https://arabic.example/1", "pirate"), ARABIC, title="وزراء الخارجية يجتمعون"),
            candidate(lease(shelf, "https://pirate.example/2", "pirate"), f"{HOSTILE}\n{long}\nA treaty.", title=f"=1+1 {HOSTILE} {long}"),
        ])  # fmt: skip
        with shelf.transaction():
            shelf.db.execute("UPDATE articles SET language = 'ar' WHERE url LIKE 'https://arabic%'")
            shelf.db.execute("UPDATE articles SET url = 'javascript:alert(2)' WHERE url LIKE 'https://pirate%'")
            shelf.db.execute(
                "INSERT INTO saved_searches (name, query, created) VALUES (?, ?, ?)",
                ["Talks & walks/1", "talks lang:en", NOW.strftime("%Y-%m-%dT%H:%M:%SZ")],
            )
    return folder


@contextlib.contextmanager
def served(folder, *options):
    """`newscrawler serve` of an archive; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "newscrawler", "serve", "--archive", str(folder), "--port", str(port), *options]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment())
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(HANG * 10):
            try:
                urllib.request.urlopen(f"{base}/-/reading-room/0/style.css", timeout=HANG).close()
                break
            except OSError:
                assert server.poll() is None, server.stderr.read()
                time.sleep(0.1)
        yield base
    finally:
        server.terminate()
        server.wait()
        server.stderr.close()


def write_story(db, story, sources, came, **more):
    """Articles of one story: by these sources, each an hour after the one before, the first at `came`."""
    for at, source in enumerate(sources):
        seen = iso(came + timedelta(hours=at * more.get("apart", 1)))
        db.execute(
            """
            INSERT INTO articles (url, url_key, source_id, title, published, text, word_count, story_id, relevance, first_seen,
                                  last_seen, content_hash, extractor, type)
            VALUES (:url, :url, :source, :title, :published, 'A text.', 2, :story, :relevance, :seen, :seen, 'x', 'test', :type)
            """,
            {
                "url": f"https://s{source}.example/{story}-{at}", "source": f"s{source}", "title": f"Story {story} by {source}",
                "published": more.get("published", seen), "story": story, "relevance": more.get("relevance", 0.8),
                "seen": seen, "type": more.get("type", "article"),
            },
        )  # fmt: skip
    db.execute(
        """
        INSERT OR REPLACE INTO stories (id, first_article_id, articles, sources)
        SELECT story_id, min(id), count(*), count(DISTINCT source_id) FROM articles WHERE story_id = ?
        """,
        [story],
    )
    relabel(db, [row[0] for row in db.execute("SELECT id FROM articles WHERE story_id = ?", [story]).fetchall()])


class Visitor:
    """Asks a Datasette; `get` gives httpx answers."""

    def __init__(self, *files, **more):
        self._runner = asyncio.Runner()
        self.datasette = Datasette([str(file) for file in files], **more)
        self._runner.run(self.datasette.invoke_startup())

    def get(self, path, **more):
        return self._runner.run(self.datasette.client.get(path, **more))

    def post(self, path, data, **more):
        return self._runner.run(self.datasette.client.post(path, data=data, **more))

    def gather(self, *paths):
        async def all_of_them():
            return await asyncio.gather(*(self.datasette.client.get(path) for path in paths))

        return self._runner.run(all_of_them())

    def raw(self, target, method="GET", headers=()):
        """(status, headers, body) of a request whose target no client has tidied up."""

        async def ask():
            sent = []
            path, _, query = target.partition("?")
            scope = {
                "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode("latin-1"),
                "query_string": query.encode("latin-1"), "headers": [(b"host", b"localhost"), *headers], "scheme": "http",
            }  # fmt: skip

            async def receive():
                return {"type": "http.request", "body": b"", "more_body": False}

            async def send(message):
                sent.append(message)

            await self.datasette.app()(scope, receive, send)
            body = b"".join(message.get("body", b"") for message in sent[1:])
            return sent[0]["status"], dict(sent[0]["headers"]), body

        return self._runner.run(ask())

    def rows(self, sql):
        answer = self.get("/news.json", params={"sql": sql, "_shape": "arrays"})
        return json.loads(answer.text)

    def close(self):
        if files := getattr(self.datasette, "_newscrawler_files", None):
            files.close()
        for database in self.datasette.databases.values():
            database.close()
        self._runner.close()


def first_numbers(room):
    """Numbers of articles and a story to look at, which differ from archive to archive."""

    def first(sql):
        return room.rows(sql)["rows"][0][0]

    return {
        "revised": first("select article_id from revisions where change <> 'new' limit 1"),
        "copy": first(
            "select articles.id from articles join stories on stories.id = story_id where first_article_id <> articles.id limit 1"
        ),
        "arabic": first("select id from articles where language = 'ar'"),
        "hostile": first("select id from articles where url like 'javascript:%'"),
        "story": first("select id from stories where articles > 1 limit 1"),
    }
