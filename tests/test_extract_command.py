"""newscrawler extract and reprocess, as a user meets them."""

import gzip
import json
import re
import shutil

import pytest
from conftest import CASES, command, database, newscrawler

from newscrawler.cli.batch import _rows
from newscrawler.cli.unpack import unpacked
from newscrawler.demo.site import Answer
from newscrawler.errors import ExtractionError
from newscrawler.extraction import examine

PAGE = CASES / "extraction" / "beginning-and-whole-body" / "page.html"


def run(*arguments, stdin=None):
    return command("extract", *arguments, cwd=CASES, stdin=stdin)


def test_text_markdown_and_json():
    text = run(PAGE)
    assert text.returncode == 0
    assert text.stdout.startswith("The coast guard of the northern province")
    markdown = run(PAGE, "--markdown").stdout
    assert markdown.startswith("# Coast guard replaces three cutters\n\n*Ana Lind, Reuters, 2026-11-18T09:30:00+02:00*\n\n")
    article = json.loads(run(PAGE, "--json", "--url", "https://gazette.example/a").stdout)
    assert article["url"] == "https://gazette.example/a"
    assert article["paywall"] is True
    assert article["origins"]["authors"] == "json-ld"
    assert json.loads(run(PAGE, "--json").stdout)["url"] is None  # nobody said where it is from


def test_standard_input_gzipped_or_not():
    plain = run("-", stdin=PAGE.read_bytes())
    packed = run("-", stdin=gzip.compress(PAGE.read_bytes()))
    assert plain.returncode == packed.returncode == 0
    assert plain.stdout == packed.stdout


def test_explain_says_what_was_cut_and_why():
    done = run(CASES / "extraction" / "ways-elsewhere" / "page.html", "--explain")
    assert "choice     blocks: " in done.stderr
    assert "a link to another page: READ MORE" in done.stderr
    assert "origin     title: og:title" in done.stderr
    assert "READ MORE" not in done.stdout


def test_explain_shows_what_each_field_beat():
    done = run(CASES / "extraction" / "date-beside-before-a-vague-meta" / "page.html", "--explain")
    lines = done.stderr.splitlines()
    at = lines.index("origin     published: beside the headline: 2026-11-10")
    assert lines[at + 1] == "  rival    meta date: 2026-11-12T12:43:42"
    heading = run(CASES / "extraction" / "headline-in-a-lower-heading" / "page.html", "--explain").stderr
    assert (
        "origin     title: json-ld: Old cutters go: what the coast guard gets instead\n  agrees   lower heading" in heading
    )
    assert "  rival    h1: Coast guard cutters replaced: three new ships, cost, crew" in heading


def test_explain_names_what_was_stated_and_not_believed(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    (tmp_path / "a.html").write_text(re.sub("2026-11-1[89]", "3026-11-18", page), encoding="utf-8")
    done = run(tmp_path / "a.html", "--explain")
    assert done.returncode == 0
    assert "origin     published: nothing that was stated is believed" in done.stderr


def test_json_has_the_language_of_the_text_beside_the_claim():
    page = CASES / "extraction" / "greek" / "page.html"
    lie = page.read_bytes().replace(b'lang="el"', b'lang="en"')
    found = json.loads(run("-", "--json", stdin=lie).stdout)
    assert (found["language"], found["language_origin"]) == ("el", "text")


def test_a_broken_line_of_a_batch_stops_no_other(tmp_path):
    shutil.copy(PAGE, tmp_path / "one.html")
    (tmp_path / "truth.jsonl").write_text(
        '{"id": 1, "html": "one.html"}\n{broken\n{"id": 2}\n{"id": 3, "html": "one.html"}\n', encoding="utf-8"
    )
    done = command("extract", "--batch", "truth.jsonl", cwd=tmp_path)
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 3]
    assert "truth.jsonl, line 2: not JSON" in done.stderr
    assert "truth.jsonl, line 3: a record needs `id` and `html`" in done.stderr
    assert done.stderr.splitlines()[-1] == "newscrawler: truth.jsonl: 2 of 4 lines are no records"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "name a page"),
        (["ftp://a.example/b"], 2, "is no http or https address"),
        (["http://"], 2, "is no http or https address"),
        (["."], 1, ".: Is a directory"),
        (["--batch", "."], 2, "is a directory"),
        (["--batch", "/dev/null"], 1, "/dev/null: holds no record"),
        (["missing.html"], 1, "missing.html: No such file or directory"),
        (["a.html", "--batch", "b.jsonl"], 2, "name a page"),
        (["--batch", "missing.jsonl"], 1, "missing.jsonl: No such file or directory"),
        (["--batch", "-", "--text"], 2, "--batch prints JSON lines"),
        (["--batch", "missing.jsonl", "--markdown"], 2, "--batch prints JSON lines"),
        ([PAGE, "--url", "gazette"], 2, "is no http or https address"),
        (["https://gazette.example/a", "--url", "https://gazette.example/b"], 2, "this one is fetched"),
        ([PAGE, "--json", "--text"], 2, "--json and --text are two forms; choose one"),
    ],
)
def test_wrong_use_is_one_line(arguments, code, says, tmp_path):
    done = command("extract", *arguments, cwd=tmp_path)
    assert done.returncode == code
    assert done.stdout == ""
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_explain_shows_what_was_rejected_and_who_says_the_type(tmp_path):
    links = "".join(f"<li><a href='/{number}'>Elsewhere, story {number}</a></li>" for number in range(50))
    prose = "<p>The cutters are forty metres long, carry a crew of eleven and stay at sea for ten days, said the yard.</p>"
    more = "<p>Parliament approved the money in March, and the first of them will sail in spring, said its director.</p>"
    page = f"<html><head><title>Three cutters</title></head><body><div><ul>{links}</ul></div><h1>Three cutters</h1><p>Opinion</p>{prose}{more}"
    (tmp_path / "a.html").write_text(page)
    said = command("extract", "a.html", "--explain", cwd=tmp_path).stderr
    assert "Elsewhere, story 0" in said
    assert "more blocks between these" in said
    assert "Elsewhere, story 25" not in said
    assert "type       beside the headline: opinion" in said


def test_a_page_without_an_article_says_why(tmp_path):
    (tmp_path / "a.html").write_bytes(b"%PDF-1.7")
    done = command("extract", "a.html", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "newscrawler: a.html: no article: not an HTML page\n")


def test_batch_prints_one_object_a_page(tmp_path):
    shutil.copy(PAGE, tmp_path / "one.html")
    (tmp_path / "two.html.gz").write_bytes(gzip.compress(PAGE.read_bytes()))
    (tmp_path / "three.html").write_bytes(b"")
    records = [
        {"id": name, "html": name, "url": f"https://gazette.example/{name}"}
        for name in ("one.html", "two.html.gz", "three.html", "none.html")
    ]
    (tmp_path / "truth.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    done = command("extract", "--batch", "truth.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["id"] for each in found] == ["one.html", "two.html.gz", "three.html", "none.html"]
    assert found[0].keys() == {"id", "title", "authors", "date", "body"}
    assert found[0] | {"id": 0} == found[1] | {"id": 0}
    assert found[0]["date"] == "2026-11-18T09:30:00+02:00"
    assert found[2]["body"] == found[3]["body"] == ""
    assert "three.html: no article: an empty page" in done.stderr
    assert "4 pages, 2 without an article" in done.stderr


ODD = (
    {"id": 1, "html": "one.html", "url": 5},
    {"id": 2, "html": "one.html", "url": "http://[bad"},
    {"id": 3, "html": "a\0b"},
    {"id": 4, "html": "."},
    {"id": 5, "html": "one.html", "title": "two\u2028lines"},
    {"id": 6, "html": "bomb.gz"},
)


def test_odd_records_of_a_batch_stop_no_other(tmp_path):
    shutil.copy(PAGE, tmp_path / "one.html")
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(60_000_000), 1))
    lines = "\ufeff" + "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in ODD)
    (tmp_path / "truth.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    piped = command("extract", "--batch", "-", cwd=tmp_path, stdin=lines)
    done = command("extract", "--batch", "truth.jsonl.gz", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert piped.stdout == done.stdout
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["id"], bool(each["body"])) for each in found] == [
        (1, True), (2, True), (3, False), (4, False), (5, True), (6, False),
    ]  # fmt: skip
    assert "bomb.gz: larger than 50000000 bytes" in done.stderr


def test_what_unpacks_to_more_than_a_page_is_refused_before_it_is_in_memory(tmp_path):
    bomb = gzip.compress(bytes(3_000), 1) * 2
    assert unpacked(bomb, "a", 6_000) == bytes(6_000)
    for raw in (bomb, bytes(6_000)):
        with pytest.raises(ExtractionError, match="a: larger than 5999 bytes"):
            unpacked(raw, "a", 5_999)
    with pytest.raises(ExtractionError, match="a: not a whole gzip file"):
        unpacked(bomb[:-9], "a")


def test_a_page_waits_for_those_of_its_host_and_no_longer():
    class Pages:
        def __init__(self):
            self.seen = 0

        def __call__(self, body, url, now, content_type):
            self.seen += 1
            return examine(body, url, now, content_type=content_type)

    pages = Pages()
    hosts = ("a.example", "b.example", "a.example", "c.example")
    records = [{"id": each, "html": str(PAGE), "url": f"https://{each}/x"} for each in hosts]
    found = [(row["id"], pages.seen) for row, _ in _rows(records, PAGE.parent, pages, learn=True)]
    assert found == [("a.example", 3), ("b.example", 3), ("a.example", 3), ("c.example", 4)]


def test_a_broken_batch_names_file_and_line(tmp_path):
    (tmp_path / "truth.jsonl").write_text('{"id": 1, "html": "a"}\n{"id": 2}\n')
    done = command("extract", "--batch", "truth.jsonl", cwd=tmp_path)
    assert done.returncode == 1
    assert "truth.jsonl, line 2: a record needs `id` and `html`" in done.stderr


def test_an_address_is_fetched_as_a_crawl_would(web, tmp_path):
    (tmp_path / "newscrawler.toml").write_text('allow_networks = ["127.0.0.0/8"]\n')
    web.extra["127.0.0.1", "/piece"] = Answer(200, "text/html; charset=utf-8", PAGE.read_bytes())
    done = newscrawler("extract", f"{web.gazette}/piece", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    article = json.loads(done.stdout)
    assert (article["url"], article["authors"]) == (f"{web.gazette}/piece", ["Ana Lind"])
    assert ("127.0.0.1", "/robots.txt", 200) in [each[:3] for each in web.log]
    wrong = newscrawler("extract", f"{web.gazette}/nowhere", cwd=tmp_path)
    assert wrong.returncode == 1
    assert "HTTP 404, not found" in wrong.stderr
    assert len(wrong.stderr.splitlines()) == 1
    web.extra["127.0.0.1", "/packed"] = Answer(200, "text/html; charset=utf-8", gzip.compress(PAGE.read_bytes()))
    packed = newscrawler("extract", f"{web.gazette}/packed", "--json", cwd=tmp_path)
    assert json.loads(packed.stdout)["authors"] == ["Ana Lind"], packed.stderr
    assert not (tmp_path / "archive").exists()


def test_reprocess_reads_the_stored_pages_anew(demo_run, tmp_path):
    folder = tmp_path / "archive"
    shutil.copytree(demo_run / "demo-archive", folder)
    done = command("reprocess", "--extract", "--archive", folder, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "pages of articles: 17 unchanged" in done.stderr
    # a file that is cut short: what it holds no more stays as it was read, and is named
    [pages] = (folder / "pages").iterdir()
    raw = pages.read_bytes()
    with database(folder / "news.db") as db:
        before = db.execute("SELECT id, text FROM articles").fetchall()
        torn = db.execute("SELECT max(warc_offset) FROM pages").fetchone()[0]
    pages.write_bytes(raw[: torn + 200])
    done = command("reprocess", "--extract", "--judge", "--archive", folder, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert f"{pages} at {torn}: cannot be read" in done.stderr
    assert "1 unreadable" in done.stderr
    assert "stays as it is" in done.stderr
    with database(folder / "news.db") as db:
        assert db.execute("SELECT id, text FROM articles").fetchall() == before
    wrong = command("reprocess", "--archive", folder, cwd=tmp_path)
    assert wrong.returncode == 2
    assert "say what to do again" in wrong.stderr
