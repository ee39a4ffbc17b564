"""Sources at scale: lists of others, `add --batch`, `sources check`."""

import json
import tomllib

import pytest
from conftest import DEMO, command, newscrawler

from newscrawler.cli.many_sites import Journal
from newscrawler.errors import SourceError
from newscrawler.items import Endpoint, Source
from newscrawler.sources import parse_catalogue
from newscrawler.sources.imports import SiteRow, from_list, read_rows

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


@pytest.mark.parametrize(
    ("text", "rows", "left"),
    [
        (CSV, [SiteRow("https://navy.example/", "https://navy.example/feed", "Navy Daily", "FR", "fr"),
               SiteRow("https://harbour.example/", None, "Harbour; Today", None, "de")], 1),
        (MEDIA_CLOUD, [SiteRow("https://navy.example/", None, "Navy Daily", None, "fr")], 1),
        ("# mine\nhttps://a.example/\nb.example\n\nnot an address\n", [SiteRow("https://a.example/"), SiteRow("https://b.example/")], 1),
        ('["https://a.example/"]', [SiteRow("https://a.example/")], 0),
        ("url\nhttps://a.example/x\n", [SiteRow("https://a.example/x")], 0),
        ("url,country\nhttps://a.example/x,xx\n", [SiteRow("https://a.example/x")], 0),
    ],
)  # fmt: skip
def test_lists_of_others(text, rows, left):
    found, problems = read_rows(text.encode(), "list")
    assert (found, len(problems)) == (rows, left)


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b'{"a": 1}', b"[1", b'{"results": {}}'])
def test_what_is_no_list_is_named(body):
    with pytest.raises(SourceError, match=r"^list: "):
        read_rows(body, "list")


def test_feeds_become_sources_once():
    known = [
        Source(
            "navy", "Navy", "https://navy.example/", "newspaper", endpoints=(Endpoint("rss", "https://navy.example/feed"),)
        )
    ]
    assert from_list(CSV.encode(), "list", known)[0] == []
    (source,), left, without = from_list(CSV.encode() * 1, "list", [])
    assert (source.id, source.country, source.languages, without) == ("navy-daily", "FR", ("fr",), 1)
    assert source.endpoints == (Endpoint("rss", "https://navy.example/feed", evidence="imported"),)
    assert len(left) == 1


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
    report = [json.loads(line) for line in (tmp_path / "sites.txt.report.jsonl").read_text().splitlines()]
    assert sorted(each["outcome"] for each in report) == ["added", "failed", "known"]
    (source,) = parse_catalogue((tmp_path / "my-sources.toml").read_text(), "f")
    # run again it asks nobody
    asked = len(web.log)
    again = command("add", "--batch", "sites.txt", cwd=tmp_path)
    assert (again.returncode, len(web.log)) == (3, asked)
    assert "1 added to my-sources.toml, 1 were known, 1 failed" in again.stderr
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


def test_a_report_that_is_none(tmp_path):
    (tmp_path / "r").write_text('{"address": "a", "outcome": "added"}\n{"addr')
    assert Journal(tmp_path / "r").outcomes() == {"a": "added"}  # the last line was cut
    Journal(tmp_path / "r").cut()
    Journal(tmp_path / "r").note("b", "failed")
    assert Journal(tmp_path / "r").outcomes() == {"a": "added", "b": "failed"}
    (tmp_path / "r").write_text("something else\n")
    with pytest.raises(SourceError, match="no report of"):
        Journal(tmp_path / "r").outcomes()
