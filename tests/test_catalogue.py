import pytest

from newscrawler.errors import SourceError
from newscrawler.sources import ENDPOINT_KINDS, SOURCE_KINDS, merge, parse_catalogue, select, shipped_catalogue
from newscrawler.urls import url_key

GOOD = """
[naval-news]
name = "Naval News"
home = "https://www.navalnews.com/"
country = "FR"
languages = ["en"]
kind = "trade-press"
keep = "all"

[[naval-news.endpoints]]
kind = "rss"
url = "https://www.navalnews.com/feed/"
"""


def test_a_source():
    (source,) = parse_catalogue(GOOD, "my.toml")
    assert (source.id, source.name, source.country, source.languages, source.keep) == (
        "naval-news",
        "Naval News",
        "FR",
        ("en",),
        "all",
    )
    assert [(each.kind, each.url) for each in source.endpoints] == [("rss", "https://www.navalnews.com/feed/")]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "Naval News"', "", "my.toml: [naval-news]: key 'name' is missing"),
        ('country = "FR"', 'country = "France"', "my.toml: [naval-news]: country = 'France' is not an ISO 3166-1"),
        ('languages = ["en"]', 'languages = "en"', "my.toml: [naval-news]: languages = 'en' is not a list"),
        ('languages = ["en"]', 'languages = ["english!"]', "is not a list of BCP 47 tags"),
        ('kind = "trade-press"', 'kind = "blog"', "my.toml: [naval-news]: kind = 'blog' is not one of government"),
        ('keep = "all"', 'keep = "some"', "keep = 'some' is not one of all, relevant"),
        ('keep = "all"', 'colour = "red"', "my.toml: [naval-news]: unknown key 'colour'; known are access, country"),
        ('kind = "rss"', 'kind = "gopher"', "my.toml: [naval-news] endpoint 1: kind = 'gopher' is not one of rss"),
        (
            'url = "https://www.navalnews.com/feed/"',
            'url = "file:///etc/passwd"',
            "endpoint 1: url = 'file:///etc/passwd' is not an http",
        ),
        ('url = "https://www.navalnews.com/feed/"', "", "endpoint 1: key 'url' is missing"),
        ('country = "FR"', 'country = "XQ"', "country = 'XQ' is not an ISO 3166-1"),
        ("naval-news", "by-hand", "my.toml: [by-hand]: that id is ours"),
        ("[naval-news]\n", "[Naval_News]\n", "a source's id is made of a-z"),
        ("[[naval-news.endpoints]]", "[[naval-news.feeds]]", "unknown key 'feeds'"),
        ('name = "Naval News"', 'name = "', "my.toml: not valid TOML"),
    ],
)
def test_errors_name_file_table_and_key(old, new, complaint):
    with pytest.raises(SourceError) as error:
        parse_catalogue(GOOD.replace(old, new, -1 if new == "by-hand" else 1), "my.toml")
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_an_empty_file_is_no_catalogue():
    with pytest.raises(SourceError, match=r"my\.toml: no source"):
        parse_catalogue("", "my.toml")


def test_one_id_in_two_files():
    sources = parse_catalogue(GOOD, "a.toml")
    with pytest.raises(SourceError, match=r"b\.toml: \[naval-news\] stands in a\.toml too"):
        merge(("a.toml", sources), ("b.toml", sources))


def test_select_suggests():
    with pytest.raises(SourceError, match="did you mean naval-news"):
        select(parse_catalogue(GOOD, "a.toml"), ["naval-new"])


def test_the_shipped_catalogue():
    sources = shipped_catalogue()
    assert len(sources) >= 300
    assert len({source.id for source in sources}) == len(sources)
    assert sum(source.is_asked for source in sources) >= 300
    assert len({source.country for source in sources}) >= 12
    assert len({language for source in sources for language in source.languages}) >= 6
    assert {source.kind for source in sources} >= set(SOURCE_KINDS) - {"ngo", "aggregator"}
    endpoints = [endpoint for source in sources for endpoint in source.endpoints]
    assert {endpoint.kind for endpoint in endpoints} <= set(ENDPOINT_KINDS)
    assert all(endpoint.evidence for endpoint in endpoints)
    # nobody asks what was found blocked, dead or disputed
    assert all(endpoint.state == endpoint.evidence for endpoint in endpoints if endpoint.state != "active")
    # what refuses its pages and yet is asked has endpoints that answer
    assert all(any(e.state == "active" for e in s.endpoints) for s in sources if s.access == "blocked" and s.is_asked)
    keys = [url_key(endpoint.url) for endpoint in endpoints]
    assert len(set(keys)) == len(keys), "two sources share an endpoint"


def test_an_endpoint_that_stands_there_twice():
    again = GOOD + GOOD[GOOD.index("[[naval") :]
    with pytest.raises(SourceError, match="stands there twice"):
        parse_catalogue(again, "my.toml")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('seen = "last week"', "seen = 'last week' is not a date such as 2026-03-19"),
        ('state = "asleep"', "state = 'asleep' is not one of active, blocked, dead, disputed"),
        ('evidence = "rumour"', "evidence = 'rumour' is not one of verified"),
        ('items = "results"', "items is no hint for kind 'rss', but for api"),
        ('within = "//main"', "within is no hint for kind 'rss', but for listing"),
        ("page_size = 10", "page_size is for an address with {PAGE} or {OFFSET}"),
        ("page_size = 0", "page_size = 0 is not a whole number from 1 to 10000"),
        ('kind = "listing"\npattern = "("', "pattern = '(' is not a regular expression"),
        ('kind = "listing"\nwithin = "//["', "within = '//[' is not an XPath expression"),
    ],
)
def test_hints_and_evidence_are_checked(line, complaint):
    good = GOOD.replace('kind = "rss"\n', "") if "kind" in line else GOOD
    with pytest.raises(SourceError) as error:
        parse_catalogue(good + line + "\n", "my.toml")
    assert complaint in str(error.value)
    assert str(error.value).startswith("my.toml: [naval-news] endpoint 1")


def test_a_template_and_its_hints():
    good = GOOD.replace("/feed/", "/api?from={SINCE}&page={PAGE}").replace('kind = "rss"', 'kind = "api"\nitems = "results"')
    (source,) = parse_catalogue(good, "my.toml")
    assert source.endpoints[0].hints == (("items", "results"),)
    with pytest.raises(SourceError, match="is none of YYYY"):
        parse_catalogue(GOOD.replace("/feed/", "/{YEAR}/"), "my.toml")
