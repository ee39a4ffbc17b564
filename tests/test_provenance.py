"""Where a field comes from, to the line of the stored bytes; the bytes themselves; and whether all of it is what it says."""

import json
import shutil

import pytest
from conftest import command, database
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.metadata.claims.places import PageText
from newscrawler.storage.archive import Archive

PAGE = """<!doctype html>
<html lang="en"><head>
<title>Coast guard orders cutters | The Gazette</title>
<meta property="og:title" content="Coast guard orders cutters">
  <meta name="keywords" content="Navy, coast guard, cutters">
<script type="application/ld+json">{
  "@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "The Gazette"},
  {"@type": "NewsArticle", "headline": "Coast guard orders cutters", "datePublished": "2026-11-18T09:30:00+02:00",
   "author": [{"@type": "Person", "name": "Ana Lind"}, {"@type": "Person", "name": "Bo \\u00c5kesson"}]}]}</script>
</head><body><article><h1>Coast guard <em>orders</em> cutters</h1>
<p class="byline">By Ana Lind, <time datetime="2026-11-18T07:30:00Z">18 November 2026</time></p>
<p>The coast guard has ordered three cutters
from the northern yard.</p><div itemprop="dateModified" content="2026-11-19">updated</div></article></body></html>
"""


@pytest.mark.parametrize(
    ("field", "origin", "value", "line", "begins", "path"),
    [
        ("title", "og:title", "Coast guard orders cutters", 4, '<meta property="og:title"', "html > head > meta[property=og:title]"),
        ("title", "json-ld", "Coast guard orders cutters", 8, '"Coast guard', "$.@graph[1].headline"),
        ("title", "title element", "Coast guard orders cutters | The Gazette", 3, "Coast guard", "html > head > title"),
        ("title", "h1", "Coast guard orders cutters", 10, "Coast guard <em>", "html > body > article > h1"),
        ("authors", "json-ld", "Ana Lind; Bo Åkesson", 9, '"Ana Lind"', "$.@graph[1].author[0].name"),
        ("authors", "json-ld", "Bo Åkesson", 9, '"Bo \\u00c5kesson"', "$.@graph[1].author[1].name"),
        ("authors", "byline", "By Ana Lind", 11, "By Ana", "html > body > article > p[class=byline]"),
        ("published", "json-ld", "2026-11-18T09:30:00+02:00", 8, '"2026-11-18T09', "$.@graph[1].datePublished"),
        ("published", "beside the headline", "2026-11-18", 11, "18 November", "html > body > article > p[class=byline] > time"),
        ("modified", "microdata", "2026-11-19", 13, "<div itemprop", "html > body > article > div[itemprop=dateModified]"),
        ("tags", "meta keywords", "Navy, coast guard", 5, '<meta name="keywords"', "html > head > meta[name=keywords]"),
        ("language", "html lang", "en", 2, "<html lang", "html"),
    ],
)  # fmt: skip
def test_a_claim_has_a_place(field, origin, value, line, begins, path):
    place = PageText(PAGE).place_of(field, origin, value)
    assert (place.line, place.path) == (line, path)
    assert PAGE.split("\n")[line - 1][place.column - 1 :].startswith(begins)


@pytest.mark.parametrize("origin", ["feed", "sitemap", "address"])
def test_what_is_not_of_the_page_has_none(origin):
    assert PageText(PAGE).place_of("published", origin, "2026-11-18T09:30:00+02:00") is None
    assert PageText(PAGE).place_of("title", "og:title", "Something else altogether") is None


def test_a_paragraph_has_one_though_lines_and_elements_break_it():
    place = PageText(PAGE).place_of_text("The coast guard has ordered three cutters from the northern yard.")
    assert (place.line, place.column, place.path) == (12, 4, "html > body > article > p")


@given(st.text(alphabet='<>/="{}[]:, ajscript-ld+n!\n\\u&;', max_size=300), st.text(max_size=20))
def test_no_page_raises(page, value):
    text = PageText(f'<script type="application/ld+json">{page}</script>{page}')
    text.place_of("title", "json-ld", value)
    text.place_of_text(value)


def test_deep_and_broken_json_ends():
    deep = PageText('<script type="application/ld+json">' + '{"a":[' * 5_000 + '"Fleet"')
    assert deep.place_of("title", "json-ld", "Fleet") is None
    broken = PageText('<script type="application/ld+json">{"headline": "Fleet", "x": </script>')
    assert broken.place_of("title", "json-ld", "Fleet").path == "$.headline"


# --- the command


@pytest.fixture
def folder(demo_run, tmp_path):
    shutil.copytree(demo_run / "demo-archive", tmp_path / "archive")
    with Archive.open(tmp_path / "archive"):  # of this version
        pass
    return tmp_path


def test_show_says_where_each_field_is_from(folder):
    with database(folder / "archive" / "news.db") as db:
        page = db.execute(
            "SELECT pages.id, warc_file, warc_offset, warc_length, digest FROM pages JOIN articles ON page_id = pages.id WHERE articles.id = 1"
        ).fetchone()
    shown = command("show", "1", "--provenance", cwd=folder)
    assert shown.returncode == 0, shown.stderr
    assert f"record     pages/{page[1]} offset {page[2]} length {page[3]}" in shown.stdout
    assert f"digest     {page[4]}" in shown.stdout
    told = json.loads(command("show", "1", "--provenance", "--json", cwd=folder).stdout)
    assert (told["page"]["id"], told["page"]["digest"]) == (page[0], page[4])
    title = next(each for each in told["fields"] if each["field"] == "title")
    # the place is that of the stored bytes
    body = command("page", "1", cwd=folder).stdout.split("\n")
    line = body[title["place"]["line"] - 1][title["place"]["column"] - 1 :]
    assert title["value"] in line
    assert any(not claim["agrees"] for claim in title["claims"])  # rivals
    assert {each["field"] for each in told["fields"]} >= {"title", "published", "text", "language"}
    text = told["fields"][-1]
    assert text["today"] is None
    assert text["value"].split("\n")[0][:30] in "\n".join(body[text["place"]["line"] - 1 :])
    assert text["until"]["line"] >= text["place"]["line"]


def test_what_this_version_reads_otherwise_is_said(folder):
    with database(folder / "archive" / "news.db") as db:
        db.execute("UPDATE articles SET title = 'Another title', read_by = NULL WHERE id = 1")
    shown = command("show", "1", "--provenance", cwd=folder).stdout
    assert "title      Another title" in shown
    assert "  today    " in shown
    assert "a newscrawler that did not say which" in shown


def test_page_prints_bytes_and_headers(folder):
    body = command("page", "1", cwd=folder).stdout
    assert body.startswith("<!doctype html>")
    assert command("show", "1", "--raw", cwd=folder).stdout == body
    headers = command("page", "1", "--headers", cwd=folder).stdout
    assert "WARC-Type: response" in headers
    assert "# HTTP 200" in headers
    assert "Content-Type: text/html" in headers
    with database(folder / "archive" / "news.db") as db:
        (dropped,) = db.execute("SELECT page_id FROM links WHERE state = 'dropped' LIMIT 1").fetchone()
        (article, revision) = db.execute("SELECT article_id, id FROM revisions WHERE change = 'revised'").fetchone()
    assert "<html" in command("page", dropped, "--capture", cwd=folder).stdout
    assert command("page", article, "--revision", revision, cwd=folder).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["page", "999"], 1, "there is no article 999 with a stored page"),
        (["page", "0"], 1, "there is no article 0"),
        (["page", "999", "--capture"], 1, "there is no page 999"),
        (["page", "1", "--revision", "99999"], 1, "article 1 has no revision 99999 with a stored page"),
        (["page", "1", "--revision", "1", "--capture"], 2, "leave out --capture"),
        (["show", "1", "--provenance", "--raw"], 2, "leave out --diff, --raw and --at"),
        (["verify"], 2, "name an article, a snapshot's file, a WARC file, or --all"),
        (["verify", "1", "--all"], 2, "name an article, a snapshot's file, a WARC file, or --all"),
        (["verify", "999"], 1, "there is no article 999"),
        (["verify", "none.snapshot.json"], 1, "none.snapshot.json: cannot be read"),
        (["verify", "none.snapshot.json", "--extract"], 2, "a file has none"),
    ],
)
def test_wrong_wishes_are_told_in_one_line(folder, arguments, code, message):
    done = command(*arguments, cwd=folder)
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


# --- verify


def verify(folder, *more):
    done = command("verify", *more, "--json", cwd=folder)
    return done.returncode, json.loads(done.stdout)


def test_an_archive_that_is_whole_is_as_it_should_be(folder):
    assert command("reprocess", "--extract", cwd=folder).returncode == 0
    code, told = verify(folder, "--all", "--extract")
    assert (code, told["differences"]) == (0, [])
    assert told["checked"]["records"] > 20
    assert told["checked"]["readings"] == 17
    done = command("verify", "1", "--extract", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert "all as they should be" in done.stderr


@pytest.mark.parametrize(
    ("damage", "what", "detail"),
    [
        ("UPDATE articles SET text = text || ' Forged.' WHERE id = 1", "text", "its text has the hash"),
        ("UPDATE article_states SET text = (SELECT text FROM articles WHERE id = article_id) || ' Forged.' WHERE id = (SELECT min(id) FROM article_states WHERE article_id = 1)", "text",
         "its text has the hash"),
        ("UPDATE pages SET digest = 'sha1:OTHER' WHERE id = (SELECT page_id FROM articles WHERE id = 1)", "record",
         "is not the page that its row names"),
        ("UPDATE pages SET warc_offset = warc_offset + 7 WHERE id = (SELECT page_id FROM articles WHERE id = 1)", "record", ""),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_is_named(folder, damage, what, detail):
    with database(folder / "archive" / "news.db") as db:
        db.execute(damage)
    for more in (["--all"], ["1"]):
        code, told = verify(folder, *more)
        assert code == 3
        [found] = told["differences"]
        assert found["what"] == what
        assert detail in found["detail"]


def test_a_file_that_was_altered_or_cut_is_named_with_the_place(folder):
    path = max((folder / "archive" / "pages").iterdir())
    with database(folder / "archive" / "news.db") as db:
        offset, length = db.execute("SELECT warc_offset, warc_length FROM pages ORDER BY id LIMIT 1").fetchone()
        (records,) = db.execute("SELECT count(*) FROM pages").fetchone()
    raw = bytearray(path.read_bytes())
    middle = offset + length // 2
    raw[middle : middle + 20] = bytes(each ^ 255 for each in raw[middle : middle + 20])
    path.write_bytes(raw)
    code, told = verify(folder, "--all")
    assert code == 3
    assert [each["place"] for each in told["differences"]] == [f"pages/{path.name} at {offset}"]  # those behind it are read
    path.unlink()
    code, told = verify(folder, "--all")
    assert (code, told["differences"][0]["detail"]) == (3, f"is missing, with {records} records; restore it from a backup")


def test_what_another_version_read_is_named_with_that_version(folder):
    assert command("reprocess", "--extract", cwd=folder).returncode == 0
    with database(folder / "archive" / "news.db") as db:
        # an author whom no page names: which article of the demo is filed first is not ours to say, and some have none
        db.execute("""UPDATE articles SET title = 'Another', authors = '["Nobody Named"]', read_by = '0.1.0' WHERE id = 1""")
        db.execute("UPDATE articles SET title = 'Another', read_by = NULL WHERE id = 2")
    code, told = verify(folder, "--all", "--extract")
    assert code == 3
    assert [(each["what"], each["place"], each["since"]) for each in told["differences"]] == [
        ("reading", "article 1", "0.1.0"), ("reading", "article 2", None),
    ]  # fmt: skip
    assert told["differences"][0]["detail"].startswith("otherwise: title, authors; read by newscrawler 0.1.0, this is ")
    done = command("verify", "1", "--extract", cwd=folder)
    assert (done.returncode, "otherwise: title, authors" in done.stdout) == (3, True)
    assert command("verify", "1", cwd=folder).returncode == 0


def test_a_snapshot_is_verified_as_well(folder):
    assert command("export", "corpus.jsonl", "--snapshot", cwd=folder).returncode == 0
    note = "corpus.jsonl.snapshot.json"
    assert verify(folder, note) == (0, {"checked": {"snapshot": 1}, "differences": []})
    raw = bytearray((folder / "corpus.jsonl").read_bytes())
    raw[100] ^= 1
    (folder / "corpus.jsonl").write_bytes(raw)
    code, told = verify(folder, note)
    assert (code, told["differences"][0]["what"]) == (3, "file")
    assert "is not as it was" in told["differences"][0]["detail"]
