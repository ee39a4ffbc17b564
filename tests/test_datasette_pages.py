"""Datasette's own pages stand in the same house: head, language, labels, forms that are filled in, links to our pages.

These hold on Datasette 0.65 and 1.0 alike; .ci/run asks both.
"""

import re
import sqlite3
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html
from reading_room import Visitor, furnish

from newscrawler.cli.reading_room import metadata
from newscrawler.reports.queries import canned_queries

PAGES = (
    "/news", "/news/articles", "/news/articles?_facet=source_id&title__contains=a&_sort_desc=title", "/news/articles?id__exact=x",
    "/news/reading_list", "/news/articles/1", "/news/revisions/1", "/news/silent_edits?_show_sql=1", "/news/topics_over_time",
    "/news/search?q=talks", "/news?sql=select+1+as+one", "/news?sql=select+:word", "/news?sql=select", "/nowhere", "/news/none",
)  # fmt: skip


@pytest.fixture(scope="module")
def room(demo_run, tmp_path_factory):
    folder = furnish(tmp_path_factory.mktemp("room") / "archive", demo_run)
    visitor = Visitor(folder / "news.db", metadata=metadata(None, (), public=False), settings={"suggest_facets": False})
    assert visitor.get("/").status_code == 200
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def demo(demo_archive):
    visitor = Visitor(demo_archive / "news.db")
    yield visitor
    visitor.close()


def page_of(room, path):
    answer = room.get(path, follow_redirects=True)
    assert answer.status_code < 500, answer.text
    return html.fromstring(answer.text)


@pytest.mark.parametrize(
    "asked", ["_sort=nonsense", "_sort_desc=x", "id__gt=99999999999999999999999", "_where=zzz", "_size=-1"]
)
def test_what_cannot_be_asked_of_a_table_is_the_askers_error(room, asked):
    assert [room.get(f"/news/articles{form}?{asked}").status_code for form in ("", ".json")] == [400, 400]


def name_of(field):
    """What a person is told that a field is."""
    if told := field.get("aria-label"):
        return told
    label = field.getroottree().xpath("//label[@for=$id]", id=field.get("id") or "-") or field.xpath("ancestor::label")
    return label[0].text_content().strip() if label else ""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_wears_the_rooms_head(room, path):
    page = page_of(room, path)
    assert page.get("lang") == "en"
    assert len(page.xpath("//main")) == len(page.xpath("//h1")) == len(page.xpath("//header//nav")) == 1
    assert page.xpath("//header//nav//a[@aria-current='page']")[0].text_content() == "Tables & SQL"
    assert page.xpath("//link[@rel='stylesheet'][contains(@href, '/-/reading-room/')]")
    assert not page.xpath("//link[contains(@href, 'app.css')]")
    assert [each for each in page.xpath("//script[not(@src)]") if each.text] == []
    assert page.findtext(".//title").strip() not in ("", "· News archive: defence and diplomacy")


@pytest.mark.parametrize("path", PAGES)
def test_every_field_is_called_something(room, path):
    fields = page_of(room, path).xpath("//main//select | //main//textarea | //main//input[not(@type='hidden')]")
    assert [html.tostring(each) for each in fields if not name_of(each)] == []
    names = [name_of(each) for each in fields]
    assert len(set(names)) == len(names)


def _named(page):
    return [each.text_content().strip(" \n▲▼") for each in page.xpath("//table[@class='rows']/thead//th")]


def test_a_title_stands_behind_the_key_unless_columns_are_asked_for(room):
    page = page_of(room, "/news/articles")
    assert _named(page)[:3] == ["id", "title", "url"]
    (number, title) = page.xpath("//table[@class='rows']/tbody/tr[1]/td[position() < 3]//a/@href")
    assert (number, title) == ("/news/articles/" + number.rpartition("/")[2], "/article/" + number.rpartition("/")[2])
    assert _named(page_of(room, "/news/articles?_col=url&_col=type&_col=title")) == ["id", "url", "type", "title"]


@pytest.mark.parametrize("path", ["/news/articles", "/news/articles/1"])
def test_labels_are_read_as_words(room, path):
    text = page_of(room, path).text_content()
    assert "type article" in text
    assert not re.search("[\ue000-\uf8ff]", text)


def test_rows_come_before_what_the_columns_hold(room):
    text = room.get("/news/articles").text
    assert text.index("<tbody>") < text.index("<dt><code>canonical")
    assert "Suggested facets" not in text
    assert len(page_of(room, "/news/articles").xpath("//th[@scope='col']")) > 30


@pytest.mark.parametrize("name", canned_queries())
def test_the_form_of_a_canned_query_is_filled_in(room, name):
    page = page_of(room, f"/news/{name}")
    for parameter in canned_queries()[name].parameters:
        (field,) = page.xpath("//main//input[@name=$name]", name=parameter.name)
        assert field.get("value") == (parameter.default or "")
        (about,) = page.xpath("//*[@id=$id]", id=field.get("aria-describedby"))
        assert about.text_content() == parameter.description


def test_what_was_typed_stays_in_the_form(room):
    page = page_of(room, "/news/topics_over_time?topic=naval&days=7")
    assert [page.xpath("//main//input[@name=$name]", name=name)[0].get("value") for name in ("topic", "days")] == [
        "naval",
        "7",
    ]


@pytest.mark.parametrize(("path", "wanted"), [
    ("/news/silent_edits", r"/article/\d+"), ("/news/silent_edits", r'source:"The Harbour Gazette"'),
    ("/news/topics_over_time", "topic:defence"), ("/news/languages", "lang:en"), ("/news/agency_dependence", "source:"),
    ("/news/co_mentions", "mentions:"), ("/news/story?story_id=1", r"/article/\d+"), ("/news/most_carried_stories", r"/story/\d+"),
])  # fmt: skip
def test_cells_lead_to_our_pages(demo, path, wanted):
    links = [each.get("href") for each in page_of(demo, path).xpath("//tbody//a")]
    asked = [parse_qs(urlsplit(each).query).get("q", [each])[0] for each in links]
    assert any(re.match(wanted, each) for each in asked), asked


@pytest.mark.parametrize(("row", "page"), [
    ("/news/articles/1", "/article/1"), ("/news/stories/1", "/story/1"), ("/news/sources/harbour-gazette", "/source/harbour-gazette"),
    ("/news/runs/1", "/run/1"),
])  # fmt: skip
def test_a_row_leads_to_its_page(room, row, page):
    assert page_of(room, row).xpath("//main//a[contains(@class, 'button')]")[0].get("href") == page
    assert room.get(page).status_code == 200


@pytest.mark.parametrize("path", ["/news", "/news/articles", "/news/articles/1"])
def test_names_in_descriptions_are_code(room, path):
    page = page_of(room, path)
    assert "`" not in page.xpath("//main")[0].text_content()


@pytest.mark.parametrize("path", ["/news/articles", "/news/articles/1"])
def test_columns_say_which_table_they_refer_to(room, path):
    assert "sources" in page_of(room, path).xpath("//dd/code/text() | //th/small/code/text()")


def test_a_database_of_another_program_has_the_head_and_no_links_of_ours(tmp_path):
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT, source TEXT)")
        other.execute("INSERT INTO articles VALUES (1, '<b>', 'x')")
    other.close()
    visitor = Visitor(tmp_path / "other.db")
    for path in ("/other", "/other/articles", "/other/articles/1", "/other?sql=select+'x'+as+source"):
        page = page_of(visitor, path)
        assert page.xpath("//header//nav")
        assert not page.xpath("//tbody//a[starts-with(@href, '/article/') or starts-with(@href, '/search')]"), path
        assert not page.xpath("//main//b")
    visitor.close()


def test_below_a_base_url(demo_archive):
    visitor = Visitor(demo_archive / "news.db", settings={"base_url": "/archive/"})
    for path in ("/news", "/news/articles", "/news/articles/1", "/news/silent_edits", "/news?sql=select+1"):
        page = visitor.get(path, follow_redirects=True)
        assert page.status_code == 200
        assert re.findall(r'(?:href|src|action)="(/(?!archive/)[^"]*)"', page.text) == []
    visitor.close()
