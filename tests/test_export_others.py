"""Articles out as feeds, WARC and WACZ: what readers of these formats find in them, and that ours comes back the same."""

import io
import json
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import feedparser
import pytest
from conftest import NOW, command, newscrawler
from warcio.archiveiterator import ArchiveIterator

from newscrawler.crawl.pool import Pool
from newscrawler.export.formats import FORMATS, format_of
from newscrawler.export.origin import Origin
from newscrawler.export.snapshot import differences
from newscrawler.intake.files import items, kind_of, opened
from newscrawler.intake.run import Intake
from newscrawler.reports import articles
from newscrawler.reports.status import newest_article
from newscrawler.reports.whole_articles import whole_articles
from newscrawler.reprocess.verify import check_warc
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles import imports
from newscrawler.storage.articles.pages_to_reread import sources_of
from newscrawler.storage.database.connect import connect_for_reading
from newscrawler.storage.database.identity import identity
from newscrawler.storage.sites.publishers import Publishers

NAMES = ("all.atom", "all.feed.json", "all.warc.gz", "all.warc", "all.wacz")


@pytest.fixture(scope="module")
def files(demo_archive, tmp_path_factory):
    """Every format, written once."""
    folder = tmp_path_factory.mktemp("exports")
    with closing(connect_for_reading(demo_archive)) as db:
        origin = Origin(db, demo_archive / "pages", identity(db), newest_article(db), "", NOW)
        for name in NAMES:
            FORMATS[format_of(name)].as_copy(whole_articles(db, articles.ids(db)), origin, folder / name)
        with (folder / "all.jsonl").open("w", encoding="utf-8") as file:
            FORMATS["jsonl"].as_text(whole_articles(db, articles.ids(db)), file)
        assert origin.lost == []
    return folder


@pytest.fixture(scope="module")
def stored(demo_archive):
    with closing(connect_for_reading(demo_archive)) as db:
        return list(whole_articles(db, articles.ids(db)))


def test_atom_has_every_article_with_its_text(files, stored):
    feed = feedparser.parse((files / "all.atom").read_bytes())
    assert (feed.bozo, len(feed.entries), feed.feed.title) == (False, 17, "All articles")
    for entry, article in zip(feed.entries, stored, strict=True):
        assert (entry.link, entry.title, entry.content[0].value) == (article.url, article.title, article.text)
    assert len({entry.id for entry in feed.entries}) == 17


def test_json_feed_has_every_article_with_its_text(files, stored):
    feed = json.loads((files / "all.feed.json").read_text("utf-8"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    told = [(each["url"], each["title"], each["content_text"]) for each in feed["items"]]
    assert told == [(each.url, each.title, each.text) for each in stored]


@pytest.mark.parametrize("name", ["all.warc.gz", "all.warc"])
def test_warc_is_what_warcio_reads(files, stored, name):
    done = subprocess.run([sys.executable, "-m", "warcio.cli", "check", files / name], capture_output=True, text=True, check=False)  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    with (files / name).open("rb") as file:
        found = [(each.rec_type, each.rec_headers.get_header("WARC-Target-URI")) for each in ArchiveIterator(file)]
    assert found[0] == ("warcinfo", None)
    assert {url for kind, url in found if kind == "response"} >= {each.url for each in stored}
    assert [url for kind, url in found if kind == "request"] == [url for kind, url in found if kind == "response"]


def test_wacz_says_what_is_in_it_and_where(files, stored):
    """WACZ 1.1.1: every resource with its digest, an index that leads to records, a list of pages."""
    with zipfile.ZipFile(files / "all.wacz") as packed:
        described = json.loads(packed.read("datapackage.json"))
        signed = json.loads(packed.read("datapackage-digest.json"))
        assert signed == {
            "path": "datapackage.json",
            "hash": f"sha256:{sha256(packed.read('datapackage.json')).hexdigest()}",
        }
        assert (described["profile"], described["wacz_version"]) == ("data-package", "1.1.1")
        for each in described["resources"]:
            raw = packed.read(each["path"])
            assert (each["hash"], each["bytes"]) == (f"sha256:{sha256(raw).hexdigest()}", len(raw))
        assert {each["path"] for each in described["resources"]} == set(packed.namelist()) - {
            "datapackage.json", "datapackage-digest.json"}  # fmt: skip
        assert {each.compress_type for each in packed.infolist()} == {zipfile.ZIP_STORED}  # read in place
        head, *pages = map(json.loads, packed.read("pages/pages.jsonl").splitlines())
        assert head["format"] == "json-pages-1.0"
        assert [each["title"] for each in pages] == [each.title for each in stored]
        lines = packed.read("indexes/index.cdx").decode().splitlines()
        assert lines == sorted(lines)
        warc, captures = packed.read("archive/pages.warc.gz"), {}
        for line in lines:
            _, stamp, told = line.split(" ", 2)
            told = json.loads(told)
            at = int(told["offset"])
            record = next(iter(ArchiveIterator(io.BytesIO(warc[at : at + int(told["length"])]))))
            assert record.rec_headers.get_header("WARC-Target-URI") == told["url"]
            captures[told["url"], stamp] = told
    for each in pages:
        assert (each["url"], "".join(filter(str.isdigit, each["ts"]))) in captures


@pytest.fixture(scope="module")
def pool():
    with Pool(1) as pool:
        yield pool


STATES = "SELECT url, revisions.content_hash FROM revisions JOIN articles ON articles.id = article_id ORDER BY 1, 2"
ARTICLES = "SELECT url, content_hash, title, published FROM articles ORDER BY url"
WORDS = "SELECT url, content_hash, title FROM articles ORDER BY url"
COMPARED = {
    "all.warc.gz": (WORDS, STATES),  # what a feed said of a date is in no page
    "all.wacz": (WORDS, STATES),
    "all.jsonl": (ARTICLES,),
    "all.feed.json": (WORDS,),
}


@pytest.mark.parametrize("name", COMPARED)
def test_our_own_export_comes_back_hash_by_hash(files, demo_archive, tmp_path, pool, name):
    with closing(connect_for_reading(demo_archive)) as db, Archive.open(tmp_path / "again") as again:
        publishers = Publishers(list(sources_of(db).values()))
        intake = Intake(again, pool, publishers, datetime.now(UTC), everything=True)
        with opened(files / name) as file, again.transaction():
            kind = kind_of(Path(name), file)
            at = imports.begin(again.db, {"file": name, "kind": kind, "size": 1, "digest": name}, {}, NOW)
        with opened(files / name) as file:
            intake.take(kind, items(kind, file, Path(name)), at)
        for sql in COMPARED[name]:
            assert again.db.execute(sql).fetchall() == db.execute(sql).fetchall()


def test_the_command_writes_them_whole_or_not_at_all(demo_archive, tmp_path):
    (tmp_path / "some.wacz").write_text("mine")
    done = newscrawler("export", "some.wacz", "ministers", "--archive", demo_archive, cwd=tmp_path)
    assert (done.returncode, (tmp_path / "some.wacz").read_text()) == (1, "mine")
    done = newscrawler(
        "export", "some.wacz", "ministers", "--archive", demo_archive, "--overwrite", "--snapshot", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert zipfile.is_zipfile(tmp_path / "some.wacz")
    assert newscrawler("verify", "some.wacz.snapshot.json", cwd=tmp_path).returncode == 0
    raw = bytearray((tmp_path / "some.wacz").read_bytes())
    raw[len(raw) // 2] ^= 1
    (tmp_path / "some.wacz").write_bytes(raw)
    assert newscrawler("verify", "some.wacz.snapshot.json", cwd=tmp_path).returncode == 3


def test_a_snapshot_of_an_archive_may_be_read_and_is_the_same(demo_archive, tmp_path):
    export = ("export", "part", "--format", "sqlite", "--snapshot", "--archive", demo_archive)
    assert command(*export, cwd=tmp_path).returncode == 0
    assert "Parliament approves" in command("search", "frigat*", "--archive", "part", cwd=tmp_path).stdout
    place = tmp_path / "part.snapshot.json"
    with closing(connect_for_reading(tmp_path / "part")) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (17,)
        assert (tmp_path / "part" / "news.db-shm").exists()
        assert differences(place) == []
    (tmp_path / "part" / "news.db-wal").write_bytes(b"words")
    assert differences(place) == ["news.db-wal: was not there"]


def test_a_warc_file_is_verified_record_by_record(files, tmp_path):
    whole = (files / "all.warc.gz").read_bytes()
    (tmp_path / "all.warc.gz").write_bytes(whole)
    assert list(check_warc(tmp_path / "all.warc.gz")) == []
    (tmp_path / "torn.warc.gz").write_bytes(whole[:-100])
    (fault,) = check_warc(tmp_path / "torn.warc.gz")
    assert fault.detail.startswith("breaks off")
    done = newscrawler("verify", "torn.warc.gz", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, f"record   {fault.place}: {fault.detail}\n".replace(f"{tmp_path}/", ""))
    assert newscrawler("verify", "none.warc.gz", cwd=tmp_path).returncode == 1
