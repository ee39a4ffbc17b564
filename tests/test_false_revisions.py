"""Nothing false is said of a publisher: pages that nobody edited have no revisions, however often we look."""

from datetime import timedelta

from conftest import NOW, lease, rows

from newscrawler.items import Page, Source
from newscrawler.process import prepare
from newscrawler.relevance import shipped_lexicon

SOURCE = Source("gazette", "Gazette", "https://gazette.example/", "newspaper", keep="all")
NOTICE = "The Gazette is read by sailors on both coasts, and on the islands on the days of the ferry."
SKIES = ("light rain", "sunny", "fog until noon", "strong wind from the north west")
PORTS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel")


def story(name: str, round_: int, edit: str = "") -> bytes:
    """A page of a site that says of itself, between its paragraphs, what the time and the weather are and how many read it."""
    paragraphs = [
        f"Port {name} opened a quay for the frigates of the {name} squadron on Monday, two years after a storm took the old one.",
        f"Readers in the harbour: {1_204 + 37 * round_ + len(name)}",
        f"The mayor of {name} said that the work had cost {len(name)} million and that nobody regretted it. {edit}",
        NOTICE,
        f"Port {name} {8 + round_}:{10 + round_}",
        f"Two tankers and a submarine of the {name} squadron are expected to call at the new quay before the end of the month.",
        f"Weather at the coast: {round_ + 3}°C, {SKIES[round_ % len(SKIES)]}",
        f"{1_000 + round_ * 11} people are reading this",
    ]
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    head = f"<title>Quay of {name} opens</title>"
    return f"<html lang='en'><head>{head}</head><body><article><h1>Quay of {name} opens</h1>{body}</article></body></html>".encode()


def look(archive, name, round_, edit=""):
    url = f"https://gazette.example/2026/quay-of-{name.lower()}"
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    body = story(name, round_, edit)
    page = Page(lease(archive, url), url, NOW + timedelta(days=round_), 200, headers, body)
    [decision] = archive.file([prepare(page, SOURCE, shipped_lexicon(), archive.profile(url))])
    return decision


def test_ten_crawls_of_unchanged_pages_bring_no_revision(archive):
    for round_ in range(10):
        for name in PORTS:
            look(archive, name, round_)
    assert rows(archive, "SELECT count(*) FROM articles WHERE text LIKE '%sailors on both coasts%'") != [
        (0,)
    ]  # from before it was learnt
    assert rows(archive, "SELECT change, count(*) FROM revisions GROUP BY 1") == [("new", len(PORTS))]


def test_an_edit_among_them_is_one_and_says_only_what_was_edited(archive):
    for round_ in range(2):
        for name in PORTS:
            look(archive, name, round_)
    decision = look(archive, PORTS[0], 2, "He would do it again, he told this newspaper in an interview.")
    assert decision.change == "revised"
    assert decision.why == '1 sentence added: "He would do it again, he told this newspaper in an intervie…"'
    assert rows(archive, "SELECT change FROM revisions WHERE article_id = 1 ORDER BY id") == [("new",), ("revised",)]
