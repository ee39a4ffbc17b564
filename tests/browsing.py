"""Looking at pages in a real browser: the browser, a tab that remembers what went wrong, and what is looked for on every page.

With NEWSCRAWLER_SHOTS set, pictures of every page go to screenshots/, to be looked at.
"""

import os
import shutil
from importlib import resources
from pathlib import Path

import pytest

SHOTS = Path(__file__).parent.parent / "screenshots"
TAKES_SHOTS = bool(os.environ.get("NEWSCRAWLER_SHOTS"))
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# what a finger aims at and is smaller than 24 px either way (WCAG 2.2, 2.5.8).  Not links within a sentence, nor what a plot
# has in its table too, nor the field behind an editor
SMALL = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter(each => !each.closest("svg, .CodeMirror") && each.checkVisibility({visibilityProperty: true}))
    .filter(each => getComputedStyle(each).display !== "inline"
        || ![...each.parentElement.childNodes].some(node => node.nodeType === 3 && /[\\p{L}\\d]/u.test(node.data)))
    .map(each => [each, (each.type === "checkbox" && each.closest("label") || each).getBoundingClientRect()])
    .filter(([each, box]) => box.right > 0 && box.width > 1 && Math.min(box.width, box.height) < 23.9)
    .map(([each, box]) => `${each.outerHTML.slice(0, 90)} ${box.width} x ${box.height}`)"""
# by night colours are all that is different
AXE = {
    "day": "axe.run({resultTypes: ['violations']}).then(found => found.violations)",
    "night": "axe.run({runOnly: ['color-contrast'], resultTypes: ['violations']}).then(found => found.violations)",
}


def chromium():
    found = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    if found is None and os.environ.get("NEWSCRAWLER_NEEDS_BROWSER"):
        pytest.fail("NEWSCRAWLER_NEEDS_BROWSER is set, and there is no Chromium: apt-get install chromium")
    if found is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium): the browser tests were not run")
    return found


@pytest.fixture(scope="module")
def browser():
    """A Chromium for a module's tests: its loop of events would be in the way of others that run one of their own."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Watched:
    """A tab that remembers what went wrong in it."""

    def __init__(self, browser, **more):
        self.context = browser.new_context(**more)
        self.page = self.context.new_page()
        self.wrong = []
        self.page.on("console", lambda message: message.type in ("error", "warning") and self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(dialog.message), dialog.dismiss()))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def visit(self, address, *, status=200):
        answer = self.page.goto(address)
        assert answer.status == status, address
        if status == 404:  # which Chromium takes for an error of the page
            self.wrong = [each for each in self.wrong if "404" not in each]
        assert not self.wrong, (address, self.wrong)

    def shot(self, name):
        """A picture of the whole page, where pictures are wanted."""
        if TAKES_SHOTS:
            SHOTS.mkdir(exist_ok=True)
            self.page.screenshot(path=SHOTS / f"{name}.jpg", full_page=True, type="jpeg", quality=70)


class Findings:
    """What is wrong with pages: wider than the screen, too small for a finger, or what axe-core complains of."""

    def __init__(self):
        self.wide, self.small, self.complaints = [], [], []

    def across(self, tab, page, name, width):
        across = tab.page.evaluate("document.documentElement.scrollWidth")
        if across > width:
            self.wide.append((page, name, across))

    def axe(self, tab, page, name):
        if name == "day":  # the page of the night is the same
            tab.page.evaluate(_axe())
        self.complaints += [
            (page, name, each["id"], each["help"], [node["target"] for node in each["nodes"]][:3])
            for each in tab.page.evaluate(AXE[name])
        ]


def _axe():
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def look_at(browser, base, pages, night=None, on_phone=lambda tab: None):
    """Visit pages (name -> path, status) by day, by night (those of `night`, or all) and on a phone; what was found.

    By night it is the page of the day, with the other colours: they are all that is different.
    """
    found = Findings()
    with Watched(browser, viewport={"width": 1280, "height": 800}, color_scheme="light", reduced_motion="reduce") as tab:
        for page, (path, status) in pages.items():
            tab.visit(f"{base}{path}", status=status)
            found.across(tab, page, "day", 1280)
            tab.shot(f"{page}-day")
            found.axe(tab, page, "day")
            if night is None or page in night:
                tab.page.emulate_media(color_scheme="dark")
                tab.shot(f"{page}-night")
                found.axe(tab, page, "night")
                tab.page.emulate_media(color_scheme="light")
    with Watched(browser, viewport={"width": 360, "height": 800}) as tab:
        for page, (path, status) in pages.items():
            tab.visit(f"{base}{path}", status=status)
            found.across(tab, page, "phone", 360)
            tab.shot(f"{page}-phone")
            found.small += [(page, each) for each in tab.page.evaluate(SMALL)]
            on_phone(tab)
    return found
