"""A week of invented news in seven languages: what becomes one event, and what comes late, is parted or joined."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from command import HANG
from conftest import CASES, as_json, candidate, command, lease, rows, said
from lxml import html
from reading_room import Visitor

from newscrawler.events.window import Likeness
from newscrawler.relevance import judge, shipped_lexicon
from newscrawler.reports import events as reports
from newscrawler.reports.event_facts import differences
from newscrawler.reprocess import encoding, grouping
from newscrawler.sources import Endpoint, Source
from newscrawler.storage.archive import Archive
from newscrawler.storage.meaning import events
from newscrawler.storage.sites.sources import sync_sources
from newscrawler.web import views

WEEK = as_json(CASES / "events_week.json")
COUNTRIES = {
    "relay": "GB", "ledger": "US", "anzeiger": "DE", "courrier": "FR", "heraldo": "ES", "visnyk": "UA", "shimbun": "JP",
}  # fmt: skip
LEXICON = shipped_lexicon()
APART = ("digest", "live")  # tell of several happenings, or of one beside others


def arrival(archive, number, case):
    made = candidate(
        lease(archive, f"https://{case['source']}.example/{number}", case["source"]), case["text"], title=case["title"]
    )
    article = replace(
        made.article, language=case["language"], published=case["day"], type=case.get("type", "article"), captions=()
    )
    verdict = judge(case["title"], None, case["text"], LEXICON, case["language"])
    fetched = datetime.fromisoformat(case["day"]).astimezone(UTC)
    return replace(made, article=article, verdict=replace(verdict, relevant=True), fetched=fetched)


def begun(folder):
    archive = Archive.open(folder)
    sync_sources(archive, [
        Source(id_, id_.title(), f"https://{id_}.example/", "newspaper", country=country,
               endpoints=(Endpoint("rss", f"https://{id_}.example/feed"),))
        for id_, country in COUNTRIES.items()
    ])  # fmt: skip
    return archive


def take_in(archive, cases):
    """Cases (number, case), together, as a run of a crawl brings them."""
    archive.file([arrival(archive, number, case) for number, case in cases])
    encoding.make_vectors(archive)
    return grouping.group(archive)


def found_in(archive):
    """Number of each case -> its event."""
    sql = "SELECT url, event_id FROM event_stories JOIN articles ON articles.story_id = event_stories.story_id"
    return {int(url.rsplit("/", 1)[1]): event for url, event in rows(archive, sql)}


def event_of(archive, name):
    """The event that most stories of a happening are in."""
    found = found_in(archive)
    of = [found[number] for number, case in enumerate(WEEK) if case["event"] == name]
    return max(set(of), key=of.count)


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    archive = begun(tmp_path_factory.mktemp("week") / "archive")
    take_in(archive, list(enumerate(WEEK)))
    yield archive
    archive.close()


def test_no_event_of_the_week_has_stories_of_two_happenings(week):
    found = found_in(week)
    told = {}
    for number, case in enumerate(WEEK):
        if case["event"] not in APART:
            told.setdefault(found[number], set()).add(case["event"])
    assert all(len(each) == 1 for each in told.values())
    happenings = {case["event"] for case in WEEK} - set(APART)
    assert len(told) <= len(happenings) + 2  # two stories of 50 were found by nobody


def test_a_digest_is_put_beside_and_adds_nothing(week):
    event = event_of(week, "howitzers")
    stories = reports.event_stories(week.db, event)
    beside = [each for each in stories if not each.tells_of_it]
    assert [each.language for each in beside] == ["en"]
    assert "events or more" in beside[0].reason
    assert "Sudan" not in str(reports.additions(week.db, stories))
    assert differences(week.db, stories) == []
    assert all(WEEK[number]["event"] in ("digest", "live") for number in _beside(week))


def _beside(archive):
    sql = """
        SELECT url FROM event_stories JOIN articles ON articles.story_id = event_stories.story_id WHERE relation = 'beside'
    """
    return [int(url.rsplit("/", 1)[1]) for (url,) in rows(archive, sql)]


def test_a_second_digest_joins_none_by_the_first(tmp_path):
    archive = begun(tmp_path / "archive")
    take_in(archive, list(enumerate(WEEK)))
    text = (
        "In Jeddah talks on a truce in Sudan broke off. A helicopter of the British army crashed near Tapa in Estonia and five "
        "were hurt. Howitzers from South Korea, 96 of them, are ordered by Poland. The Philippines get coastal radars from Japan."
    )
    take_in(
        archive,
        [(900, {**WEEK[-1], "source": "ledger", "day": "2026-11-27T18:00:00Z", "title": "Evening briefing", "text": text})],
    )
    assert rows(
        archive, "SELECT stories.articles FROM stories JOIN articles ON story_id = stories.id WHERE url LIKE '%/900'"
    ) == [(1,)]
    assert 900 in _beside(archive)
    archive.close()


@pytest.mark.parametrize("stopped_after", [5, 17])
def test_whoever_is_stopped_goes_on_to_the_same_events(tmp_path, monkeypatch, stopped_after):
    """Their numbers, scores and reasons are those of one run: the window of a run that goes on knows as much as its."""
    monkeypatch.setattr(grouping, "READ", 6)
    monkeypatch.setattr(grouping, "WHOLE", 2)

    class StopError(Exception):
        pass

    def made(name, *limits):
        with begun(tmp_path / name) as archive:
            backwards = sorted(enumerate(WEEK), key=lambda each: each[1]["title"])  # arrivals are not in order of time
            archive.file([arrival(archive, number, case) for number, case in backwards])
            encoding.make_vectors(archive)
            for limit in limits:
                done = []

                def stop(number, done=done, limit=limit):
                    done.append(number)
                    if sum(done) > limit:
                        raise StopError

                with contextlib.suppress(StopError):
                    grouping.group(archive, stop)
            sql = "SELECT story_id, event_id, relation, score, reason, other_id FROM event_stories ORDER BY story_id"
            return rows(archive, sql)

    whole = made("whole", len(WEEK))
    assert len(whole) > 40
    assert made("stopped", stopped_after, len(WEEK)) == whole


@pytest.mark.parametrize(
    ("by", "not_by", "there", "absent"),
    [
        (["FR"], ["JP"], {"talks", "helicopter", "survey"}, {"radar", "drones"}),
        (["fr", "ES"], ["JP", "UA"], {"survey"}, {"talks", "helicopter"}),
        ([], ["DE"], set(), {"talks"}),
        (["UA"], [], {"talks", "drones"}, {"survey", "sudan"}),
        (["XX"], [], set(), {"talks"}),
    ],
)
def test_blind_spots_of_several_countries(week, by, not_by, there, absent):
    numbers = {event_of(week, name): name for name in there | absent}
    listed = {each.id for each in reports.blind_spots(week.db, by, not_by, None)}
    assert {numbers[each] for each in listed if each in numbers} == there
    if by and not_by:
        told = {"by": ",".join(by), "not_by": ", ".join(not_by), "days": "30000"}
        words = [word for name, value in told.items() for word in ("-p", name, value)]
        done = command("sql", "blind_spots", *words, "--json", "--archive", week.folder, cwd=week.folder)
        assert {each["event"] for each in json.loads(done.stdout)} == listed
        done = command(
            "events", "--by", told["by"], "--not-by", told["not_by"], "--json", "--archive", week.folder, cwd=week.folder
        )
        assert {each["event"] for each in json.loads(done.stdout)} == listed


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--by", "France"), "--by: no country has the code France"),
        (("--not-by", "J1"), "--not-by: no country has the code J1"),
        (("--by", "FR,XX"), "no country has the code XX"),
        (("--languages", "f1"), "no code of a language"),
        (("--by", "FR", "--languages", "fr"), "leave one out"),
        (
            ("--by", "FR", "--not-by", "JP,FR"),
            "--by and --not-by: the press of FR cannot tell of a thing and not tell of it",
        ),
        (("--languages", ","), "--languages: ',' names no language"),
        (("--languages", ""), "--languages: '' names no language"),
        (("--by", ", "), "--by: ', ' names no country"),
    ],
)
def test_what_are_no_countries(week, words, says):
    done = command("events", *words, "--archive", week.folder, cwd=week.folder)
    assert done.returncode == 2
    assert says in done.stderr


def test_the_silence_of_a_press_that_the_archive_does_not_read_is_no_blind_spot(week, monkeypatch):
    monkeypatch.setattr(views, "READ_SECONDS", HANG)
    done = command("events", "--by", "FR", "--not-by", "KE,JP", "--json", "--archive", week.folder, cwd=week.folder)
    assert "nothing that was published in KE: its silence says nothing" in done.stderr
    visitor = Visitor(week.folder / "news.db", settings={"sql_time_limit_ms": HANG * 1_000})
    try:
        assert "nothing that was published in Kenya:" in said(visitor.get("/events?by=fr&not_by=ke,jp").text)
        assert "nothing that was published" not in said(visitor.get("/events?by=fr&not_by=jp").text)
    finally:
        visitor.close()


def test_the_canned_query_says_of_countries_what_the_command_says(week):
    def asked(*words):
        values = [word for name, value in zip(("by", "not_by"), words, strict=False) for word in ("-p", name, value)]
        return command(
            "sql", "blind_spots", *values, "-p", "days", "30000", "--json", "--archive", week.folder, cwd=week.folder
        )

    for words, says in (
        (("FR,ZZ",), "by of blind_spots: no country has the code ZZ"),
        (("FR", "J1"), "not_by of blind_spots: no"),
        (("France",), "by of blind_spots: no country has the code France"),
        (("JP",), "by and not_by of blind_spots: the press of JP cannot tell"),  # by default not in Japan
        ((",",), "by of blind_spots: ',' names no country"),
    ):
        assert (asked(*words).returncode, says in asked(*words).stderr) == (1, True)
    done = asked("FR", "KE,JP")
    assert done.stderr == "the archive has nothing that was published in KE: its silence says nothing\n"
    assert json.loads(done.stdout)
    assert (asked("uk", "JPN").stdout, asked("uk", "JPN").stderr) == (asked("GB", "JP").stdout, "")
    assert json.loads(asked("uk").stdout)


def test_a_country_is_known_by_the_codes_that_people_write(week):
    told = [
        command("events", "--by", code, "--json", "--archive", week.folder, cwd=week.folder).stdout
        for code in ("GB", "uk", "GBR")
    ]
    assert json.loads(told[0])
    assert told[0] == told[1] == told[2]


def test_the_page_of_blind_spots(week, monkeypatch):
    monkeypatch.setattr(views, "READ_SECONDS", HANG)
    visitor = Visitor(week.folder / "news.db", settings={"sql_time_limit_ms": HANG * 1_000})
    try:
        page = said(visitor.get("/events?by=fr,de&not_by=jp&days=3000").text)
        assert "What the press of France or Germany tells and that of Japan does not" in page
        assert "Armenia and Azerbaijan resume border talks" in page
        assert "de en es fr uk" in page
        assert "Japan to give Philippines" not in page
        feed = visitor.get("/events.feed.json?by=fr,de&not_by=jp&days=3000").json()
        assert len(feed["items"]) >= 4
        assert feed["feed_url"].endswith("?days=3000&by=FR,DE&not_by=JP")
        wrong = said(visitor.get("/events?by=France&not_by=jp&days=3000").text)
        assert "Not heeded: France" in wrong
        assert "What the press of Japan does not tell" in wrong
        for code in ("XX", "France"):
            assert f"Not heeded: {code}" in said(visitor.get(f"/events?by={code}").text)
            for form in ("atom", "feed.json"):  # which would be taken for what was asked
                refused = visitor.get(f"/events.{form}?by=fr&not_by={code}")
                assert (refused.status_code, f"Not heeded: {code}. Countries" in refused.text) == (400, True)
        assert visitor.get("/events.feed.json?by=fra&not_by=jp").json()["feed_url"].endswith("?by=FR&not_by=JP")
        assert visitor.get("/events.feed.json?by=fr&by=de").json()["feed_url"].endswith("?by=FR,DE")
        page = said(visitor.get("/events?by=fr&not_by=jp,fr").text)
        assert "What the press of France tells and that of Japan does not" in page
        assert "Not heeded: not by FR . The press of a country cannot" in page
        for told in ("by=fr&not_by=fr", "by=,", "languages=,"):
            assert "Not heeded: " in said(visitor.get(f"/events?{told}").text)
            assert visitor.get(f"/events.atom?{told}").status_code == 400
        assert "Not heeded" not in said(visitor.get("/events?by=&not_by=&languages=&days=7").text)
        for value, says in (("France", "no country has the code France"), ("uk", "is to be GB, not uk")):
            assert says in said(visitor.get(f"/news/blind_spots?by={value}&not_by=JP&days=9").text)
        assert "is to be" not in said(visitor.get("/news/blind_spots?by=fr,%20DE&not_by=&days=").text)
        page = said(visitor.get("/events?days=abc").text)
        assert ("Not heeded: abc" in page, "Days are a number, such as 7." in page) == (True, True)
        refused = visitor.get("/events.atom?days=abc")
        assert (refused.status_code, "Not heeded: abc. Days" in refused.text) == (400, True)
    finally:
        visitor.close()


def test_the_page_of_events_in_some_languages(week, monkeypatch):
    monkeypatch.setattr(views, "READ_SECONDS", HANG)
    visitor = Visitor(week.folder / "news.db", settings={"sql_time_limit_ms": HANG * 1_000})
    try:
        page = visitor.get("/events?days=3000&languages=ja,EN").text
        listed = reports.events_since(week.db, None, ["ja", "en"])
        assert page.count('class="entry"') == len(listed) > 0
        assert len(listed) < len(reports.events_since(week.db, None))
        assert "Events told in Japanese and English" in said(page)
        feed = visitor.get("/events.feed.json?days=3000&languages=ja,EN").json()
        assert len(feed["items"]) == len(listed)
        assert feed["feed_url"].endswith("?days=3000&languages=ja,en")
        assert "no story in Finnish." in said(visitor.get("/events?days=3000&languages=fi").text)
        for told, unheeded in (
            ("languages=french", "french. Languages are named by their codes"),
            ("by=fr&languages=ja", "ja. Ask for countries or for languages"),
            ("since=2026-11-01", "2026-11-01. Days are counted back"),
        ):
            assert f"Not heeded: {unheeded}" in said(visitor.get(f"/events?{told}").text).replace(" . ", ". ")
            assert visitor.get(f"/events.atom?{told}").status_code == 400
    finally:
        visitor.close()


def test_an_event_names_what_goes_on_from_it_and_adds_no_number_that_others_say_in_words(week):
    mine, burial = event_of(week, "mine"), event_of(week, "follow")
    assert [number for number, _ in reports.followed_by(week.db, mine)] == [burial]
    done = command("events", mine, "--archive", week.folder, cwd=week.folder)
    assert f"; event {burial} follows" in done.stdout
    added = {each.language: each.numbers for each in reports.additions(week.db, reports.event_stories(week.db, mine))}
    assert "11" not in added.get("en", ())  # eleven, elf, onze
    added = {
        each.language: each.numbers
        for each in reports.additions(week.db, reports.event_stories(week.db, event_of(week, "howitzers")))
    }
    assert "27" not in added.get("ja", ())  # the day
    assert "hour apart" in done.stdout or "hours apart" in str(rows(week, "SELECT reason FROM event_stories"))
    assert "1 hours" not in str(rows(week, "SELECT reason FROM event_stories"))


def test_what_is_parted_and_joined_stands_on_the_pages_and_holds_when_all_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(views, "READ_SECONDS", HANG)
    archive = begun(tmp_path / "archive")
    take_in(archive, list(enumerate(WEEK)))
    guns, radar = event_of(archive, "howitzers"), event_of(archive, "radar")
    french = next(n for n, case in enumerate(WEEK) if (case["event"], case["language"]) == ("howitzers", "fr"))
    ((article,),) = rows(archive, f"SELECT id FROM articles WHERE url LIKE '%/{french}'")
    archive.close()
    place = ("--archive", archive.folder)

    def pages():
        """Whose page has the French story, and where the joined number leads."""
        visitor = Visitor(archive.folder / "news.db", settings={"sql_time_limit_ms": HANG * 1_000})
        try:
            titles = html.fromstring(visitor.get(f"/event/{min(guns, radar)}").text).xpath("//ol//h3/a/text()")
            return any("La Pologne commande" in each for each in titles), visitor.get(
                f"/event/{max(guns, radar)}"
            ).headers.get("location")
        finally:
            visitor.close()

    assert command("events", "part", guns, article, *place, cwd=tmp_path).returncode == 0
    assert command("events", "join", guns, radar, *place, cwd=tmp_path).returncode == 0
    for words in ((), ("--rebuild",), ("--rebuild",)):
        if words:
            assert command("events", *words, *place, cwd=tmp_path).returncode == 0
        assert pages() == (False, f"/event/{min(guns, radar)}")
    with Archive.open(archive.folder) as again:
        late = next(case for case in WEEK if case["event"] == "howitzers" and case["language"] == "de")
        take_in(
            again,
            [
                (
                    950,
                    {
                        **late,
                        "source": "courrier",
                        "language": "fr",
                        "title": "Varsovie commande 96 obusiers K9 à Séoul",
                        "text": "La Pologne a commandé 96 obusiers K9 à la Corée du Sud, selon le ministre de la Défense à Varsovie, et une partie sera construite en Pologne.",
                    },
                )
            ],
        )
        found = found_in(again)
        assert found[french] != min(guns, radar)  # a story that comes late undoes neither
    assert pages() == (False, f"/event/{min(guns, radar)}")


# two crashes that their first reports do not tell apart
CRASHES = [
    ("relay", "08:00", "British army helicopter crashes in Estonia, injuring soldiers", "A helicopter of the British army crashed in Estonia on Thursday, injuring soldiers who were on a NATO exercise near Tapa, the Ministry of Defence in London said."),
    ("ledger", "08:30", "Helicopter crashes in Estonia, injuring two", "A helicopter crashed in Estonia on Thursday off the island of Saaremaa, officials in Tallinn said. Two people were hurt."),
    ("anzeiger", "10:00", "British army Wildcat crashes near Tapa during NATO exercise", "A Wildcat of the British army on a NATO exercise crashed near the Tapa base, injuring five soldiers. The Ministry of Defence in London grounded the type."),
    ("courrier", "11:00", "British army grounds Wildcat after crash near Tapa injures soldiers", "The Ministry of Defence in London grounded all Wildcats of the British army after a crash near Tapa on a NATO exercise that injured five soldiers."),
    ("heraldo", "14:00", "Rescuers hurt as border guard helicopter crashes off Saaremaa", "A helicopter of the border guard crashed off the island of Saaremaa in Estonia while it looked for a fishing boat, and two rescuers were hurt, officials in Tallinn said."),
]  # fmt: skip


def test_a_story_that_comes_late_shows_that_two_happenings_were_taken_for_one(tmp_path):
    archive = begun(tmp_path / "archive")
    take_in(archive, [each for each in enumerate(WEEK) if each[1]["event"] != "helicopter"])
    came = [
        (900 + n, {"source": source, "language": "en", "day": f"2026-11-26T{at}:00Z", "title": title, "text": text})
        for n, (source, at, title, text) in enumerate(CRASHES)
    ]
    for each in came[:4]:
        take_in(archive, [each])
    before = found_in(archive)
    assert len({before[number] for number, _ in came[:4]}) == 1  # or nothing is shown
    take_in(archive, came[4:])
    after = found_in(archive)
    exercise, sea = ({after[900 + n] for n in numbers} for numbers in ((0, 2, 3), (1, 4)))
    assert exercise == {before[900]}  # whose first story it has keeps its number
    assert len(sea) == 1
    assert sea != exercise
    assert rows(archive, f"SELECT stories FROM events WHERE id = {before[900]}") == [(3,)]
    _, moved = grouping.regroup(archive)
    assert (moved, found_in(archive)) == (0, after)
    archive.close()


def of_different_happenings(archive, number):
    """What stories of so many happenings say, one of each, the first of which came last."""
    firsts = {case["event"]: (at, case) for at, case in reversed([*enumerate(WEEK)]) if case["event"] not in APART}
    cases = list(firsts.values())[:number]
    late = {**cases[0][1], "day": "2026-12-09T08:00:00Z"}
    take_in(archive, [(800, late), *cases[1:]])
    stories = [
        story
        for (story,) in rows(
            archive, "SELECT story_id FROM event_stories JOIN event_evidence USING (story_id) ORDER BY at DESC"
        )
    ]
    assert len(stories) == number
    looking = grouping.Grouping(archive.db)
    of = {each.story: each for each in events.evidence_of(archive.db, looking.encoder, stories)}
    return looking, [of[story] for story in stories]


def likeness(other, score):
    return Likeness(other, score, (0.0,) * 6)


def test_an_event_whose_stories_leave_one_after_another_keeps_the_last(tmp_path):
    archive = begun(tmp_path / "archive")
    looking, (late, one, other) = of_different_happenings(archive, 3)
    with archive.transaction():
        event = events.unite(archive.db, [events.event_of(archive.db, each.story) for each in (one, other)])
        looking.keep(late, [likeness(one, 1.0), likeness(other, 1.0)])
    assert events.event_of(archive.db, one.story) != events.event_of(archive.db, other.story)
    assert rows(archive, f"SELECT stories, merged_into FROM events WHERE id = {event}") == [(1, None)]
    archive.close()


def test_a_story_that_is_looked_at_again_is_not_of_the_other_camp(tmp_path, monkeypatch):
    archive = begun(tmp_path / "archive")
    looking, (again, *others) = of_different_happenings(archive, 5)
    asked = []
    monkeypatch.setattr(grouping.Grouping, "_part_camps", lambda self, one, state, camp: asked.append((state.stories, camp)))
    with archive.transaction():
        events.unite(archive.db, [events.event_of(archive.db, each.story) for each in (again, *others)])
        looking.keep(again, [likeness(others[0], 20.0)])
    assert asked == [({each.story for each in others}, {each.story for each in others[1:]})]
    archive.close()
