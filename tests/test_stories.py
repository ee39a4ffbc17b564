"""Stories in a real archive: who joins which, in any order; who was first; made anew."""

from datetime import timedelta
from itertools import permutations

import pytest
from conftest import CASES, NOW, as_json, candidate, command, lease, rows

from newscrawler.dedup.fingerprints import fingerprints, shingled
from newscrawler.dedup.stories import first_publisher
from newscrawler.items import Outcome
from newscrawler.reports.stories import current_id
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import Listing, search
from newscrawler.storage.articles.kept_fingerprints import take_all
from newscrawler.storage.articles.rebuild import rebuild

TEXTS = as_json(CASES / "copies" / "texts.json")
PATROL, BUDGET = TEXTS["patrol"], TEXTS["budget"]
PARAGRAPHS = PATROL["text"].split("\n")
CHROME = "Sorting by ×\nHome » World » Defence\n{}\nSource link\nRelated Articles\nBack to top button"


def arrival(archive, url, text, title=PATROL["title"], source="gazette", **more):
    """A candidate as a worker hands it over, with what its text credits."""
    from dataclasses import replace

    made = candidate(lease(archive, url, source), text, title=title, **more)
    return replace(made, article=replace(made.article, credit=first_publisher(text)))


def file(archive, *candidates):
    return [each.outcome for each in archive.file(candidates)]


def stories(archive):
    return rows(archive, "SELECT id, first_article_id, articles, sources FROM stories WHERE merged_into IS NULL ORDER BY id")


def test_a_copy_in_an_aggregators_chrome_joins_the_story_and_says_why(archive):
    whole = arrival(archive, "https://gazette.example/1", PATROL["text"])
    copy = arrival(archive, "https://relay.example/1", CHROME.format(PATROL["text"]), "Frigates in turn", "relay")
    assert file(archive, whole, copy) == [Outcome.NEW, Outcome.COPY]
    assert stories(archive) == [(1, 1, 2, 2)]
    ((relation, score, reason, same),) = rows(archive, "SELECT relation, score, reason, same_story FROM copies")
    assert (relation, same) == ("copy", 1)
    assert score > 0.9
    assert reason.startswith("copies 1.00 of article 1, ")
    assert reason.endswith(" runs of words in common")
    assert rows(archive, "SELECT reason FROM links WHERE id = 2") == [(f"duplicate: {reason}",)]


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_the_order_of_arrival_does_not_matter(archive, order):
    texts = [
        PATROL["text"],
        CHROME.format(PATROL["text"]),
        "\n".join(PARAGRAPHS[:3]),
        "\n".join(PARAGRAPHS[2:]),
    ]
    for number in order:
        url = f"https://gazette.example/{number}"
        archive.file([arrival(archive, url, texts[number], published=f"2026-11-2{number}")])
    archive.file([arrival(archive, "https://gazette.example/budget", BUDGET["text"], BUDGET["title"])])
    ((_, first, articles, _), other) = stories(archive)
    assert articles == 4
    assert other[2] == 1
    # the one that says it was published first, whenever it came
    assert rows(archive, f"SELECT url FROM articles WHERE id = {first}") == [("https://gazette.example/0",)]
    assert rows(archive, "SELECT count(*), count(DISTINCT story_id) FROM articles") == [(5, 2)]


def test_two_stories_that_turn_out_to_be_one_are_united_and_the_old_number_still_leads_there(archive):
    head, tail = "\n".join(PARAGRAPHS[:3]), "\n".join(PARAGRAPHS[3:])
    file(
        archive,
        arrival(archive, "https://gazette.example/1", head),
        arrival(archive, "https://relay.example/2", tail, source="relay"),
    )
    assert len(stories(archive)) == 2
    assert file(archive, arrival(archive, "https://gazette.example/3", PATROL["text"])) == [Outcome.COPY]
    assert stories(archive) == [(1, 1, 3, 2)]
    assert rows(archive, "SELECT id, articles, first_article_id, merged_into FROM stories WHERE id = 2") == [(2, 0, None, 1)]
    assert current_id(archive.db, 2) == 1
    assert current_id(archive.db, 99) is None


def test_whom_the_copies_credit_is_the_original_however_late_it_comes(archive):
    credit = PATROL["text"] + "\nThis article was first published by Relay."
    file(archive, arrival(archive, "https://gazette.example/1", credit))
    file(
        archive, arrival(archive, "https://relay.example/2", PATROL["text"], source="relay", fetched=NOW + timedelta(days=2))
    )
    assert rows(archive, "SELECT first_article_id, reason FROM stories") == [(2, "credited by Gazette")]
    file(archive, arrival(archive, "https://gazette.example/3", PATROL["text"], published="2026-11-30"))
    assert rows(archive, "SELECT first_article_id FROM stories") == [(2,)]


def test_the_same_words_with_other_dates_are_one_story_of_the_earlier(archive):
    file(
        archive,
        arrival(archive, "https://gazette.example/1", PATROL["text"], published="2026-11-20"),
        arrival(archive, "https://relay.example/2", PATROL["text"], source="relay", published="2026-11-18"),
    )
    assert rows(archive, "SELECT first_article_id, reason FROM stories") == [(2, "published earlier, as stated")]


def test_a_clock_that_jumps_back_loses_nothing(archive):
    file(archive, arrival(archive, "https://gazette.example/1", PATROL["text"]))
    back = arrival(archive, "https://relay.example/2", PATROL["text"], source="relay", fetched=NOW - timedelta(days=4000))
    assert file(archive, back) == [Outcome.COPY]
    assert rows(archive, "SELECT first_article_id, articles, reason FROM stories") == [(2, 2, "seen first")]


def paper(number):
    """One of many papers' edits of the same text."""
    lines = list(PARAGRAPHS)
    if number % 3 == 1:
        lines = lines[:5]
    if number % 4 == 2:
        lines[0] = (
            f"In our town, {number} people gathered at the quay when the news from the strait arrived on the evening ferry."
        )
    if number % 5 == 3:
        lines = ["Share this article", "Sign up for our briefing", *lines, "More from our newsroom", "Back to top"]
    return "\n".join(lines)


def test_a_story_that_forty_papers_carry_is_one_story(archive):
    for number in range(40):
        title = PATROL["title"] if number % 2 else f"Edition {number}: escorts agreed"
        archive.file([arrival(archive, f"https://paper{number}.example/x", paper(number), title)])
    assert [each[2] for each in stories(archive)] == [40]


def test_standing_text_makes_no_story(archive):
    notice = TEXTS["notice"]["text"]
    leads = [text["text"][:130] for name, text in TEXTS.items() if name not in ("notice", "sale", "japanese")]
    for number, lead in enumerate(leads):
        stub = arrival(archive, f"https://gazette.example/{number}", f"{lead}\n{notice}", lead[:50])
        assert file(archive, stub) == [Outcome.NEW]
    assert len(stories(archive)) == len(leads)
    assert rows(archive, "SELECT count(*) FROM copies WHERE same_story = 0 AND reason LIKE '%not one story%'")[0][0] > 0


def test_a_stub_alone_makes_no_story_on_its_host_in_any_language(archive):
    for name in ("members", "notice"):
        for number in range(4):
            url = f"https://gazette.example/{name}/{number}"
            title = ("Frigates", "Budget vote", "Envoy returns", "Bridge laid")[number]
            assert file(archive, arrival(archive, url, TEXTS[name]["text"], title)) == [Outcome.NEW]
    assert {each[2] for each in stories(archive)} == {1}


def test_a_roundup_of_two_unites_nobody(archive):
    for name in ("envoy", "mine"):
        file(archive, arrival(archive, f"https://gazette.example/{name}", TEXTS[name]["text"], TEXTS[name]["title"]))
    both = "\n".join(TEXTS[name]["text"] for name in ("envoy", "mine"))
    assert file(archive, arrival(archive, "https://relay.example/brief", both, "In brief: Tuesday", "relay")) == [
        Outcome.NEW
    ]
    assert {each[2] for each in stories(archive)} == {1}


def test_an_article_that_becomes_another_leaves_its_story(archive):
    file(archive, arrival(archive, "https://gazette.example/1", PATROL["text"]))
    file(archive, arrival(archive, "https://relay.example/2", CHROME.format(PATROL["text"]), source="relay"))
    file(archive, arrival(archive, "https://relay.example/3", BUDGET["text"], BUDGET["title"], "relay"))
    assert [each[2] for each in stories(archive)] == [2, 1]
    # a second look at the first address finds the other text, and again, so that it is believed
    for hours in (3, 30, 60):
        when = NOW + timedelta(hours=hours)
        archive.file([arrival(archive, "https://gazette.example/1", BUDGET["text"], BUDGET["title"], fetched=when)])
    assert rows(archive, "SELECT text FROM articles WHERE id = 1") == [(BUDGET["text"],)]
    grouped = rows(archive, "SELECT group_concat(id) FROM articles GROUP BY story_id ORDER BY 1")
    assert grouped == [("1,3",), ("2",)]
    assert rows(archive, "SELECT first_article_id, articles FROM stories WHERE articles > 0 ORDER BY id") == [(2, 1), (1, 2)]
    assert rows(archive, "PRAGMA foreign_key_check") == []


def test_a_revised_text_is_found_under_its_new_words_and_its_copy_under_the_old_ones(archive):
    first = arrival(archive, "https://gazette.example/1", PATROL["text"])
    file(archive, first, arrival(archive, "https://relay.example/2", PATROL["text"], source="relay"))
    # under its headline: without it the new text would be doubtful at first
    revised = arrival(archive, "https://gazette.example/1", BUDGET["text"], fetched=NOW + timedelta(hours=3))
    assert file(archive, revised) == [Outcome.REVISED]
    of_patrol, of_budget = (set(fingerprints(shingled(each["text"]))) for each in (PATROL, BUDGET))
    kept = {article: set() for article in (1, 2)}
    for value, article in rows(archive, "SELECT hash, article_id FROM fingerprints"):
        kept[article].add(value)
    assert kept == {1: of_budget, 2: of_patrol}
    assert file(archive, arrival(archive, "https://relay.example/3", CHROME.format(BUDGET["text"]), "X", "relay")) == [
        Outcome.COPY
    ]
    assert file(archive, arrival(archive, "https://relay.example/4", CHROME.format(PATROL["text"]), "Y", "relay")) == [
        Outcome.COPY
    ]


@pytest.mark.parametrize(
    "text", ["one", "two words", "\ud800 lone surrogate", "ministers " * 2_000_000], ids=lambda text: text[:12]
)
def test_odd_texts_are_filed(archive, text):
    from newscrawler.text import clean

    made = arrival(archive, "https://gazette.example/1", clean(text, 20_000_000), title="Odd")
    assert file(archive, made) == [Outcome.NEW]
    assert file(archive, arrival(archive, "https://relay.example/1", clean(text, 20_000_000), "Odd", "relay")) == [
        Outcome.COPY
    ]


def mixed(archive):
    for number in range(12):
        archive.file([arrival(archive, f"https://paper{number}.example/x", paper(number))])
    for name in ("budget", "mine", "envoy", "bridge", "japanese"):
        archive.file([arrival(archive, f"https://gazette.example/{name}", TEXTS[name]["text"], TEXTS[name]["title"])])
    digest = "\n".join(TEXTS[name]["text"] for name in ("mine", "envoy", "bridge", "budget"))
    archive.file([arrival(archive, "https://relay.example/digest", digest, "Morning briefing", "relay")])


STATE = "SELECT id, story_id FROM articles ORDER BY id", "SELECT * FROM copies ORDER BY 1, 2", "SELECT * FROM fingerprints"


def test_a_rebuild_says_what_arrival_said(archive):
    mixed(archive)
    before = [rows(archive, sql) for sql in STATE]
    stories_before = stories(archive)
    seen = []
    assert rebuild(archive, lambda: seen.append(1)) == (len(stories_before), 0)
    assert len(seen) == 18
    assert [rows(archive, sql) for sql in STATE] == before
    assert stories(archive) == stories_before
    assert rows(archive, "PRAGMA foreign_key_check") == []


def test_a_rebuild_finds_what_an_archive_of_the_past_has_not_linked(archive):
    mixed(archive)
    expected = {frozenset(a for a, s in rows(archive, STATE[0]) if s == story) for _, story in rows(archive, STATE[0])}
    with archive.transaction():
        take_all(archive.db)
        archive.db.execute("DELETE FROM copies")
        for (article,) in rows(archive, "SELECT id FROM articles"):
            archive.db.execute(
                "INSERT INTO stories (id, articles, sources, first_article_id) VALUES (?, 1, 1, ?)", [900 + article, article]
            )
            archive.db.execute("UPDATE articles SET story_id = ? WHERE id = ?", [900 + article, article])
        archive.db.execute("DELETE FROM stories WHERE id < 900")
    rebuild(archive, lambda: None)
    found = {frozenset(a for a, s in rows(archive, STATE[0]) if s == story) for _, story in rows(archive, STATE[0])}
    assert found == expected
    assert rows(archive, "SELECT sum(articles), count(*) FROM stories WHERE merged_into IS NULL") == [(18, len(expected))]


def test_a_rebuild_that_is_interrupted_changes_nothing(archive):
    mixed(archive)
    before = [rows(archive, sql) for sql in STATE]

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(archive, stop)
    assert [rows(archive, sql) for sql in STATE] == before


def test_search_shows_a_story_once(archive):
    mixed(archive)
    query = compile_query("patrols strait")
    (hit,) = search(archive.db, query)
    assert hit.carried_by == 12
    assert len(search(archive.db, query, Listing(every_copy=True))) == 12
    assert len(search(archive.db, compile_query("the"), Listing(limit=3))) == 3
    titles = [hit.title for hit in search(archive.db, compile_query("the"), Listing(newest=True))]
    assert titles == [
        "Morning briefing",
        *(TEXTS[name]["title"] for name in ("bridge", "envoy", "mine", "budget")),
        PATROL["title"],
    ]
    assert rows(archive, "SELECT count(*) FROM reading_list") == [(7,)]
    assert rows(archive, "SELECT articles, sources, title FROM most_carried") == [(12, 1, PATROL["title"])]


def test_the_stories_command(archive):
    mixed(archive)
    folder = archive.folder.parent
    done = command("stories", "--archive", archive.folder, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Two navies" in done.stdout
    done = command("stories", "1", "--archive", archive.folder, cwd=folder)
    assert "original: " in done.stdout
    assert "runs of words in common" in done.stdout
    assert len(command("stories", "1", "--nl", "--archive", archive.folder, cwd=folder).stdout.splitlines()) == 12
    show = command("show", "5", "--archive", archive.folder, cwd=folder).stdout
    assert "carried by 12, original: article " in show
    digest = command("show", "18", "--archive", archive.folder, cwd=folder).stdout
    assert "see also" in digest
    for wrong, code in (("99", 1), ("0", 1), (str(2**70), 1), ("x", 2)):
        done = command("stories", wrong, "--archive", archive.folder, cwd=folder)
        assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
    archive.close()
    done = command("stories", "--rebuild", "--archive", archive.folder, cwd=folder)
    assert done.stdout == "articles: 18, stories: 7, articles that changed their story: 0\n", done.stderr
    assert command("stories", "1", "--rebuild", "--archive", archive.folder, cwd=folder).returncode == 2
    assert command("stories", "--rebuild", "--archive", "nowhere", cwd=folder).returncode == 1


def test_an_archive_of_the_past_is_told_to_rebuild(tmp_path):
    """As m001 left it: an article, and nothing to find copies by."""
    from newscrawler.storage.database.connect import connect_for_writing
    from newscrawler.storage.schema import versions as schema

    db = connect_for_writing(tmp_path)
    with db.atomic():
        schema.migrations().apply(db, stop_before="m002_copies")
        db.execute(
            "INSERT INTO sources VALUES ('gazette', 'Gazette', 'https://gazette.example/', NULL, NULL, 'other', 'all')"
        )
        db.execute("INSERT INTO stories (id, articles, sources) VALUES (1, 1, 1), (2, 1, 1)")
        for number, text in ((1, PATROL["text"]), (2, CHROME.format(PATROL["text"]))):
            db.execute(
                "INSERT INTO articles (id, url, url_key, source_id, text, word_count, story_id, first_seen, last_seen, "
                "content_hash, extractor) VALUES (?, ?, ?, 'gazette', ?, 9, ?, '2026-11-20T00:00:00Z', '', ?, '')",
                [number, f"https://gazette.example/{number}", f"gazette.example/{number}", text, number, str(number)],
            )
            db.execute("UPDATE stories SET first_article_id = ? WHERE id = ?", [number, number])
    db.close()
    done = command("migrate", "--archive", tmp_path, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "newscrawler stories --rebuild" in done.stderr
    done = command("stories", "--rebuild", "--archive", tmp_path, cwd=tmp_path)
    assert done.stdout == "articles: 2, stories: 1, articles that changed their story: 1\n", done.stderr
    assert "carried by 2, original: this article" in command("show", "1", "--archive", tmp_path, cwd=tmp_path).stdout
