"""What recurs on a host: learnt as pages come, stripped from later ones, never a paragraph of one article."""

from datetime import timedelta

import pytest
from conftest import NOW, candidate, lease, reprocess, rows
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.items import Article, Page, Source
from newscrawler.markup.site_lines import (
    LEAST_PAGES,
    SiteProfile,
    learn_profiles,
    line_key,
    line_keys,
    page_name,
    strip_profile,
)
from newscrawler.process import prepare
from newscrawler.relevance import shipped_lexicon
from newscrawler.storage.sites import profiles

NOTICE = "The Gazette is read by sailors on both coasts."
STORIES = [
    "The minister opened the new quay on Monday, two years after the storm had taken the old one.",
    "Four frigates left the naval base for an exercise that will last until the end of the month.",
    "The parliament voted for the fleet's budget late at night, with a majority of eleven votes.",
    "A mine from the last war was found off the lighthouse and blown up by divers of the navy.",
]


def texts(stories=STORIES, notice=NOTICE):
    return [("gazette.example", f"https://gazette.example/{i}", f"{story}\n{notice}") for i, story in enumerate(stories)]


def test_a_line_of_three_different_articles_is_the_hosts():
    profile = learn_profiles(texts(STORIES[:3]))["gazette.example"]
    assert strip_profile(f"{STORIES[3]}\n{NOTICE}", profile) == (STORIES[3], [NOTICE])
    assert not learn_profiles(texts(STORIES[:2]))["gazette.example"].lines


def test_another_hosts_lines_do_not_count():
    elsewhere = [(f"{i}.example", url, text) for i, (_, url, text) in enumerate(texts())]
    assert not any(profile.lines for profile in learn_profiles(elsewhere).values())


@pytest.mark.parametrize("what", ["revisions", "copies"])
def test_one_article_many_times_teaches_nothing(what):
    if what == "revisions":  # the same address, its longest line edited each time
        seen = [("h", "https://h/a", f"{STORIES[i]}\n{NOTICE}") for i in range(4)]
    else:  # four addresses, the same story
        seen = [("h", f"https://h/{i}", f"{STORIES[0]}\n{NOTICE}") for i in range(4)]
    assert not learn_profiles(seen)["h"].lines


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=8))
def test_a_paragraph_that_only_this_article_has_stays(lines):
    profile = learn_profiles(texts())["gazette.example"]
    text = "\n".join(line.replace("\n", " ") for line in lines)
    kept, cut = strip_profile(text, profile)
    known = {line_key(NOTICE), *(line_key(story) for story in STORIES)}
    assert all(line_key(line) in known for line in cut)
    assert [line for line in text.split("\n") if line not in cut] == kept.split("\n") or not cut


def test_the_longest_line_stays_whatever_is_known():
    profile = SiteProfile("h", frozenset({line_key(NOTICE)}))
    assert strip_profile(NOTICE, profile) == (NOTICE, [])


def told(archive, number, text, **more):
    here = lease(archive, f"https://gazette.example/{number}")
    made = candidate(here, text, fetched=NOW + timedelta(minutes=number), **more)
    from dataclasses import replace

    return replace(made, page_name=page_name(made.url_key, text), lines=line_keys(text))


def test_the_archive_learns_as_the_crawl_goes(archive):
    for number in range(LEAST_PAGES):
        assert archive.profile("https://gazette.example/x") is None
        archive.file([told(archive, number, f"{STORIES[number]}\n{NOTICE}")])
    profile = archive.profile("https://www.gazette.example/x")
    assert profile.lines == {line_key(NOTICE)}
    assert rows(archive, "SELECT host, text FROM site_lines WHERE articles >= 3") == [("gazette.example", NOTICE)]


def test_a_line_that_only_renderings_of_one_article_have_does_not_recur(archive):
    for number in range(LEAST_PAGES):
        with archive.transaction():
            profiles.learn(archive.db, told_free(archive, number, f"{STORIES[0]}\n{NOTICE}"))
    assert rows(archive, "SELECT count(*) FROM site_lines") == [(0,)]


def test_a_host_keeps_a_bounded_number_of_lines(archive):
    for number in range(LEAST_PAGES):
        archive.file([told(archive, number, f"{STORIES[number]}\n{NOTICE}")])
    for number in range(10, 13):
        text = "\n".join(f"line {chr(0x4E00 + i)} of {chr(0x5E00 + number)}" for i in range(299))
        with archive.transaction():
            profiles.learn(archive.db, told_free(archive, number, text))
    assert rows(archive, "SELECT count(*) FROM site_lines")[0][0] < LEAST_PAGES  # lines of one article are in the window
    assert rows(archive, "SELECT count(*), max(length(articles)) <= 4000 FROM site_windows") == [(1, 1)]
    assert archive.profile("https://gazette.example/").lines == {line_key(NOTICE)}  # what recurs is kept


def told_free(archive, number, text):
    from newscrawler.items import Candidate, Lease

    url = f"https://gazette.example/{number}"
    when = NOW + timedelta(hours=number)
    return Candidate(Lease(0, "gazette", url), url, url, when, 200, page_name=page_name(url, text), lines=line_keys(text))


def html(story, notice=NOTICE):
    body = f"<p>{story}</p><p>{story[:40]} It was a day that nobody on the coast will soon forget, the mayor said.</p>"
    head = "<title>News of the coast</title>"
    return f"<html><head>{head}</head><body><article><h1>News of the coast</h1>{body}<p>{notice}</p></article></body></html>"


def test_reextraction_applies_what_was_learnt_later(archive):
    from newscrawler.crawl.candidates import with_record

    source = Source("gazette", "Gazette", "https://gazette.example/", "newspaper", keep="all")
    for number, story in enumerate(STORIES):
        here = lease(archive, f"https://gazette.example/{number}")
        page = Page(here, here.url, NOW, 200, (("Content-Type", "text/html; charset=utf-8"),), html(story).encode())
        made = prepare(page, source, shipped_lexicon(), archive.profile(here.url))
        assert isinstance(made.article, Article)
        archive.file([with_record(made, page)])
    texts_before = [text for (text,) in rows(archive, "SELECT text FROM articles ORDER BY id")]
    assert [NOTICE in text for text in texts_before] == [True, True, True, False]
    assert reprocess(archive, extract=True)["articles"] == {"reread": 3, "text otherwise": 3, "unchanged": 1}
    assert not any(NOTICE in text for (text,) in rows(archive, "SELECT text FROM articles"))
    # no revision: nobody published anything
    assert rows(archive, "SELECT count(*) FROM revisions WHERE change <> 'new'") == [(0,)]
    assert rows(archive, "SELECT count(*) FROM articles JOIN revisions USING (content_hash)") == [(4,)]
    assert rows(archive, "SELECT article_id, fields FROM rereadings") == [(n, '["text"]') for n in (1, 2, 3)]
    assert reprocess(archive, extract=True)["articles"] == {"unchanged": 4}
