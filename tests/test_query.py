"""The query language over a small archive: filters, facets, timeline, labels, saved searches."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from conftest import NOW, candidate, command, environment, lease, rows
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.dates import iso, parse_date_range
from newscrawler.errors import ArchiveError
from newscrawler.items import Mention, TopicScore
from newscrawler.search import saved
from newscrawler.search.date_ranges import date_tokens
from newscrawler.search.editing import with_filter, without
from newscrawler.search.facets import facets
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import FIRST_PAGE, Listing, search
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage.articles import verdicts
from newscrawler.storage.articles.labels import labels, relabel, stored_labels

TODAY = date(2026, 11, 22)
SANCTIONS = TopicScore("medtop:20000642", "sanctions", 0.8, ("sanctions",), "iptc")
NAVAL = TopicScore("newscrawler:naval", "naval forces", 0.6, ("frigate",))
FRANCE, UKRAINE = Mention("country", "FR", "France", 3, main=True), Mention("country", "UA", "Ukraine", 2)
NATO = Mention("organisation", "NATO", "NATO", 1)

LONG = (
    "Ministers of both navies met in the harbour and agreed on four frigates. They are to be built in two yards, one on each side "
    "of the water, and the first of them is to sail in six years. The crews will train together from next spring. An option for "
    "two more ships is part of the contract, which both parliaments have yet to ratify before the summer recess begins."
)

# name -> (source, published, language, type, authors, topics, mentions, text)
ARTICLES = {
    "Frigates for the north": ("gazette", "2026-11-20T10:00:00Z", "en-GB", "article", ("Jane Doe",), [NAVAL], [FRANCE, NATO],
                               LONG),
    "Sanctions extended": ("gazette", "2026-11-02", "en", "opinion", ("Ada Müller",), [SANCTIONS], [UKRAINE],
                           "The council extends its sanctions by six months, and frigates are not among them."),
    "Fregatten für den Norden": ("relay", "2026-03-05T08:00:00Z", "de", "article", (), [NAVAL, SANCTIONS], [FRANCE, UKRAINE],
                                 "Die Ministerin sagte am Montag, die Fregatten lägen im Hafen von Emden."),
    "防衛省の発表": ("relay", "2025-07-01", "ja", "article", (), [], [], "新型ミサイルの発射試験を実施したと発表した。"),
    "No date at all": ("relay", None, "fr", "article", ("Jean Dupont",), [], [], "Le ministre a présenté la défense du pays."),
}  # fmt: skip


@pytest.fixture
def filled(archive):
    made = []
    for number, (title, of) in enumerate(ARTICLES.items()):
        source, published, language, kind, authors, topics, mentions, text = of
        one = candidate(lease(archive, f"https://{source}.example/{number}", source), text, title=title, published=published)
        article = replace(one.article, language=language, type=kind, authors=authors)
        verdict = replace(one.verdict, topics=tuple(topics), mentions=tuple(mentions))
        made.append(replace(one, article=article, verdict=verdict))
    archive.file(made)
    archive.db.execute("UPDATE sources SET country = 'GB' WHERE id = 'gazette'")
    archive.db.execute("UPDATE sources SET country = 'FR' WHERE id = 'relay'")
    archive.db.execute("UPDATE articles SET paywall = iif(id = 2, 1, 0) WHERE id IN (1, 2)")
    archive.db.execute("UPDATE articles SET gone_since = '2026-11-15T08:00:00Z' WHERE id = 4")
    archive.db.conn.executemany(
        "INSERT INTO article_states (article_id, seen, change, text, content_hash) VALUES (?, ?, ?, '', '')",
        [
            (2, "2026-11-03T09:00:00Z", "revised"),
            (5, "2026-11-21T09:00:00Z", "corrected"),
            (1, "2026-11-21T09:00:00Z", "touched"),
        ],
    )
    with archive.transaction():
        relabel(archive.db, range(1, 6))
    return archive


def compiled(archive, query):
    return compile_query(query, vocabulary(archive.db), today=TODAY)


def found(archive, query, listing=FIRST_PAGE):
    return {hit.title.split()[0] for hit in search(archive.db, compiled(archive, query), listing)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title:frigates", {"Frigates"}),
        ("title:fregat*", {"Fregatten"}),
        ("frigates -title:frigates", {"Sanctions"}),
        ("title:防衛省", {"防衛省の発表"}),
        ("title:発射", set()),
        ("発射", {"防衛省の発表"}),
        ("source:gazette", {"Frigates", "Sanctions"}),
        ("source:GAZ", {"Frigates", "Sanctions"}),
        ("-source:gazette lang:de", {"Fregatten"}),
        ("source:gazette source:relay frigates", {"Frigates", "Sanctions"}),
        ("source:nobody", set()),
        ("country:fr", {"Fregatten", "防衛省の発表", "No"}),
        ("country:France", {"Fregatten", "防衛省の発表", "No"}),
        ('country:"United Kingdom"', {"Frigates", "Sanctions"}),
        ("lang:en", {"Frigates", "Sanctions"}),
        ("lang:german", {"Fregatten"}),
        ("lang:de lang:ja", {"Fregatten", "防衛省の発表"}),
        ("lang:xx", set()),
        ("topic:sanctions", {"Sanctions", "Fregatten"}),
        ("topic:medtop:20000642", {"Sanctions", "Fregatten"}),
        ('topic:"naval forces" topic:sanctions', {"Fregatten"}),
        ("topic:naval OR topic:sanctions", {"Frigates", "Sanctions", "Fregatten"}),
        ("mentions:FR", {"Frigates", "Fregatten"}),
        ("mentions:Frankreich", {"Frigates", "Fregatten"}),
        ("mentions:france mentions:ukraine", {"Fregatten"}),
        ("mentions:nato", {"Frigates"}),
        ("mentions:atlantis", set()),
        ("by:doe", {"Frigates"}),
        ('by:"ada muller"', {"Sanctions"}),
        ("author:dupont", {"No"}),
        ("by:frigates", set()),
        ("type:opinion", {"Sanctions"}),
        ("type:poem", set()),
        ("since:2026-11-02", {"Frigates", "Sanctions", "No"}),
        ("since:2026-11-03 until:2026-11-20", {"Frigates"}),
        ("since:2026-11 until:2026-11", {"Frigates", "Sanctions", "No"}),
        ("until:2026-03-05", {"Fregatten", "防衛省の発表"}),
        ("since:2025 until:2025", {"防衛省の発表"}),
        ("since:7d", {"Frigates", "No"}),
        ("since:2026-12 until:2026-11", set()),
        ("story:3", {"Fregatten"}),
        ("story:99", set()),
        ("frigates story:1", {"Frigates"}),
        ("-topic:sanctions", {"Frigates", "防衛省の発表", "No"}),
        ("lang:de OR frigates", {"Frigates", "Sanctions", "Fregatten"}),
        ("lang:de OR lang:ja OR type:opinion", {"Fregatten", "防衛省の発表", "Sanctions"}),
        ("source:gazette lang:de OR frigates", {"Frigates", "Sanctions"}),
        ("frigates OR topic:sanctions", {"Frigates", "Sanctions", "Fregatten"}),
        ("defense ministre", {"No"}),
        ("minist*", {"Frigates", "Fregatten", "No"}),
        ("nothing:here", set()),
        ("ministers/harbour", {"Frigates"}),
        ("muller", {"Sanctions"}),
        ("by:muller", {"Sanctions"}),
        ("fur den", {"Fregatten"}),
        ("since:1y", {"Frigates", "Sanctions", "Fregatten", "No"}),
        ("since:1m", {"Frigates", "Sanctions", "No"}),
        ("since:2026-3-5 until:2026-3-5", {"Fregatten"}),
        ("(lang:de OR lang:ja) since:2026", {"Fregatten"}),
        ("(frigates -opinion) OR lang:ja", {"Frigates", "Sanctions", "防衛省の発表"}),
        ("(frigates -type:opinion) OR lang:ja", {"Frigates", "防衛省の発表"}),
        ("-(frigates OR lang:ja)", {"Fregatten", "No"}),
        ("frigates -(sanctions council)", {"Frigates"}),
        ("title:(frigates OR sanctions)", {"Frigates", "Sanctions"}),
        ("source:(gazette OR relay) lang:de", {"Fregatten"}),
        ("((frigates))", {"Frigates", "Sanctions"}),
        ("frigates OR (lang:de OR NOT source:gazette)", {"Frigates", "Sanctions", "Fregatten", "防衛省の発表", "No"}),
        ("(since:2026-11-03 until:2026-11-20) OR lang:ja", {"Frigates", "防衛省の発表"}),
        ("navies NEAR/3 harbour", {"Frigates"}),
        ("harbour NEAR/3 navies", {"Frigates"}),
        ("navies NEAR/1 harbour", set()),
        ("navies NEAR/3 harbour OR lang:ja", {"Frigates", "防衛省の発表"}),
        ("minist* NEAR/1 montag", set()),
        ("minist* NEAR/2 montag", {"Fregatten"}),
        ("新型 NEAR/10 実施", {"防衛省の発表"}),
        ('"harbour navies"~3', {"Frigates"}),
        ('"harbour navies"~1', set()),
        ('title:"north frigates"~4', {"Frigates"}),
        ("fur NEAR/1 norden", {"Fregatten"}),
        ("topic:sanction", {"Sanctions", "Fregatten"}),
        ("topic:Sanktionen", {"Sanctions", "Fregatten"}),
        ("topic:санкції", {"Sanctions", "Fregatten"}),
        ("topic:20000642", {"Sanctions", "Fregatten"}),
        ("topic:navy", {"Frigates", "Fregatten"}),
        ("words:>60", {"Frigates"}),
        ("words:<=10", {"No"}),
        ("words:8..14", {"Sanctions", "Fregatten", "No"}),
        ("-words:8-14", {"Frigates", "防衛省の発表"}),
        ("words:0", set()),
        ("kind:newspaper", {"Frigates", "Sanctions"}),
        ("kind:aggregators", {"Fregatten", "防衛省の発表", "No"}),
        ("site:gazette.example", {"Frigates", "Sanctions"}),
        ("site:https://www.relay.example/x", {"Fregatten", "防衛省の発表", "No"}),
        ("site:example -site:relay.example", {"Frigates", "Sanctions"}),
        ("-story:1 frigates", {"Sanctions"}),
        ("story:1 OR story:3", {"Frigates", "Fregatten"}),
        ("paywall:yes", {"Sanctions"}),
        ("paywall:no", {"Frigates"}),
        ("changed:yes", {"Sanctions", "No"}),
        ("changed:corrected", {"No"}),
        ("changed:no lang:en", {"Frigates"}),
        ("changed:7d", {"No"}),
        ("changed:2026-11", {"Sanctions", "No"}),
        ("changed:2026-11-03", {"Sanctions"}),
        ("gone:yes", {"防衛省の発表"}),
        ("gone:2026-11-15", {"防衛省の発表"}),
        ("gone:2d", set()),
        ("-gone:yes lang:ja", set()),
    ],
)
def test_filters(filled, query, expected):
    assert found(filled, query) == expected
    assert found(filled, query, Listing(newest=True)) == expected


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("source:nobody", "no source of the archive"),
        ("lang:xx", "no language of the archive"),
        ("mentions:atlantis", "nothing that the archive knows"),
        ("topic:cooking", "no topic of the archive"),
        ("country:atlantis", "no source of the archive is in a country"),
        ("type:poem", "a type is one of"),
        ("since:soon frigates", "since:soon was left out"),
        ("until:2026-13", "neither a date"),
        ("story:one", "a story has a number"),
        ("sauce:bbc", "sauce: is no field"),
        ("(a OR b", "left out: ("),
        ("a) b", "left out: )"),
        ("sauce:(bbc OR rfi)", "sauce: is no field"),
        (f"source:{'x' * 500}", "x… finds nothing"),
        ("a NEAR/3 lang:de", "left out: NEAR/3"),
        ("words:many", "words:many was left out"),
        ("changed:soon", "none of yes, no, revised, corrected"),
        ("gone:soon", "none of yes, no, a date"),
        ("paywall:maybe", "neither yes nor no"),
        ("story:99", "no story of that number"),
        ("kind:bakery", "of a kind called bakery"),
        ("site:nowhere.example", "no article of the archive is at"),
        ("source:gazete", "did you mean gazette?"),
        ("mentions:ukrane", "did you mean Ukraine?"),
        ("topic:sancsions", "did you mean sanctions"),
        ("a*", "three letters or more"),
        ("since:2026-12 until:2026-11", "since a day after until"),
        ('frigates "', "left out"),
        ("frigates OR", "left out: OR"),
        ("OR", "left out: OR"),
        ("frigates NOT", "left out: NOT"),
        ("lang:", "lang: was left out: it needs a value"),
        ("-since:2025 frigates", "cannot be turned round"),
        ("NOT until:2025", "cannot be turned round"),
        ("fri*gates", "a star stands for any ending"),
    ],
)
def test_what_was_not_understood_is_said_in_a_sentence(filled, query, said):
    assert any(said in remark for remark in compiled(filled, query).remarks)


@pytest.mark.parametrize(
    "query",
    [
        "https://gazette.example/1",
        "16:9",
        "nato",
        "frigates lang:en",
        "f-16s",
        "f(x)",
        "(nato OR otan) -(sport match)",
        "()",
    ],
)
def test_what_was_understood_needs_no_remark(filled, query):
    assert [each for each in compiled(filled, query).remarks if "no field" not in each] == []


def test_the_newest_are_the_last_published_and_not_the_last_to_arrive(filled):
    titles = [hit.title.split()[0] for hit in search(filled.db, compiled(filled, ""), Listing(newest=True))]
    assert titles == ["No", "Frigates", "Sanctions", "Fregatten", "防衛省の発表"]


def test_the_best_have_the_words_in_the_title(filled):
    first = next(iter(search(filled.db, compiled(filled, "sanctions OR defense"))))
    assert first.title == "Sanctions extended"
    assert [hit.title.split()[0] for hit in search(filled.db, compiled(filled, "frigates"))] == ["Frigates", "Sanctions"]


def test_pages_of_hits_are_disjoint_and_whole(archive):
    made = [
        candidate(
            lease(archive, f"https://gazette.example/{n}"),
            f"Convoy number {n} left the harbour {n * 'again '}.",
            title=f"t{n}",
        )
        for n in range(45)
    ]
    archive.file(made)
    query = compile_query("convoy")
    pages = [[hit.id for hit in search(archive.db, query, Listing(limit=20, offset=offset))] for offset in (0, 20, 40, 60)]
    every = [hit.id for hit in search(archive.db, query, Listing(limit=100))]
    assert [each for page in pages for each in page] == every
    assert len(set(every)) == len(every) > 20


def test_facets_count_all_hits(filled):
    some = facets(filled.db, compiled(filled, "frigates OR fregatten"))
    assert (some.total, some.sampled) == (3, 1)
    shown = {name: {value.value: value.count for value in values} for name, values in some.fields.items()}
    assert shown["source"] == {"gazette": 2, "relay": 1}
    assert shown["country"] == {"gb": 2, "fr": 1}
    assert shown["lang"] == {"en": 2, "de": 1}
    assert shown["type"] == {"article": 2, "opinion": 1}
    assert sorted(shown["topic"].values()) == [2, 2]
    assert not any(":" in name for name in shown["topic"])  # the labels, which are read
    assert shown["mentions"] == {"FR": 2, "UA": 2, "NATO": 1}
    assert shown["month"] == {"2026-11": 2, "2026-03": 1}


@pytest.mark.parametrize(
    "query", ["", "frigates", "lang:de", "frigates OR ministre", "source:relay lang:de", "type:opinion", "lang:en lang:de"]
)
def test_a_facet_finds_as_many_as_it_counts(filled, query):
    for name, values in facets(filled.db, compiled(filled, query)).fields.items():
        for value in values:
            narrower = query
            if name == "month":
                narrower = with_filter(with_filter(query, "since", value.value), "until", value.value)
            else:
                narrower = with_filter(query, name, value.value)
            if narrower == query and f"{name}:" in query.replace(f"{name}:{value.value}", ""):
                continue  # one of several alternatives that are on
            # alternatives of one field widen: then only more can be found
            number = facets(filled.db, compiled(filled, narrower)).total
            # an alternative is found beside what is found already
            before = facets(filled.db, compiled(filled, query)).total if f"{name}:" in query and narrower != query else 0
            assert number == value.count + before, narrower


def test_a_timeline_has_every_hit_and_its_share(filled):
    line = facets(filled.db, compiled(filled, "frigates since:2026-11-01 until:2026-11-30")).timeline
    assert line.unit == "day"
    counted = {bucket.start.isoformat(): (bucket.count, bucket.share) for bucket in line.buckets if bucket.count}
    assert counted == {"2026-11-02": (1, 1.0), "2026-11-20": (1, 1.0)}
    whole = facets(filled.db, compiled(filled, "")).timeline
    assert sum(bucket.count for bucket in whole.buckets) == len(ARTICLES)
    assert [bucket.end < after.start for bucket, after in zip(whole.buckets, whole.buckets[1:], strict=False)]
    assert facets(filled.db, compiled(filled, "atlantis")).timeline.buckets == ()


@pytest.mark.parametrize(("query", "others"), [
    ("frigates OR fregatten lang:en", {"lang": {"en": 2, "de": 1}, "source": {"gazette": 2}}),
    ("source:relay", {"source": {"gazette": 2, "relay": 3}, "lang": {"de": 1, "fr": 1, "ja": 1}}),
    ("country:fr lang:de", {"country": {"fr": 1}, "lang": {"de": 1, "fr": 1, "ja": 1}}),
    ("type:opinion", {"type": {"article": 4, "opinion": 1}}),
    ("fregatten OR lang:en", {"lang": {"en": 2, "de": 1}}),  # no filter of its own: nothing is beside it
])  # fmt: skip
def test_a_field_of_one_value_shows_what_could_be_instead(filled, query, others):
    shown = facets(filled.db, compiled(filled, query)).fields
    assert {name: {value.value: value.count for value in shown[name]} for name in others} == others


@pytest.mark.parametrize(("query", "first", "last"), [
    ("frigates since:2026-11-01 until:2026-11-10", "2026-11-01", "2026-11-10"),  # one hit, and the quiet days around it
    ("frigates since:2026-11-20 until:2026-11-20", "2026-11-20", "2026-11-20"),
    ("frigates since:2026-11-15", "2026-11-15", "2026-11-20"),
    ("frigates until:2026-11-03", "2026-11-02", "2026-11-03"),
    ("frigates since:1950-01-01 until:2090-01-01", "2025", None),  # no further than the archive goes
])  # fmt: skip
def test_a_timeline_is_of_the_days_that_are_asked_for(filled, query, first, last):
    line = facets(filled.db, compiled(filled, query)).timeline.buckets
    assert line[0].start.isoformat().startswith(first)
    assert last is None or line[-1].end.isoformat() == last
    assert len(line) < 80


def test_estimates_are_near_and_said(archive, monkeypatch):
    monkeypatch.setattr("newscrawler.search.facets.EXACT_BELOW", 40)
    monkeypatch.setattr("newscrawler.search.facets.SAMPLE_SIZE", 40)
    made = [
        candidate(lease(archive, f"https://gazette.example/{n}"), f"Convoy {n} left.", title=f"t{n}") for n in range(200)
    ]
    archive.file(made)
    some = facets(archive.db, compile_query("convoy", vocabulary(archive.db)))
    assert some.total == 200
    assert some.sampled == 5
    (source,) = some.fields["source"]
    assert 120 <= source.count <= 280
    everything = facets(archive.db, compile_query("", vocabulary(archive.db)))
    assert (everything.total, everything.sampled) == (200, 5)
    assert everything.fields["source"][0].count == 200


def test_a_review_takes_an_article_out_of_search_and_back(filled):
    with filled.transaction():
        verdicts.review(filled.db, [1], "drop", NOW)
    assert found(filled, "frigates") == {"Sanctions"}
    assert facets(filled.db, compiled(filled, "")).total == len(ARTICLES) - 1
    with filled.transaction():
        verdicts.review(filled.db, [1], "keep", NOW)
    assert found(filled, "frigates") == {"Sanctions", "Frigates"}


def test_labels_are_what_the_tables_say(filled):
    kept = dict(rows(filled, "SELECT id, labels FROM articles"))
    assert dict(stored_labels(filled.db, kept)) == kept
    assert all(kept.values())
    with filled.transaction():
        filled.db.execute("UPDATE articles SET language = 'uk', published = '2024-01-01' WHERE id = 1")
        relabel(filled.db, [1])
    assert found(filled, "lang:uk until:2024-01-01") == {"Frigates"}
    assert dict(rows(filled, "SELECT day, articles FROM days WHERE articles > 0"))["2024-01-01"] == 1
    assert rows(filled, "SELECT sum(articles) FROM days") == [(len(ARTICLES),)]
    filled.db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")


def test_a_revision_changes_what_filters_find(filled):
    asked = lease(filled, "https://gazette.example/0")
    later = candidate(asked, LONG.replace("frigates", "submarines"), fetched=NOW + timedelta(hours=1), title="Submarines")
    later = replace(
        later, article=replace(later.article, language="pl"), verdict=replace(later.verdict, topics=(SANCTIONS,))
    )
    filled.file([later])
    assert found(filled, "lang:pl topic:sanctions") == {"Submarines"}
    assert found(filled, "mentions:nato") == set()
    kept = dict(rows(filled, "SELECT id, labels FROM articles"))
    assert dict(stored_labels(filled.db, kept)) == kept


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 4_000), st.integers(0, 6_000))
def test_spans_of_days_are_cut_without_gap_or_overlap(first, length, at):
    """Every day of a span, and no other one, has exactly one of the span's tokens."""
    last = first + timedelta(length)
    tokens = set(date_tokens(first, last, TODAY))
    day = first - timedelta(1_000) + timedelta(at)
    of_day = {each for each in labels_of_day(day) if each in tokens}
    assert len(of_day) == (1 if first <= day <= last else 0)
    assert len(tokens) <= 31 + 11 + 12 + 11 + 31


def labels_of_day(day):
    from newscrawler.storage.articles.labels import Labelled

    return labels(Labelled("x", day.isoformat(), None, "article", [], [])).split()


@given(st.text(max_size=40) | st.text(alphabet=' "-*():sinceuntlaog0123456789d', max_size=40))
def test_filters_can_be_taken_out_and_put_in(text):
    query = compile_query(text)
    for each in query.filters:
        assert text[each.start : each.end] == each.text
        assert each.text not in ("", " ")
        compile_query(without(text, each))
    more = compile_query(with_filter(text, "source", "le monde"))
    assert (
        any(each.field == "source" and each.value == "le monde" for each in more.filters)
        or text.count('"') % 2
        or len(text) > 30
    )


def test_dates_as_people_write_them():
    assert parse_date_range("2024-02", TODAY) == (date(2024, 2, 1), date(2024, 2, 29))
    assert parse_date_range("2w", TODAY) == (date(2026, 11, 8),) * 2
    assert parse_date_range("yesterday", TODAY) == (date(2026, 11, 21),) * 2
    assert parse_date_range("9999-12-31", TODAY) == (date(9999, 12, 31),) * 2
    assert parse_date_range("1m", date(2026, 3, 31)) == (date(2026, 2, 28),) * 2
    assert parse_date_range("12h", TODAY) == (date(2026, 11, 21),) * 2
    assert parse_date_range(" 20261101 ", TODAY) == (date(2026, 11, 1),) * 2
    for wrong in ("", "soon", "2026-13", "2026-00", "2026-0", "0000", "9999999d", "2026-02-30", "١٢", "202611"):
        assert parse_date_range(wrong, TODAY) is None, wrong


# --- saved searches


def test_alerts_tell_what_is_new_once(filled):
    folder = filled.folder
    filled.close()
    done = command("search", "--archive", folder, "--save", "ships", "frigates OR fregatten", cwd=folder)
    assert "saved ships" in done.stderr
    nothing = command("alerts", "--archive", folder, cwd=folder)
    assert (nothing.returncode, nothing.stdout) == (5, "")
    with type(filled).open(folder) as again:
        late = candidate(
            lease(again, "https://relay.example/late", "relay"), "Two more frigates were ordered today.", title="Late"
        )
        copy = candidate(lease(again, "https://relay.example/copy", "relay"), ARTICLES["Frigates for the north"][-1])
        again.file([late, copy])
    peeked = command("alerts", "ships", "--peek", "--archive", folder, cwd=folder)
    assert peeked.returncode == 0
    assert "ships: 1 new" in peeked.stdout  # a copy of a story that was there is none
    new = command("alerts", "--json", "--archive", folder, cwd=folder)
    assert [hit["title"] for hit in json.loads(new.stdout)["ships"]] == ["Late"]
    assert command("alerts", "--archive", folder, cwd=folder).returncode == 5
    listed = command("alerts", "--list", "--json", "--archive", folder, cwd=folder)
    assert [each["query"] for each in json.loads(listed.stdout)] == ["frigates OR fregatten"]
    assert command("alerts", "--forget", "ships", "--archive", folder, cwd=folder).returncode == 0
    gone = command("alerts", "--archive", folder, cwd=folder)
    assert (gone.returncode, "no search is saved yet" in gone.stderr) == (1, True)


def test_a_search_can_be_saved_while_a_crawl_holds_the_archive(filled):
    done = command("search", "--archive", filled.folder, "--save", "now", "frigates", cwd=filled.folder)
    assert done.returncode == 0, done.stderr
    assert [each.query for each in saved.saved_searches(filled.db)] == ["frigates"]


@pytest.mark.parametrize("name", ["", "a/b", "../x", "<b>", "x" * 81, "a\nb\x00" * 40])
def test_names_that_cannot_be_kept(filled, name):
    with pytest.raises(ArchiveError, match="cannot name a saved search"):
        saved.save(filled.db, name, "frigates", NOW)


@pytest.mark.parametrize(
    ("written", "asked"),
    [("København", "kobenhavn"), ("Łódź", "lodz"), ("straße", "strasse"), ("Strasse", "straße"), ("ёлка", "елка"), ("елка", "ёлка"),
     ("ＮＡＴＯ", "nato"), ("ﬁnance", "finance"), ("Kobenhavn", "københavn"), ("œuvre", "oeuvre"), ("İstanbul", "istanbul")],
)  # fmt: skip
def test_letters_that_readers_take_for_the_same(archive, written, asked):
    archive.file([candidate(lease(archive, "https://gazette.example/1"), f"News from {written} today.")])
    assert len(search(archive.db, compile_query(asked, vocabulary(archive.db)))) == 1


def test_an_alert_that_could_not_be_written_is_told_again(filled):
    folder = filled.folder
    with filled.transaction():
        saved.save(filled.db, "ships", "frigates", NOW)
        filled.db.execute("UPDATE saved_searches SET seen_id = 0")
    filled.close()
    with open("/dev/full", "w") as full:  # noqa: PTH123 a device
        alerts = [sys.executable, "-m", "newscrawler", "alerts", "--archive", str(folder)]
        lost = subprocess.run(alerts, stdout=full, stderr=subprocess.PIPE, text=True, env=environment(), check=False)
    assert (lost.returncode, "no space left" in lost.stderr) == (1, True)
    assert command("alerts", "--archive", folder, cwd=folder).returncode == 0


def test_a_name_that_is_taken_is_not_overwritten(filled):
    folder = filled.folder
    first = command("search", "--archive", folder, "--save", "ships", "frigates", "--since", "7d", cwd=folder)
    assert "saved ships: frigates since:7d" in first.stderr  # and not a day of this week
    other = command("search", "--archive", folder, "--save", "ships", "sanctions", cwd=folder)
    assert (other.returncode, "alerts --forget ships" in other.stderr) == (1, True)


def test_nothing_leaves_the_archive_that_a_terminal_obeys(filled):
    with filled.transaction():
        filled.db.execute("UPDATE articles SET title = 'A ' || char(27) || ']0;pwn' || char(7) || ' title' WHERE id = 1")
    for arguments in (["search", "frigates"], ["show", 1], ["sql", "select title from articles"]):
        said = command(*arguments, "--archive", filled.folder, cwd=filled.folder).stdout
        assert "pwn" in said
        assert "\x1b]" not in said
        assert "\x07" not in said


def test_a_value_larger_than_any_question_is_refused(filled):
    done = command("sql", "select randomblob(900000000)", "--archive", filled.folder, cwd=filled.folder)
    assert (done.returncode, "too big" in done.stderr) == (1, True)


def test_saving_again_replaces(filled):
    assert not saved.save(filled.db, "ships", "frigates", NOW)
    assert saved.save(filled.db, "ships", "fregatten", NOW)
    (only,) = saved.saved_searches(filled.db)
    assert (only.query, only.created, only.asked) == ("fregatten", iso(NOW), None)
    saved.mark_seen(filled.db, "ships", 3, datetime(2026, 11, 23, tzinfo=NOW.tzinfo))
    assert saved.saved_search(filled.db, "ships").seen_id == len(ARTICLES)


def test_two_readers_and_a_writer_at_once(filled):
    """Searches in other processes while articles arrive: none fails."""
    ask = "from newscrawler.cli import main; main(['search', '--archive', {!r}, 'convoy OR frigates', '--json', '-n', '20'])"
    command = [sys.executable, "-c", ask.format(str(filled.folder))]
    readers = [
        subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)
    ]
    number = 0
    while any(reader.poll() is None for reader in readers):
        number += 1
        filled.file([candidate(lease(filled, f"https://gazette.example/w{number}"), f"Convoy {number} left.")])
    assert [reader.returncode for reader in readers] == [0, 0], [reader.stderr.read() for reader in readers]
    assert number > 1
    for reader in readers:
        reader.communicate()


def test_an_article_without_labels_ends_no_facets(filled):
    filled.db.execute("UPDATE articles SET labels = '' WHERE id = 1")
    assert facets(filled.db, compile_query("frigates", vocabulary(filled.db))).total >= 1
    assert facets(filled.db, compile_query("")).fields["source"]
