"""The reader's own desk in a real browser: by keys, by buttons without script, on a phone, by night."""

import re
import sqlite3
from contextlib import closing

import pytest
from browsing import Watched, look_at
from playwright.sync_api import expect
from reading_room import furnish, served

DOUBTFUL = 3  # articles
OWN_PAGES = ("", "desk", "desk/review", "article/1")


@pytest.fixture(scope="module")
def folder(demo_run, tmp_path_factory):
    return furnish(tmp_path_factory.mktemp("desk") / "archive", demo_run)


@pytest.fixture(scope="module")
def base(browser, folder):
    with closing(sqlite3.connect(folder / "news.db")) as db, db:
        db.execute(
            "UPDATE article_verdicts SET decision = 'review', reason = 'one term alone'"
            " WHERE article_id IN (SELECT article_id FROM article_verdicts ORDER BY article_id LIMIT ?)",
            [DOUBTFUL],
        )
    with served(folder, "--desk") as base:
        yield base


def _posted(tab, press):
    """Do what posts to the desk, and wait for the answer."""
    with tab.page.expect_response("**/desk/do") as answer:
        press()
    assert answer.value.status in (200, 303)


def _sent(tab, press):
    """Send a form, which leads back to its page."""
    with tab.page.expect_navigation():
        press()


def test_a_morning_by_keys(base, browser):
    with Watched(browser, viewport={"width": 1280, "height": 900}) as tab:
        page = tab.page
        tab.visit(f"{base}/")
        page.keyboard.press("j")
        _posted(tab, lambda: page.keyboard.press("l"))
        _posted(tab, lambda: page.keyboard.press("s"))
        expect(page.locator(".entry.here [data-key=l]")).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".entry.here.seen")).to_have_count(1)
        expect(page.locator("#desk-says")).to_have_text("Marked as seen.")
        page.keyboard.press("o")
        page.wait_for_url("**/article/*")
        page.keyboard.press("n")
        page.keyboard.type("Ask who signed.")
        page.keyboard.press("Tab")
        _sent(tab, lambda: page.keyboard.press("Enter"))
        expect(page.locator("#note-text")).to_have_value("Ask who signed.")
        page.keyboard.press("c")
        page.keyboard.type("Treaties")
        _sent(tab, lambda: page.keyboard.press("Enter"))
        assert page.locator(".own .plain-list a").inner_text() == "Treaties"
        tab.visit(f"{base}/search?q=talks")
        page.keyboard.press("w")
        page.keyboard.type("Talks")
        _sent(tab, lambda: page.keyboard.press("Enter"))
        page.keyboard.press("m")
        page.wait_for_url("**/desk")
        told = page.locator("main").inner_text()
        assert all(each in told for each in ("Ask who signed.", "Treaties", "Talks"))
        assert not tab.wrong


def test_the_doubtful_by_keys(base, browser):
    with Watched(browser) as tab:
        page = tab.page
        tab.visit(f"{base}/")
        page.get_by_role("link", name="to review").click()
        page.wait_for_url("**/desk/review")
        number = page.locator("ol .entry").count()
        assert number >= DOUBTFUL
        expect(page.locator("#doubtful")).to_contain_text(f"Of {number} article")
        page.keyboard.press("j")
        _posted(tab, lambda: page.keyboard.press("x"))
        expect(page.locator("ol .entry")).to_have_count(number - 1)
        _posted(tab, lambda: page.keyboard.press("y"))
        expect(page.locator("ol .entry")).to_have_count(number - 2)
        said = page.locator("#doubtful")
        expect(said).to_have_text(re.compile(rf"Of {number - 2} article|Nothing is doubtful"))
        page.reload()
        assert page.get_by_role("button", name="take back").count() == 2
        page.keyboard.press("t")  # of no entry: nothing is taken back
        page.locator(".entry:has(button[data-key=t])").first.evaluate("each => each.classList.add('here')")
        _posted(tab, lambda: page.keyboard.press("t"))
        expect(page.locator("button[data-key=t]")).to_have_count(1)
        expect(said).to_contain_text(f"Of {number - 1} article")
        expect(page.locator("#waiting")).to_contain_text("1 review that")
        page.keyboard.press("j")
        _posted(tab, lambda: page.keyboard.press("x"))
        expect(page.locator("#waiting")).to_contain_text("2 reviews that")
        expect(page.locator("#waiting code")).to_have_count(1)
        assert not tab.wrong


def test_without_script_every_button_works(base, browser):
    with Watched(browser, java_script_enabled=False) as tab:
        page = tab.page
        tab.visit(f"{base}/search?q=talks+OR+minister*")
        later = page.locator(".entry").nth(1).get_by_role("button", name="later")
        _sent(tab, later.click)
        assert "/search?q=talks+OR+minister*#a" in page.url
        expect(later).to_have_attribute("aria-pressed", "true")
        page.locator(".entry h3 a").nth(1).click()
        page.wait_for_url("**/article/*")
        page.locator("#note-text").fill("Without script.")
        _sent(tab, page.get_by_role("button", name="Keep the note").click)
        expect(page.locator("#note-text")).to_have_value("Without script.")
        tab.visit(f"{base}/desk")
        assert "Without script." in page.locator("main").inner_text()
        _sent(tab, page.get_by_role("button", name="later").first.click)
        assert page.url.startswith(f"{base}/desk#a")


@pytest.fixture(scope="module")
def event(folder):
    """An event of three stories in the archive that is served, and another one of the same day."""
    with closing(sqlite3.connect(folder / "news.db")) as db, db:
        return _write_events(db)


def _write_events(db):
    ids = [row[0] for row in db.execute("SELECT id FROM stories WHERE merged_into IS NULL ORDER BY id LIMIT 4").fetchall()]
    db.execute("DELETE FROM event_stories")
    db.execute("DELETE FROM event_evidence")
    for event, stories in ((501, ids[:3]), (502, ids[3:])):
        db.execute(
            "INSERT INTO events (id, stories, languages, first_story_id, began, ended)"
            " VALUES (?, ?, 2, ?, '2026-11-22T08:00:00Z', '2026-11-22T11:00:00Z')",
            [event, len(stories), stories[0]],
        )
        for at, story in enumerate(stories):
            db.execute(
                "INSERT INTO event_stories VALUES (?, ?, ?, 1.5, 'both name NATO', ?)",
                [story, event, "same" if at else "first", stories[0]],
            )
            db.execute(
                "INSERT INTO event_evidence SELECT ?, first_article_id, 20779.4 + ?, ?, 's', 'article', 'frigat | frigat', 'organisation:NATO', 1"
                " FROM stories WHERE id = ?",
                [story, at / 24, ("en", "de", "fr")[at], story],
            )
    return 501


def test_an_event_is_corrected_by_keys(base, browser, event):
    with Watched(browser, viewport={"width": 1280, "height": 900}) as tab:
        page = tab.page
        tab.visit(f"{base}/event/{event}")
        page.keyboard.press("j")
        page.keyboard.press("j")
        _posted(tab, lambda: page.keyboard.press("p"))
        here = page.locator(".entry.here")
        expect(here.locator("[data-key=p]")).to_have_attribute("aria-pressed", "true")
        expect(here.locator(".until")).to_be_visible()
        expect(page.locator("#desk-says")).to_contain_text("Not of this event")
        page.reload()
        expect(page.locator("[data-key=p][aria-pressed=true]")).to_have_count(1)
        for _ in range(2):
            page.keyboard.press("j")
        _posted(tab, lambda: page.keyboard.press("p"))  # and taken back
        expect(page.locator("[data-key=p][aria-pressed=true]")).to_have_count(0)
        page.keyboard.press("e")
        page.keyboard.type("502")
        _sent(tab, lambda: page.keyboard.press("Enter"))
        assert page.url.endswith(f"/event/{event}#said")
        expect(page.locator("#said ~ ul .entry")).to_contain_text("One event with")
        tab.visit(f"{base}/desk")
        expect(page.locator("[aria-labelledby=corrected-title] .entry")).to_have_count(1)
        _posted(tab, page.get_by_role("button", name="take back number 1").click)
        assert not tab.wrong


def test_an_event_is_corrected_on_a_phone_without_script(base, browser, event):
    with Watched(browser, java_script_enabled=False, viewport={"width": 360, "height": 800}) as tab:
        page = tab.page
        tab.visit(f"{base}/event/{event}")
        apart = page.get_by_role("button", name="not of this event").nth(1)
        _sent(tab, apart.click)
        assert re.search(rf"/event/{event}#a\d+$", page.url)
        expect(apart).to_have_attribute("aria-pressed", "true")
        _sent(tab, apart.click)
        page.get_by_text("Events of those days that are like it").click()
        _sent(tab, page.get_by_role("button", name="the same as event 502").click)
        expect(page.locator("main")).to_contain_text("One event with")
        _sent(tab, page.get_by_role("button", name="take back").click)
        expect(page.locator("main")).not_to_contain_text("One event with")
        page.get_by_label("The same happening as event").fill("13 and more")
        page.get_by_role("button", name="Make them one").click()
        expect(page.locator("main")).to_contain_text("is no number of an event")


def test_its_pages_by_day_and_night_and_on_a_phone(base, browser, event):
    """No word in the console, nothing wider than the screen, nothing that axe-core complains of."""
    pages = {f"own-{path.replace('/', '-') or 'front'}": (f"/{path}", 200) for path in OWN_PAGES}
    with Watched(browser, java_script_enabled=False) as tab:  # so that its buttons are pressed
        tab.visit(f"{base}/event/{event}")
        _sent(tab, tab.page.get_by_role("button", name="not of this event").nth(1).click)
        tab.page.get_by_label("The same happening as event").fill("502")
        _sent(tab, tab.page.get_by_role("button", name="Make them one").click)
    found = look_at(browser, base, pages | {"own-event": (f"/event/{event}", 200)})
    assert found.wide == []
    assert found.small == []
    assert found.complaints == []
