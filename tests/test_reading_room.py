"""The reading room's pages, feeds and files, asked over HTTP in this process."""

import csv
import gzip
import io
import json
import re
from datetime import date
from importlib import resources
from xml.etree import ElementTree

import pytest
from conftest import candidate, lease
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from reading_room import HOSTILE, Visitor, first_numbers, furnish

from newscrawler.export import feeds
from newscrawler.items import Source, TermMatch
from newscrawler.relevance.splitting import split
from newscrawler.relevance.term_offsets import ranges, word_ranges
from newscrawler.revisions.additions import additions
from newscrawler.search.related import related
from newscrawler.search.timeline import Bucket
from newscrawler.storage.archive import Archive
from newscrawler.storage.sites.sources import sync_sources
from newscrawler.web.drawing.highlighting import highlighted
from newscrawler.web.files import citations
from newscrawler.web.pages.timeline import bucket_value as _value
from newscrawler.web.search_params import parse_params

ATOM = {"a": "http://www.w3.org/2005/Atom"}
PAGES = ("/", "/search", "/compare?q=a&with=b", "/search/sql?q=a", "/saved", "/article/1", "/article/2/diff", "/story/1")


@pytest.fixture(scope="module")
def room(demo_run, tmp_path_factory):
    folder = furnish(tmp_path_factory.mktemp("room") / "archive", demo_run)
    visitor = Visitor(folder / "news.db")
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def numbers(room):
    return first_numbers(room)


def words_of(markup):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", markup))


# ---- what is there


@pytest.mark.parametrize("path", PAGES)
def test_pages_answer_with_a_strict_policy(room, path):
    answer = room.get(path)
    assert answer.status_code in {200, 404}  # which article has changed the archive says
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "sha256" not in policy
    assert not re.search(r"<script(?![^>]*src=)|<\w[^<>]*\s(?:on\w+|style)=", answer.text)
    assert '<html lang="en">' in answer.text


def test_every_field_names_its_type():
    """The style goes by it: a field without one is the browser's own grey by night."""
    folder = resources.files("newscrawler.web") / "templates" / "room"
    fields = [found for page in folder.iterdir() for found in re.findall(r"<input\b[^>]*>", page.read_text("utf-8"))]
    assert fields
    assert [each for each in fields if not re.search(r'\stype="\w+"', each)] == []


def test_an_article_says_what_is_known_and_from_where(room, numbers):
    text = words_of(room.get(f"/article/{numbers['revised']}").text)
    for part in (
        "Air force grounds training jets",
        "json-ld",
        "our clock",
        "How to cite",
        "1-",
        "lexicon",
        "what changed",
    ):
        assert part in text


def test_related_coverage_says_what_both_name(room):
    (address,) = html.fromstring(room.get("/search?q=frigate").text).xpath("//h3[contains(., 'agree joint')]/a/@href")
    assert "both name naval" in words_of(room.get(address).text)


def test_a_copy_names_its_original_and_how_much_earlier_it_was(room, numbers):
    page = room.get(f"/article/{numbers['copy']}").text
    assert re.search(r"First published by The Harbour Gazette, \d+ h earlier", words_of(page))
    against = re.search(r'href="(/article/\d+/diff\?with=\d+)"', page)[1]
    assert room.get(against).status_code == 200


def test_the_words_of_a_topic_are_marked(room, numbers):
    page = room.get(f"/article/{numbers['revised']}").text
    topic = re.search(r'data-topic="(t\d)" href="[^"]*">air power<', page)[1]
    assert re.search(rf'<span class="term [^"]*{topic}[^"]*">Air force</span>', page)


def test_a_diff_shows_words(room, numbers):
    page = room.get(f"/article/{numbers['revised']}/diff").text
    assert "<ins>withdrew an earlier statement that</ins>" in page
    assert "<del>" in page
    states = re.findall(r'<option value="(\d+)"', page)
    assert room.get(f"/article/{numbers['revised']}/diff?from={states[0]}&to={states[1]}").status_code == 200


def test_the_raw_page_is_a_file_and_never_a_page(room, numbers):
    answer = room.get(f"/article/{numbers['revised']}/raw")
    assert answer.status_code == 200
    assert b"<html" in answer.content
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert room.get(f"/article/{numbers['arabic']}/raw").status_code == 404  # none was stored


def test_a_story_says_who_added_what(room, numbers):
    text = words_of(room.get(f"/story/{numbers['story']}").text)
    assert "; 1 other since, 2 sources in all" in " ".join(text.split())
    assert "First in" in text
    assert "the same words" in text


def test_right_to_left_and_hostile_texts(room, numbers):
    assert 'class="text" dir="rtl"' in room.get(f"/article/{numbers['arabic']}").text
    for path in (
        f"/article/{numbers['hostile']}",
        "/search",
        "/search?q=treaty",
        f"/story/{numbers['hostile']}",
        "/news/articles",
    ):
        page = room.get(path).text
        assert HOSTILE not in page
        assert 'href="javascript:' not in page


# ---- the search page and its other forms


def test_hits_facets_and_the_way_back(room):
    page = room.get("/search?q=talks").text
    assert "<mark>talks</mark>" in page
    facet = re.search(r'<a href="(/search\?q=talks\+topic[^"]+)"', page)[1].replace("&amp;", "&")
    narrower = room.get(facet).text
    assert 'class="chip"' in narrower
    back = re.search(r'<a href="([^"]+)" aria-label="Without [^"]+"', narrower)[1].replace("&amp;", "&")
    assert words_of(room.get(back).text) == words_of(page)


def test_the_timeline_stays_where_one_has_zoomed(room):
    """A year, a month, a day: the chart, the share and the comparison are there as long as there is a hit."""
    (day,) = room.rows("select substr(coalesce(published, first_seen), 1, 10) from articles where id = 1")["rows"][0]
    for span in (day[:4], day[:7], day):
        page = room.get(f"/search?q=since:{span}+until:{span}").text
        assert "plot-bars" in page
        assert "as share of all articles" in page
        assert "/compare?q=" in page


def test_a_language_can_be_added_to_another(room):
    page = room.get("/search?q=lang:en").text
    other = re.search(r'<a href="(/search\?q=lang%3Aen\+lang%3A\w+)"', page)[1]
    total = [int(re.search(r'class="count">(\d+)', text)[1]) for text in (page, room.get(other).text)]
    assert total[1] > total[0]


def test_many_sources_are_turned_over(demo_run, tmp_path):
    folder = furnish(tmp_path / "archive", demo_run)
    with Archive.open(folder) as shelf:
        sync_sources(
            shelf, [Source(f"s{n:03}", f"Source {n:03}", f"https://s{n}.example/", "newspaper") for n in range(220)]
        )
    visitor = Visitor(folder / "news.db")
    seen, address = [], "/sources?sort=name&find=source+"
    while address:
        page = visitor.get(address).text
        assert "220 sources" in words_of(page)
        seen += re.findall(r'href="/source/(s\d+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/sources{following[1].replace('&amp;', '&')}" if following else None
    assert seen == [f"s{n:03}" for n in range(220)]
    assert visitor.get("/sources?page=99").status_code == 200
    visitor.close()


def test_a_share_of_very_few_is_left_out():
    def bucket(count, share):
        return Bucket(date(2026, 1, 1), date(2026, 1, 1), count, share)

    assert _value(bucket(1, 1.0), share=True)[0] is None
    assert _value(bucket(1, 1.0), share=False)[0] == 1
    assert _value(bucket(50, 0.5), share=True)[0] == 50
    assert _value(bucket(0, 0.0), share=True)[0] == 0


def test_every_form_has_the_pages_filters(room):
    q = "talks+lang:en"
    ids = set(re.findall(r'<h3 dir="auto"><a href="/article/(\d+)[?"]', room.get(f"/search?q={q}").text))
    assert ids
    whole = room.get(f"/search.json?q={q}").json()
    assert {str(hit["id"]) for hit in whole["hits"]} == ids
    assert whole["query"] == "talks lang:en"
    table = list(csv.DictReader(io.StringIO(room.get(f"/search.csv?q={q}").text)))
    assert {row["id"] for row in table} == ids
    # a feed tells what came last: of a story the copy that came first
    of_story = dict(room.rows("select cast(id as text), story_id from articles")["rows"])
    stories = {of_story[each] for each in ids}
    atom = ElementTree.fromstring(room.get(f"/search.atom?q={q}").content)
    entries = [entry.find("a:link", ATOM).get("href").rpartition("/")[2] for entry in atom.findall("a:entry", ATOM)]
    assert {of_story[each] for each in entries} == stories
    assert len(entries) == len(stories)
    feed = room.get(f"/search.feed.json?q={q}")
    assert feed.headers["content-type"].startswith("application/feed+json")
    assert [item["url"].rpartition("/")[2] for item in feed.json()["items"]] == entries
    sql = re.search(r'<a class="button plain" href="([^"]+)">Run it', room.get(f"/search/sql?q={q}&copies=1").text)[1]
    found = room.get(sql.replace("?", ".json?").replace("&amp;", "&") + "&_shape=array").json()
    assert {str(row["id"]) for row in found} >= ids


def test_what_sets_a_search_apart_has_a_map_a_table_and_a_file(room):
    (address,) = html.fromstring(room.get("/search?q=frigate").text).xpath("//a[.='words, names and a map']/@href")
    page = html.fromstring(room.get(address).text)
    assert page.xpath("//svg[contains(@class, 'tiles')]//a[contains(@href, 'mentions')]")
    named = page.xpath("//section[.//svg]//ul[@class='names']/li/a/text()")
    assert named
    assert set(named) <= set(page.xpath("//details//th[@scope='row']/text()"))
    head = room.get("/search/words.csv?q=frigate").text.splitlines()[0]
    assert head == "kind,language,what,percent_of_hits,percent_of_others,standard_errors"
    nothing = room.get("/search/words?q=nowhereatall")
    assert nothing.status_code == 200
    assert "No article in the archive answers this search" in nothing.text
    assert "What 0 articles" not in nothing.text


def test_a_feed_that_has_not_changed_is_not_sent_again(room):
    first = room.get("/search.atom?q=talks")
    again = room.get("/search.atom?q=talks", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_feeds_keep_their_names_whoever_asks(room):
    """By another host and port the same entries are the same: no reader shows them again."""
    atoms = [room.get("/search.atom?q=talks", headers={"host": host}) for host in ("localhost", "127.0.0.1:9999")]
    ids = [re.findall(r"<id>([^<]*)</id>", answer.text) for answer in atoms]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0]) > 2
    assert all(each.startswith("urn:uuid:") for each in ids[0])
    assert "http://127.0.0.1:9999/article/" in atoms[1].text
    feed = room.get("/search.feed.json?q=talks", headers={"host": "127.0.0.1:9999"}).json()
    assert [item["id"] for item in feed["items"]] == ids[0][1:]
    assert re.search(r"<id>([^<]*)", room.get("/search.atom?q=minister").text)[1] != ids[0][0]


def test_cells_of_our_files_start_no_formula(room):
    table = list(csv.DictReader(io.StringIO(room.get("/search.csv?q=treaty&copies=1").text)))
    assert any(row["title"].startswith("'=1+1") for row in table)


def test_saved_searches_have_feeds(room):
    page = room.get("/saved").text
    announced = re.findall(r'<link rel="alternate"[^>]*href="([^"]+)"', page)
    links = re.findall(r'<a href="(/saved/[^"]+\.(?:atom|feed\.json))"', page)
    assert len(links) == 2
    assert announced == links
    for link in links:
        answer = room.get(link)
        assert answer.status_code == 200
        assert "talks" in answer.text
    moved = room.get(links[0].removesuffix(".atom"))
    assert moved.headers["location"] == "/search?q=talks+lang%3Aen&sort=newest"
    assert room.get("/saved/none.atom").status_code == 404


def test_dates_of_the_form_become_part_of_the_query(room):
    assert room.get("/search?q=a&since=2026-01-02").headers["location"] == "/search?q=a+since%3A2026-01-02"


def test_nothing_found_says_what_would(room):
    text = words_of(room.get("/search?q=talks+lang:fr+zzzz").text)
    assert "Nothing found" in text
    assert "These find something" in text
    assert "joint patrol" in text  # the query language


def test_two_searches_share_an_axis(room):
    text = room.get("/compare?q=lang:en&with=lang:fr&share=1").text
    assert "plot-other" in text
    assert room.get("/compare?q=zzz&with=yyy").status_code == 200


def test_a_search_page_is_light(room):
    page = room.get("/search?q=talks+OR+minister*")
    parts = [
        page.content,
        *(room.get(path).content for path in re.findall(r'(?:src|href)="(/-/reading-room/[^"]+)"', page.text)),
    ]
    assert len(parts) == 3
    assert sum(len(gzip.compress(part)) for part in parts) <= 60_000


def test_static_files_are_kept_for_good(room):
    path = re.search(r'href="(/-/reading-room/[^"]+\.css)"', room.get("/search").text)[1]
    answer = room.get(path)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert room.get(path, headers={"accept-encoding": "identity"}).text == answer.text


def test_everything_works_below_a_base_url(demo_archive):
    visitor = Visitor(demo_archive / "news.db", settings={"base_url": "/archive/"})
    for path in ("/search?q=talks", "/article/1", "/saved", "/story/1"):  # the client puts it before them
        page = visitor.get(path)
        assert page.status_code == 200
        assert re.findall(r'(?:href|src|action)="(/(?!archive/)[^"]*)"', page.text) == []
    assert "http://localhost/archive/article/" in visitor.get("/search.atom?q=talks").text
    visitor.close()


def test_datasettes_tables_lead_here(room):
    page = room.get("/news/articles").text
    assert 'href="/source/harbour-gazette"' in page
    assert re.search(r'href="/article/\d+">Air force', page)
    assert 'href="/search"' in page  # the menu
    assert 'href="/story/' in room.get("/news/copies").text or 'href="/article/' in room.get("/news/copies").text


# ---- the parts


@given(st.text())
def test_word_ranges_are_those_of_the_walk(text):
    found = word_ranges(text)
    assert found == [] or len(found) == len(split(text).raw)
    assert all(0 <= start < end <= len(text) for start, end in found)


@given(st.text(alphabet="ab \n防é", max_size=60), st.lists(st.integers(-2, 20), max_size=5))
def test_pieces_make_up_the_text(text, places):
    match = TermMatch("a b", "en", "x", 1.0, body=tuple(places))
    paragraphs = highlighted(text, [match], "body", {"x": "t0"})
    assert "\n".join("".join(piece.text for piece in line) for line in paragraphs) == text


def test_terms_are_found_where_they_stand():
    matches = [
        TermMatch("foreign minister*", "en", "d", 3.0, body=(2,)),
        TermMatch("minister*", "en", "p", 1.0, body=(3,)),
        TermMatch("nothing", "en", None, 1.0, body=(0,)),
        TermMatch("防衛", "ja", "m", 1.0, title=(0,)),
    ]
    text = "The “German” foreign ministers met."
    (found,) = ranges(text, matches, "body")
    assert text[found[0] : found[1]] == "foreign ministers"
    assert found[2] == {"d", "p"}
    assert [("日本防衛省"[start:end]) for start, end, _ in ranges("日本防衛省", matches, "title")] == ["防衛"]


@given(st.text(alphabet="abc \n.", max_size=80), st.text(alphabet="abc \n.", max_size=80))
def test_additions_are_passages_of_the_text(one, other):
    found = additions(one, other)
    assert all(passage in one for passage in found.passages)
    assert found.words <= found.of
    assert additions(one, one).words == 0


def test_citations():
    article = citations.Reference(
        id=7, authors=("Jane Doe", "AFP & Co_{1}"), title="100 % of \\ships", source="The Gazette", source_id="the-gazette",
        published=None, url="https://gazette.example/a_b}", seen="2026-11-22T12:00:00Z", content_hash="1-ab", language="en",
    )  # fmt: skip
    assert "(undated)" in citations.in_words(article)
    assert "1-ab" in citations.in_words(article)
    entry = citations.bibtex(article)
    assert entry.count("{") - entry.count("\\{") == entry.count("}") - entry.count("\\}")
    assert r"{AFP \& Co\_\{1\}}" in entry
    (item,) = json.loads(citations.csl(article))
    assert item["author"][0] == {"given": "Jane", "family": "Doe"}
    assert item["accessed"] == {"date-parts": [[2026, 11, 22]]}
    assert "issued" not in item


@given(st.text(max_size=30))
def test_feeds_are_well_formed(text):
    feed = feeds.Feed(
        ("archive", "x"),
        text,
        "http://x/",
        "http://x/f",
        [feeds.Entry("urn:x:2", "http://x/1", text, text, text, text, text, "2026-11-22T12:00:00Z", text, (text,))],
    )
    ElementTree.fromstring(feeds.atom(feed))
    json.loads(feeds.json_feed(feed))


@given(st.dictionaries(st.sampled_from(["q", "sort", "copies", "page", "share"]), st.text(max_size=12)))
def test_addresses_say_what_was_asked(arguments):
    ask = parse_params(arguments)
    assert ask.address().startswith("/search")
    assert 1 <= ask.page <= 100


def test_related_coverage_names_what_both_name(archive):
    archive.file(
        [
            candidate(lease(archive, f"https://gazette.example/{n}"), f"Text number {n} of its own words {n * 7}.")
            for n in range(6)
        ]
    )
    with archive.transaction():
        for article, code in ((1, "EE"), (3, "EE"), (1, "US"), (2, "US"), (4, "US"), (5, "US")):
            archive.db.execute("INSERT INTO mentions VALUES (?, 'country', ?, ?, 1, 0)", [article, code, code])
    found = related(archive.db, 1)
    assert found[0].id == 3
    assert found[0].because == ("EE",)
    assert 1 not in {each.id for each in found}
    assert related(archive.db, 6) == []
    assert related(archive.db, 99) == []
