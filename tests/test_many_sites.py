"""Sources at scale: lists of others, `add --batch`, `sources check`."""

import asyncio
import errno
import json
import re
import tomllib

import pytest
from babel.core import get_global
from conftest import DEMO, command, newscrawler

from newscrawler.cli.many_sites import Batch, Journal
from newscrawler.cli.source_details import SourceDetails
from newscrawler.crawl.probe import Report
from newscrawler.errors import SourceError
from newscrawler.items import Endpoint, Source
from newscrawler.sources import country_codes, parse_catalogue
from newscrawler.sources.country_codes import COUNTRIES
from newscrawler.sources.imports import SiteRow, Taken, from_list, read_list

CSV = """\ufeffid;Label;Homepage;RSS;pub_country;primary_language
1;Navy Daily;https://navy.example/;https://navy.example/feed;fr;FR
2;"Harbour; Today";harbour.example;;DEU;de
3;Nothing;;;;
"""
MEDIA_CLOUD = json.dumps(
    {"count": 2, "results": [
        {"id": 7, "name": "navy.example", "label": "Navy Daily", "homepage": "https://navy.example", "pub_country": "FRA", "primary_language": "fr"},
        {"id": 8, "name": None, "label": 5, "homepage": "javascript:alert(1)"},
    ]}
)  # fmt: skip
OPML = """<?xml version="1.0"?><opml version="2.0"><body><outline text="Ships">
<outline text="Navy" type="rss" xmlUrl="https://navy.example/feed" htmlUrl="/" language="FR"/>
<outline title="Harbour" htmlUrl="https://harbour.example/"/>
<outline type="link" url="yard.example"/><outline text=" " xmlurl="feed:wharf" htmlUrl="https://wharf.example/"/>
<outline type="include" url="https://lists.example/more.opml"/><outline text="x" htmlUrl="javascript:x"/></outline></body></opml>"""


@pytest.mark.parametrize(
    ("text", "rows", "left"),
    [
        (CSV, [SiteRow("https://navy.example/", "https://navy.example/feed", "Navy Daily", "FR", "fr"),
               SiteRow("https://harbour.example/", None, "Harbour; Today", "DE", "de")], 1),
        (MEDIA_CLOUD, [SiteRow("https://navy.example/", None, "Navy Daily", "FR", "fr")], 1),
        ("# mine\nhttps://a.example/\nb.example\n\nnot an address\n", [SiteRow("https://a.example/"), SiteRow("https://b.example/")], 1),
        ('["https://a.example/"]', [SiteRow("https://a.example/")], 0),
        ("url\nhttps://a.example/x\n", [SiteRow("https://a.example/x")], 0),
        ("url,country\nhttps://a.example/x,xx\n", [SiteRow("https://a.example/x")], 0),
        (OPML, [SiteRow("https://navy.example/", "https://navy.example/feed", "Navy", language="fr"),
                SiteRow("https://harbour.example/", None, "Harbour"), SiteRow("https://yard.example/"),
                SiteRow("https://wharf.example/")], 3),
    ],
)  # fmt: skip
def test_lists_of_others(text, rows, left):
    listed = read_list(text.encode(), "list")
    assert (listed.rows, len(listed.left)) == (rows, left)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("# mine\n\nnothing\nhttps://a.example/\n#\nnothing\n", ["line 3", "line 6"]),
        ('# mine\nname,url\n\n"A,\nB",https://a.example/\nC,nothing\n', ["line 6"]),
        ('["https://a.example/", "nothing"]', ["entry 2"]),
    ],
)
def test_what_is_left_out_of_a_list_stands_where_the_list_says(text, places):
    assert [each.partition(": ")[0] for each in read_list(text.encode(), "list").left] == places


def test_a_list_that_broke_off_says_where():
    listed = read_list(OPML[: OPML.index("<outline type=")].encode(), "list")
    assert [row.home for row in listed.rows] == ["https://navy.example/", "https://harbour.example/"]
    (said,) = listed.left
    assert re.fullmatch(r"what may be lost at line [34], where it is not well-formed XML \(.+\): compare the file", said)


def test_codes_of_countries_are_those_of_cldr():
    aliases = get_global("territory_aliases")
    pairs = {tuple(pair.split(":")) for pair in country_codes._CODES.split()} - {("XK", "XKX")}
    assert all(aliases[code] == [short] for short, code in pairs)
    today = {short for short, code in pairs if len(code) == 3}
    assert len(COUNTRIES) == len(today) == 250
    assert read_list(b"url,country\na.example,Europe\nb.example,Kosovo\n", "list").unread == {"Europe", "Kosovo"}


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b'{"a": 1}', b"[1", b'{"results": {}}', b"<rss/>", b"<"])
def test_what_is_no_list_is_named(body):
    with pytest.raises(SourceError, match=r"^list: "):
        read_list(body, "list")


def test_feeds_become_sources_once():
    known = [
        Source(
            "navy", "Navy", "https://navy.example/", "newspaper", endpoints=(Endpoint("rss", "https://navy.example/feed"),)
        )
    ]
    listed = read_list(CSV.encode(), "list")
    assert from_list(listed, known) == Taken([], ["https://navy.example/feed: navy has it"], ["https://harbour.example/"])
    (source,) = from_list(listed, []).sources
    assert (source.id, source.country, source.languages) == ("navy-daily", "FR", ("fr",))
    assert source.endpoints == (Endpoint("rss", "https://navy.example/feed", evidence="imported"),)


def test_sites_without_a_feed_are_told_once():
    listed = read_list(OPML.encode() + b"", "list")
    listed.rows += [SiteRow("https://www.navy.example/about"), SiteRow("https://yard.example/")]
    taken = from_list(listed, [])
    assert [source.id for source in taken.sources] == ["navy"]
    assert taken.without_feed == ["https://harbour.example/", "https://yard.example/", "https://wharf.example/"]
    assert taken.known == ["https://www.navy.example/about: navy is of that site"]


def test_import_of_opml_names_what_has_no_feed(tmp_path):
    (tmp_path / "my reader.opml").write_text(OPML)
    done = command("sources", "import", "my reader.opml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "left out: https://harbour.example/: the list has no feed of it" in done.stderr
    assert "3 sites have no feed in the list; `newscrawler add --batch 'my reader.opml'` finds what" in done.stderr
    assert "1 source is in my-sources.toml, 6 left out" in done.stderr


def test_import_of_csv(tmp_path):
    (tmp_path / "list.csv").write_text(CSV)
    done = command("sources", "import", "list.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "`newscrawler add --batch list.csv` finds what they publish" in done.stderr
    assert parse_catalogue((tmp_path / "my-sources.toml").read_text(), "f")[0].id == "navy-daily"


def test_a_batch_goes_on_where_it_was_cut_and_check_writes_evidence(web, tmp_path):
    sites = tmp_path / "sites.txt"
    sites.write_text(f"{web.gazette}\n{web.gazette}/feed.xml\nhttp://127.0.0.1:1/\n")
    done = newscrawler("add", "--batch", "sites.txt", *DEMO, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "--again" not in done.stderr
    report = [json.loads(line) for line in (tmp_path / "sites.txt.report.jsonl").read_text().splitlines()]
    assert sorted(each["outcome"] for each in report) == ["added", "failed", "known"]
    (failed,) = [line for line in done.stderr.splitlines() if ": failed: " in line]
    assert failed.count("127.0.0.1:1") == 1  # the site begins the line
    (source,) = parse_catalogue((tmp_path / "my-sources.toml").read_text(), "f")
    # run again it asks nobody
    asked = len(web.log)
    again = command("add", "--batch", "sites.txt", cwd=tmp_path)
    assert (again.returncode, len(web.log)) == (3, asked)
    assert "1 added to my-sources.toml, 1 were known, 1 failed" in again.stderr
    assert "1 of them failed in an earlier run and was not asked now; --again asks" in again.stderr
    # what an endpoint answers today
    text = (tmp_path / "my-sources.toml").read_text().replace('evidence = "added"', 'evidence = "listed"')
    (tmp_path / "my-sources.toml").write_text(text)
    checked = newscrawler("sources", "check", source.id, "--write", "--json", *DEMO, cwd=tmp_path)
    assert checked.returncode == 0, checked.stderr
    (row,) = json.loads(checked.stdout)
    assert (row["answer"], row["links"] > 0) == ("answers", True)
    (table,) = tomllib.loads((tmp_path / "my-sources.toml").read_text()).values()
    assert (table["endpoints"][0]["evidence"], table["endpoints"][0]["seen"]) == ("verified", row["checked"])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--batch", "missing.txt"], 2, "missing.txt: cannot be read"),
        (["--batch", "empty.txt"], 2, "empty.txt: no address in it"),
        (["--batch", "empty.txt", "https://a.example/"], 2, "--batch takes its sites from the file"),
        (["--again"], 2, "give an address, or a file of them"),
    ],
)
def test_bad_input_is_one_line(tmp_path, arguments, code, said):
    (tmp_path / "empty.txt").write_text("\n")
    done = command("add", *arguments, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stderr


class Probed:
    """What stands for a look at a site: each has a feed."""

    def __init__(self, fetcher, now):
        pass

    async def look(self, address):
        host = address.split("/")[2]
        name = host.partition(".")[0]
        return Report(
            Source(name, name, f"https://{host}/", "newspaper", endpoints=(Endpoint("rss", f"https://{host}/feed"),)), ()
        )


@pytest.fixture
def batch(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("newscrawler.crawl.probe.Probe", Probed)
    details = SourceDetails(None, None, "newspaper", "relevant")
    return Batch(tmp_path / "mine.toml", details, Journal(tmp_path / "report.jsonl"))


def work(batch, *hosts):
    asyncio.run(batch.work(None, [SiteRow(f"https://{host}.example/") for host in hosts]))


def test_a_disk_that_is_full_ends_a_batch_and_condemns_no_site(batch, tmp_path, monkeypatch):
    with monkeypatch.context() as full:
        full.setattr("os.fsync", lambda descriptor: raised(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(SourceError, match=r"mine\.toml: cannot be written: No space left on device"):
            work(batch, "a", "b")
    assert [*tmp_path.iterdir()] == []  # nor is half a file left
    again = Batch(batch.path, SourceDetails(None, None, "newspaper", "relevant"), Journal(tmp_path / "no" / "report"))
    with pytest.raises(SourceError, match="report: cannot be written"):
        work(again, "a", "b")


def raised(error):
    raise error


def test_a_catalogue_is_written_ever_less_often_and_whole_at_the_end(batch, monkeypatch):
    written = []

    def write(path, sources):
        written.append(len(sources))
        if "h307" in {each.id for each in sources}:
            raise SourceError("h307 is no source")

    monkeypatch.setattr("newscrawler.cli.many_sites.write_sources", write)
    work(batch, *(f"h{number}" for number in range(600)), "h3")
    assert (len(written) < 200, max(written) > 5, sum(written) >= 600) == (True, True, True)
    outcomes = [*Journal(batch.path.with_name("report.jsonl")).outcomes().items()]
    assert len(outcomes) == 600
    assert [address for address, outcome in outcomes if outcome == "failed"] == ["https://h307.example/"]


def test_a_report_that_is_none(tmp_path):
    (tmp_path / "r").write_text('{"address": "a", "outcome": "added"}\n{"addr')
    assert Journal(tmp_path / "r").outcomes() == {"a": "added"}  # the last line was cut
    Journal(tmp_path / "r").cut()
    Journal(tmp_path / "r").note("b", "failed")
    assert Journal(tmp_path / "r").outcomes() == {"a": "added", "b": "failed"}
    (tmp_path / "r").write_text("something else\n")
    with pytest.raises(SourceError, match="no report of"):
        Journal(tmp_path / "r").outcomes()
