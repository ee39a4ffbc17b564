"""What a known article's address brings later and is none of it: never a revision, never another text, and said why."""

from datetime import timedelta

import pytest
from conftest import NOW, lease, rows

from newscrawler.errors import Failure, FailureKind
from newscrawler.items import Page, Source
from newscrawler.process import prepare
from newscrawler.relevance import shipped_lexicon

SITE = "https://gazette.example"
SOURCE = Source("gazette", "Gazette", f"{SITE}/", "newspaper", keep="all")
TEXT = [
    "Four frigates and a submarine left Port Alder on Monday for a month of exercises with two navies of the north.",
    "The minister of defence said that the squadron would call at three ports and that no town had asked for it.",
    "Two tankers follow on Wednesday, and a hospital ship waits at the strait until the last of them has passed.",
    "Nobody expects the ships back before the first ice, which came in the second week of December last year.",
]
FRENCH = [
    "Quatre frégates et un sous-marin ont quitté Port Alder lundi pour un mois de manœuvres avec deux marines du nord.",
    "Le ministre de la défense a dit que l'escadre ferait escale dans trois ports et qu'aucune ville ne l'avait demandé.",
    "Deux pétroliers suivent mercredi, et un navire-hôpital attend au détroit que le dernier soit passé.",
]
AMERICAN = [
    "The senate voted late on Friday to buy nine tugs, and the house is expected to follow before the holidays begin.",
    "Shipyards on both coasts had asked for twelve, and the governor of a state on the gulf called the number a joke.",
    "A first hull is to be laid in spring, at a yard that has built nothing larger than a ferry for thirty years.",
]


def html(title, paragraphs, more=""):
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    head = f"<title>{title}</title>"
    return f"<html><head>{head}</head><body>{more}<article><h1>{title}</h1>{body}</article></body></html>".encode()


def look(archive, day, body, *, asked=f"{SITE}/en/2026/frigates", led_to=None, status=200):
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    page = Page(lease(archive, asked), led_to or asked, NOW + timedelta(days=day), status, headers, body)
    (decision,) = archive.file([prepare(page, SOURCE, shipped_lexicon(), archive.profile(page.url))])
    return decision


ARTICLE = html("Frigates sail north", TEXT)
FORM = "<form><input type=email name=mail><input type=password name=word><button>OK</button></form>"
NEWS = [f"Headline number {n} of this morning, of which more is below." for n in range(12)]
LATER = {
    "another language": (f"{SITE}/fr/2026/fregates", html("Les frégates partent", FRENCH), "edition"),
    "another country": (f"{SITE}/us/2026/tugs", html("Senate buys tugs", AMERICAN), "edition"),
    "a consent host": ("https://consent.gazette.example/collect?to=1", html("Gazette", ["Ons en onze partners."] * 9), "consent"),
    "a consent path": (f"{SITE}/privacy-gate/?to=1", html("Gazette", ["Wij en onze partners."] * 9), "consent"),
    "a consent page": (None, html("Before you continue", [
        "We and our partners use cookies. Accept all cookies to continue, or reject all and manage your choices."]), "consent"),
    "a login form": (f"{SITE}/login?next=1", html("Velkommen", ["Skriv navn og ord."], FORM), "login"),
    "a login wall": (None, html("Frigates sail north", [
        TEXT[0], "Log in to continue reading. Subscribe now to read the full article. Already a subscriber? Log in."], FORM), "teaser"),  # what asks is cut
    "a stub before a paywall": (None, html("Frigates sail north", [TEXT[0]]), "teaser"),
    "a soft 404": (None, html("Page not found", ["The page that you are looking for does not exist.", *NEWS]), "soft-404"),
    "a home page": (f"{SITE}/", html("Gazette", NEWS), "home-page"),
    "another article": (f"{SITE}/en/2026/tugs", html("Senate buys tugs", AMERICAN), "another"),
    "another text in its place": (None, html("Senate buys tugs", AMERICAN), "another"),
    "a block page": (None, html("Access denied", ["You have been blocked. Your Ray ID is 4711."]), "blocked"),
    "nothing": (None, b"<html></html>", "no-text"),
}  # fmt: skip


@pytest.mark.parametrize("name", LATER)
def test_what_is_no_state_of_an_article_is_none(archive, name):
    led_to, body, kind = LATER[name]
    look(archive, 0, ARTICLE)
    before = rows(archive, "SELECT title, text, url, content_hash FROM articles")
    for day in (1, 2):
        decision = look(archive, day, body, led_to=led_to)
        assert decision.candidate.failure.kind.value == kind, decision.reason
        assert rows(archive, "SELECT failure, reason IS NOT NULL FROM revisits") == [(kind, 1)]
    assert rows(archive, "SELECT title, text, url, content_hash FROM articles") == before
    assert set(rows(archive, "SELECT change FROM revisions")) <= {("new",), ("gone",), ("doubtful",)}
    again = look(archive, 3, ARTICLE)
    assert again.change in (None, "restored"), again.reason
    assert rows(archive, "SELECT failure, reason FROM revisits") == [(None, None)]
    assert rows(archive, "SELECT gone_since FROM articles") == [(None,)]


@pytest.mark.parametrize(
    "name", ["another language", "another country", "a consent host", "a consent path", "a consent page", "a block page"]
)
def test_another_edition_or_a_gate_says_nothing_of_the_article_however_often_it_comes(archive, name):
    led_to, body, _ = LATER[name]
    look(archive, 0, ARTICLE)
    for day in range(1, 12):
        look(archive, 7 * day, body, led_to=led_to)
    assert rows(archive, "SELECT gone_since FROM articles") == [(None,)]
    assert rows(archive, "SELECT change FROM revisions") == [("new",)]
    assert rows(archive, "SELECT next_visit > last_visit FROM revisits") == [(1,)]


def test_an_article_that_moved_into_an_edition_moves(archive):
    look(archive, 0, ARTICLE)
    decision = look(archive, 1, ARTICLE, led_to=f"{SITE}/uk/2026/frigates")
    assert decision.change is None
    assert rows(archive, "SELECT url FROM articles") == [(f"{SITE}/uk/2026/frigates",)]


@pytest.mark.parametrize(
    ("asked", "led_to", "body", "kind"),
    [
        ("/en/1", f"{SITE}/fr/1", html("Les frégates partent", FRENCH), "edition"),
        ("/1", "https://consent.gazette.example/collect?to=1", html("Gazette", FRENCH), "consent"),
        ("/1", f"{SITE}/signin?to=1", html("Gazette", AMERICAN), "login"),
        ("/1", f"{SITE}/en/1", html("Frigates sail north", TEXT), None),
        ("/1", f"{SITE}/2026/login-reform-fails", html("Frigates sail north", TEXT), None),
    ],
)
def test_at_the_first_visit_they_are_no_articles_either(archive, asked, led_to, body, kind):
    decision = look(archive, 0, body, asked=f"{SITE}{asked}", led_to=led_to)
    if kind is None:
        assert decision.outcome == "new"
        return
    assert rows(archive, "SELECT failure, state, article_id FROM links") == [(kind, "pending", None)]
    assert rows(archive, "SELECT count(*) FROM articles") == [(0,)]


def test_a_failure_of_the_fetch_is_recorded_too(archive):
    look(archive, 0, ARTICLE)
    asked = lease(archive, f"{SITE}/en/2026/frigates")
    page = Page(asked, asked.url, NOW + timedelta(days=1), None, failure=Failure(FailureKind.DOWNGRADE, "refused: …"))
    archive.file([prepare(page, SOURCE, shipped_lexicon())])
    assert rows(archive, "SELECT failure, reason FROM revisits") == [
        ("downgrade", "article 1 is there already: refused: …"),
    ]  # fmt: skip
    assert rows(archive, "SELECT gone_since FROM articles") == [(None,)]
