"""The reading room in a real browser: a new user's path, keys, phone, night, print, no script, accessibility."""

import re
from itertools import pairwise

import pytest
from browsing import Watched, look_at
from playwright.sync_api import expect
from reading_room import furnish, served

PAGES = {
    "front": "/",
    "search": "/search",
    "hits": "/search?q=talks+OR+minister*",
    "nothing": "/search?q=zzz+talks+lang:fr+(",
    "compare": "/compare?q=lang:en&with=lang:fr&with=lang:de",
    "timeline": "/search/timeline?q=lang:en",
    "words": "/search/words?q=lang:en",
    "events": "/events",
    "sql": "/search/sql?q=talks",
    "article": "/article/{revised}",
    "copy": "/article/{copy}",
    "diff": "/article/{revised}/diff",
    "state": "/article/1/at/1",
    "edits": "/silent-edits?days=3000",
    "deletions": "/deletions",
    "few": "/search?q=minsters",
    "arabic": "/article/{arabic}",
    "hostile": "/article/{hostile}",
    "story": "/story/{story}",
    "saved": "/saved",
    "sources": "/sources",
    "source": "/source/harbour-gazette",
    "health": "/health",
    "runs": "/runs",
    "run": "/run/1",
    "schema": "/schema",
    "missing": "/article/999999",
    "database": "/news",
    "table": "/news/articles?_facet=language",
    "row": "/news/articles/1",
    "sql box": "/news?sql=select+title,+word_count+from+articles+limit+3",
    "canned": "/news/silent_edits",
    "nowhere": "/nowhere",
}
ABSENT = {"missing", "nowhere"}  # fmt: skip

NIGHT = {
    "front",
    "hits",
    "compare",
    "words",
    "article",
    "diff",
    "state",
    "edits",
    "story",
    "health",
    "schema",
    "database",
    "table",
    "row",
    "sql box",
    "canned",
}  # have all colours there are


@pytest.fixture(scope="module")
def base(browser, demo_run, tmp_path_factory):
    folder = furnish(tmp_path_factory.mktemp("room") / "archive", demo_run)
    with served(folder) as base:
        yield base


@pytest.fixture(scope="module")
def pages(base, browser):
    """Name -> path of every kind of page, with the numbers that this archive gave."""
    context = browser.new_context()

    def first(sql):
        return context.request.get(f"{base}/news.json", params={"sql": sql, "_shape": "arrayfirst"}).json()[0]

    numbers = {
        "revised": first("select article_id from revisions where change <> 'new' limit 1"),
        "copy": first("select article_id from copies where same_story limit 1"),
        "story": first("select id from stories where articles > 1 limit 1"),
        "arabic": first("select id from articles where language = 'ar'"),
        "hostile": first("select id from articles where url like 'javascript:%'"),
    }
    context.close()
    return {name: path.format(**numbers) for name, path in PAGES.items()}


MAX_HEAD = 110  # pixels of a phone's screen


def test_a_new_users_path(base, browser):
    """Front page, search, facet, article, its changes, the feed of the search."""
    with Watched(browser, viewport={"width": 1280, "height": 900}) as tab:
        page = tab.page
        tab.visit(f"{base}/")
        page.get_by_role("searchbox").fill("jets OR frigat*")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=*")
        before = page.locator(".entry").count()
        assert before >= 2
        assert page.locator("mark").count()
        page.get_by_role("complementary").get_by_role("link", name="air power", exact=True).click()
        page.wait_for_url("**topic*")
        assert 0 < page.locator(".entry").count() < before
        assert page.locator(".chip").count() == 1
        feed = page.locator("link[type='application/atom+xml']").get_attribute("href")
        page.locator(".entry h3 a").first.click()
        page.wait_for_url("**/article/*")
        assert "Air force grounds training jets" in page.locator("h1").inner_text()
        page.get_by_role("link", name="what changed").click()
        page.wait_for_url("**/diff*")
        assert page.locator("ins").count() > 1
        assert page.locator("del").count() > 1
        found = tab.context.request.get(f"{base}{feed}")
        assert found.headers["content-type"].startswith("application/atom+xml")
        assert "Air force grounds training jets" in found.text()
        page.go_back()
        page.go_back()
        page.locator(".chip a").click()
        expect(page.locator(".chip")).to_have_count(0)
        expect(page.locator(".entry")).to_have_count(before)
        assert not tab.wrong


def test_every_page_by_day_and_night_and_on_a_phone(base, browser, pages):
    """No word in the console, nothing wider than the screen, nothing that axe-core complains of.

    On a phone the head is small, and what is aimed at large enough.
    """

    def head_is_small(tab):
        assert tab.page.evaluate("document.querySelector('.masthead').offsetHeight") <= MAX_HEAD

    asked = {name: (path, 404 if name in ABSENT else 200) for name, path in pages.items()}
    found = look_at(browser, base, asked, NIGHT, head_is_small)
    assert found.wide == []
    assert found.small == []
    assert found.complaints == []


def test_every_page_without_script(base, browser, pages):
    with Watched(browser, java_script_enabled=False) as tab:
        for name, path in pages.items():
            tab.visit(f"{base}{path}", status=404 if name in ABSENT else 200)
            assert tab.page.locator("main").inner_text().strip(), name
            assert tab.page.locator("button.copy:visible, [data-theme-toggle]:visible, .keys:visible").count() == 0
        tab.visit(f"{base}/search")
        assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", tab.page.locator(".entry .slug").first.inner_text())
        tab.page.locator("#q").fill("talks")
        tab.page.keyboard.press("Enter")
        tab.page.wait_for_url("**q=talks*")
        tab.page.locator(".facets a").first.click()
        expect(tab.page.locator(".chip")).to_have_count(1)


def test_drawing_over_a_timeline_is_a_search_of_its_days(base, browser):
    with Watched(browser, viewport={"width": 1280, "height": 900}) as tab:
        page = tab.page
        tab.visit(f"{base}/search?q=since:2026-10-20")
        box = page.locator(".plot-bars").bounding_box()
        bars = page.locator(".plot-bars a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
        days = len(bars)
        assert days > 7
        row = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 2.5 * box["width"] / days, row)
        page.mouse.down()
        page.mouse.move(box["x"] + 6.5 * box["width"] / days, row, steps=3)
        expect(page.locator(".plot-brush")).to_have_count(1)
        page.mouse.up()
        first, last = re.search(r"since%3A([\d-]+)", bars[2])[1], re.search(r"until%3A([\d-]+)", bars[6])[1]
        page.wait_for_url(f"**since%3A{first}+until%3A{last}*")
        assert not tab.wrong


def test_keys(base, browser):
    with Watched(browser) as tab:
        page = tab.page
        tab.visit(f"{base}/search?q=talks+OR+minister*")
        page.keyboard.press("/")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(page.locator(".entry").first).to_have_class(re.compile(r"\bhere\b"))
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        before = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.keyboard.press("d")
        expect(page.locator("body")).not_to_have_css("background-color", before)
        page.keyboard.press("o")
        page.wait_for_url("**/article/*")
        # the night stays
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert not tab.wrong


def test_times_are_the_readers_and_nothing_jumps(base, browser, pages):
    shifts = """new Promise(done => { let sum = 0; new PerformanceObserver(list => {
        for (const each of list.getEntries()) if (!each.hadRecentInput) sum += each.value;
    }).observe({type: "layout-shift", buffered: true}); setTimeout(() => done(sum), 60); })"""
    with Watched(browser, timezone_id="Asia/Tokyo", locale="en-GB") as tab:
        for name in ("hits", "article", "front"):
            tab.visit(f"{base}{pages[name]}")
            assert tab.page.evaluate(shifts) < 0.05, name
        expect(tab.page.locator("[data-zone]")).to_have_text("Asia/Tokyo")
        stored = tab.page.locator("time[datetime$=Z]").first
        hour = (int(stored.get_attribute("datetime")[11:13]) + 9) % 24
        expect(stored).to_contain_text(f" {hour:02}:")


def test_a_topic_lights_up_its_words(base, browser, pages):
    with Watched(browser) as tab:
        tab.visit(f"{base}{pages['article']}")
        word = tab.page.locator(".text .t0").first
        look = "each => getComputedStyle(each).backgroundColor"
        before = word.evaluate(look)
        tab.page.locator("[data-topic=t0]").focus()
        expect(word).not_to_have_css("background-color", before)
        tab.page.emulate_media(media="print")
        expect(tab.page.locator("nav:visible, form:visible")).to_have_count(0)
        tab.shot("article-print")


def test_what_an_article_holds_is_text(base, browser, pages):
    """Markup in a title does nothing, and an address that is none of the web's is no link."""
    with Watched(browser) as tab:
        tab.visit(f"{base}{pages['hostile']}")
        assert "<script>" in tab.page.locator("h1").inner_text()
        assert "taken" not in tab.page.title().partition("<script>")[0]
        assert tab.page.locator("a[href^='javascript:']").count() == 0
        assert tab.page.locator("main img, main script").count() == 0
        with tab.page.expect_download() as download:
            tab.visit(f"{base}{pages['article']}")
            tab.page.get_by_role("link", name="The page as fetched").click()
        assert download.value.suggested_filename.endswith(".html.txt")


@pytest.mark.parametrize("path", ["/news", "/news/articles", "/news/articles/1", "/news?sql=select+1+as+one"])
def test_datasettes_pages_have_the_rooms_head_and_no_word_in_the_console(base, browser, path):
    with Watched(browser) as tab:
        tab.visit(f"{base}{path}")
        # Datasette's classes of bodies are none of ours
        assert tab.page.locator("body > header").bounding_box()["width"] == tab.page.viewport_size["width"]
        if "sql" in path:
            expect(tab.page.locator(".CodeMirror, .cm-editor")).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 360])
def test_rows_of_a_table_are_two_lines_at_most(base, browser, width):
    """The longest title and text among them, and labels; the title is seen without scrolling."""
    with Watched(browser, viewport={"width": width, "height": 800}) as tab:
        tab.visit(f"{base}/news/articles")
        lines = "each => Math.round(each.getBoundingClientRect().height / parseFloat(getComputedStyle(each).lineHeight))"
        assert max(tab.page.evaluate(f"[...document.querySelectorAll('.rows td > div')].map({lines})")) == 2
        assert tab.page.locator(".rows tbody tr:first-child td").nth(1).bounding_box()["x"] < width / 2


def test_a_phone_shows_fields_apart_and_that_its_menu_goes_on(base, browser):
    with Watched(browser, viewport={"width": 360, "height": 800}) as tab:
        tab.visit(f"{base}/events")
        boxes = [each.bounding_box() for each in tab.page.locator(".filters :is(input, button)").all()]
        assert len(boxes) == 5
        assert all(one["y"] + one["height"] + 5 <= next_["y"] for one, next_ in pairwise(boxes))
        menu = tab.page.locator(".masthead nav ul")
        assert menu.evaluate("each => each.scrollWidth > each.clientWidth")
        assert "gradient" in menu.evaluate("each => getComputedStyle(each).maskImage")


def test_a_phone_breaks_no_name_of_who_was_first(base, browser):
    """In the style of an event's page: an archive with events takes longer than all of this."""
    cells = (
        "<table class=firsts><tr><th>United Kingdom</th><td id=who>UK Defence Journal</td>"
        "<td class=when><time>2026-11-24 06:10</time></td><td class=title>Cargo ship damages cable</td></tr></table>"
    )
    with Watched(browser, viewport={"width": 390, "height": 800}) as tab:
        tab.visit(f"{base}/events")
        tab.page.locator("main").evaluate("(main, cells) => main.innerHTML = cells", cells)
        boxes = [tab.page.locator(each).bounding_box() for each in ("th", "td.when", "#who", "td.title")]
        assert max(each["height"] for each in boxes) < 1.5 * min(each["height"] for each in boxes)  # a line each
        assert boxes[0]["y"] == boxes[1]["y"] < boxes[2]["y"] < boxes[3]["y"]


def test_a_phone_shows_the_state_of_sources(base, browser):
    with Watched(browser, viewport={"width": 360, "height": 800}) as tab:
        tab.visit(f"{base}/sources")
        state = tab.page.get_by_role("columnheader", name="State").bounding_box()
        assert state["x"] + state["width"] <= 360


def test_the_place_in_a_list_is_kept(base, browser):
    with Watched(browser) as tab:
        page = tab.page
        tab.visit(f"{base}/search?q=talks+OR+minister*")
        page.keyboard.press("j")
        page.keyboard.press("j")
        second = page.locator(".entry").nth(1).locator("h3").inner_text()
        page.keyboard.press("o")
        page.wait_for_url("**/article/**")
        assert page.locator("h1").inner_text() == second
        page.keyboard.press("]")
        page.wait_for_url("**at=3")
        third = page.locator("h1").inner_text()
        page.keyboard.press("[")
        page.wait_for_url("**at=2")
        page.go_back()
        page.go_back()
        page.go_back()
        page.wait_for_url("**/search?*")
        expect(page.locator(".entry.here h3")).to_have_text(second)
        page.keyboard.press("k")
        page.keyboard.press("j")
        expect(page.locator(".entry.here h3")).to_have_text(second)
        assert third in page.locator(".entry").nth(2).locator("h3").inner_text()
        page.emulate_media(media="print")
        assert "Search: talks OR minister*" in page.locator(".printed").inner_text()
        assert not tab.wrong
