import json
import re
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from dataclasses import replace
from importlib import resources
from urllib.parse import urljoin, urlsplit

import pytest
from conftest import CASES
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.http import Request, Response
from tldextract import TLDExtract

from newscrawler.middlewares import HostSpelling
from newscrawler.urls import (
    MAX_KEY_LENGTH,
    absolute,
    host_of,
    is_public_address,
    key,
    literal_address,
    same_site,
    site_of,
    url_key,
)
from newscrawler.urls.public_suffix import _suffix, registered_domain, shipped_suffixes
from newscrawler.urls.variants import shipped_variants

VARIANTS = tomllib.loads((resources.files("newscrawler.urls") / "variants.toml").read_text(encoding="utf-8"))
RULES = [*VARIANTS["wrappers"], *VARIANTS["paths"]]
TABLE = json.loads((CASES / "addresses.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("variants", TABLE["same"], ids=lambda each: each[0])
def test_addresses_of_one_article_meet(variants):
    assert len({url_key(each) for each in variants}) == 1


@pytest.mark.parametrize("different", TABLE["different"], ids=lambda each: each[0])
def test_two_articles_never_meet(different):
    assert len({url_key(each) for each in different}) == len(different)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["example"][0])
def test_every_rule_has_an_example_that_needs_it(rule, monkeypatch):
    variant, article = rule["example"]
    assert url_key(variant) == url_key(article)
    others = {"paths": tuple(each for each in key.VARIANTS.paths if each.find.pattern != rule["find"]),
              "wrappers": tuple(each for each in key.VARIANTS.wrappers if each.pattern != rule["find"])}  # fmt: skip
    monkeypatch.setattr(key, "VARIANTS", replace(key.VARIANTS, **others))
    assert url_key(variant) != url_key(article)


@pytest.mark.parametrize("family", VARIANTS["tracking"])
def test_tracking_goes_whatever_its_value(family):
    for name in VARIANTS["tracking"][family]:
        for value in ("x", "12345", ""):
            assert (
                url_key(f"https://example.org/story.php?{name.replace('*', 'x')}={value}&id=7")
                == "example.org/story.php?id=7"
            )


@pytest.mark.parametrize("name", VARIANTS["values"])
def test_a_marker_goes_by_its_value_alone(name):
    for value in VARIANTS["values"][name]:
        assert url_key(f"https://example.org/story.php?{name}={value}&id=7") == "example.org/story.php?id=7"
    assert url_key(f"https://example.org/story.php?{name}=4711") != url_key(f"https://example.org/story.php?{name}=4712")


@pytest.mark.parametrize("name", [*VARIANTS["markers"]["names"], *VARIANTS["sessions"]["perhaps"]])
def test_a_number_is_an_article(name):
    for page in ("story.php", "news/article", "2026/11/22/what-the-minister-said"):
        assert url_key(f"https://example.org/{page}?{name}=4711") != url_key(f"https://example.org/{page}?{name}=4712")


@pytest.mark.parametrize("name", [*VARIANTS["named"]["names"], *VARIANTS["named_values"], *VARIANTS["dated_values"]])
def test_what_goes_beside_a_named_article_stays_on_a_page_that_names_none(name):
    (value, *_) = {**VARIANTS["named_values"], **VARIANTS["dated_values"]}.get(name, ["*"])
    article = "example.org/2026/11/22/ministers-meet"
    assert url_key(f"https://{article}?{name}={value}") == article
    for page in ("story.php", "documents", "news/view", "2026/11/22"):
        assert url_key(f"https://example.org/{page}?{name}={value}") != url_key(f"https://example.org/{page}")


@pytest.mark.parametrize("name", VARIANTS["markers"]["names"])
def test_a_marker_that_no_list_knows_goes_only_where_the_article_is_named(name):
    for page in ("story.php", "documents", "news/view", "2026/11", "statements-of-the-year"):
        assert url_key(f"https://example.org/{page}?{name}=oslo") != url_key(f"https://example.org/{page}?{name}=rome")
    article = "example.org/world/ministers-meet-12345"
    assert url_key(f"https://{article}?{name}=x7a") == article
    assert url_key(f"https://{article}?{name}=S-2026-612") != article


def test_long_addresses_keep_apart():
    begun = "https://www.example.org/find?q=" + "é" * 2_000
    keys = {url_key(begun + end) for end in ("a", "b", "c")}
    assert len(keys) == 3
    assert all(len(each) <= MAX_KEY_LENGTH and each.startswith("example.org/") for each in keys)
    assert {url_key(f"https://{each}") for each in keys} == keys


def test_keys_can_be_stored(tmp_path):
    with closing(sqlite3.connect(tmp_path / "keys.db")) as db:
        stored = [
            db.execute("SELECT ?", [url_key(text)]).fetchone()[0] for text in ("\ud800", "http://a.example/\udfff", "\x00")
        ]
        assert db.execute("SELECT ?", [url_key("\ud800" + "/a" * 40_000)]).fetchone()[0].startswith("\\ud800/")
    assert stored == ["\\ud800", "a.example/%ED%BF%BF", ""]


PARTS = {name: st.sampled_from(each) for name, each in TABLE["parts"].items()}
VALUES = PARTS["values"] | st.text(max_size=8)
QUERIES = st.lists(st.tuples(PARTS["names"], VALUES).map("=".join), max_size=4).map("&".join)
ROUTES = st.sampled_from(["", "#top", "#!/a/b", "#/x//y", "#!", "#/", "#!a%20b/é?c=d"])
ADDRESSES = st.builds(
    lambda host, path, end, query, route: f"https://{host}/{'/'.join(path)}{end}?{query}{route}",
    PARTS["hosts"], st.lists(PARTS["segments"], max_size=6), st.sampled_from(["", "/", ".html", ".amp"]), QUERIES, ROUTES,
)  # fmt: skip
REAL_SHAPES = st.sampled_from([each for group in (*TABLE["same"], *TABLE["different"]) for each in group])


@given(st.text(max_size=200) | st.from_regex(r"https?://[a-z.]{1,20}/[ -~]{0,40}", fullmatch=True))
def test_nothing_that_the_web_writes_raises(value):
    assert len(url_key(value)) <= MAX_KEY_LENGTH
    host_of(value)
    address = absolute(value, "https://a.example/b/")
    assert address is None or (address.startswith(("http://", "https://")) and absolute(address, "") == address)


@settings(max_examples=1_000)
@given(
    ADDRESSES
    | REAL_SHAPES
    | st.text(max_size=60).map(lambda text: absolute(text, "https://a.example/b/") or "https://a.example")
)
def test_a_key_is_its_own_key_whatever_the_scheme(address):
    found = url_key(address)
    assert found.isascii()
    assert len(found) <= MAX_KEY_LENGTH
    assert [url_key(start + found) for start in ("", "//", "http://", "https://")] == [found] * 4


@given(ADDRESSES)
def test_the_order_of_parameters_and_tracking_among_them_change_nothing(address):
    before, _, fragment = address.partition("#")
    page, _, query = before.partition("?")
    items = ["fbclid=1", *reversed(query.split("&")), "utm_source=a"]
    if query.count("_escaped_fragment_") < 2:  # the first of two routes is meant
        # the mark always: spaces around an address mean nothing, within it they do
        assert url_key(f"{page}?{'&'.join(items)}#{fragment}") == url_key(f"{before}#{fragment}")


LABELS = st.sampled_from(["a", "co", "uk", "www", "github", "io", "ck", "gc", "ca", "xn--p1ai", "рф", "blogspot", "1"])


@given(st.lists(LABELS, min_size=1).map(".".join))
def test_a_registered_domain_ends_its_host_and_is_its_own(host):
    found = registered_domain(host)
    assert found == host or host.endswith(f".{found}")
    assert registered_domain(found) == found


def test_suffixes_are_those_that_tldextract_finds():
    known = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
    rules = [rule.replace("*", "wild").lstrip("!") for rule in [*shipped_suffixes().private][::4]]
    spelt = [
        f"{before}{rule}"
        for rule in (*rules, "www.ck", "x.ck", "рф", "xn--p1ai", "intranet", "co.uk.", "x:80")
        for before in ("", "a.b.")
    ]
    for host in spelt:
        found = known(host)
        size, is_private = _suffix(host)
        assert (size, is_private) == (len(found.suffix.split(".")) if found.suffix else 0, found.is_private), host


def test_the_suffix_list_brings_no_http_client():
    code = (
        "import sys; from newscrawler.urls import site_of; site_of('https://a.b.co.uk/'); print('requests' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "False\n"


@given(st.text(max_size=60))
def test_what_is_no_host_is_split_without_raising(text):
    assert text.endswith(registered_domain(text))


@given(st.lists(st.sampled_from([".", "..", "...", "", "a", ".b", "c..", "d.html"]), max_size=8).map("/".join))
def test_a_path_is_tidied_as_addresses_are_resolved(path):
    """Against the standard library's reading of RFC 3986, which leaves doubled slashes and the last one alone."""
    squeezed = re.sub("/+", "/", f"/{path}")
    assert key._tidy(f"/{path}") == urlsplit(urljoin("http://h", squeezed)).path.rstrip("/")


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("/a?b=1&c=2#d", "https://host.example/a?b=1&c=2"),
        ("//other.example/x", "https://other.example/x"),
        ("https://user:secret@other.example/x", "https://other.example/x"),
        ("HTTPS://Other.Example:443/X", "https://other.example/X"),
        ("http://other.example:8080/", "http://other.example:8080/"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/straße"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),  # by the rules of 2003 another host
        ("https://βόλος.example:8080/", "https://xn--nxasmm1c.example:8080/"),
        ("https://ΒΌΛΟΣ.example/", "https://xn--nxasmq6b.example/"),
        ("https://u:p@FAẞ.example/", "https://xn--fa-hia.example/"),
        ("//b%C3%BCcher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://日本。jp/", "https://xn--wgv71a.jp/"),
        ("https://☕.example/", "https://xn--53h.example/"),
        ("https://ex_ämple.example/", "https://xn--ex_mple-7wa.example/"),
        ("http://１２７。０．０.１/", "http://127.0.0.1/"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("https://a%2Fb.example/", None),
        ("https://ä..example/", None),
        (f"https://{'ä' * 64}.example/", None),
        ("mailto:a@b.example", None),
        ("file:///etc/passwd", None),
        ("http://[::1", None),
        ("", None),
        (None, None),
        ("https://a.example/\ud800.jpg", None),
        ("https://\x00a.example/", None),
        ("https://a%7f.example/", None),
        ("https://a%1Fb.example/", None),
        ("http://host.example:99999/", None),
        ("https://host.example/" + "a" * 3000, None),
    ],
)
def test_absolute(reference, expected):
    assert absolute(reference, "https://host.example/news/") == expected


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "::ffff:10.0.0.1",
        "0.0.0.0",
        "169.254.169.254",
        "fe80::1%eth0",
        "64:ff9b::7f00:1",
        "::7f00:1",
        "fec0::1",
    ],
)
def test_private_addresses_in_every_spelling(host):
    address = literal_address(host)
    assert address is not None
    assert not is_public_address(str(address))


@pytest.mark.parametrize("host", ["example.org", "1.example", "0x.example", "", "999.1.1.1.1"])
def test_names_are_no_literal_addresses(host):
    assert literal_address(host) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.bmlv.gv.at/a", "https://www.bmi.gv.at/a", False),
        ("https://news.gc.ca/a", "https://forces.gc.ca/a", False),
        ("https://www.gov.uk/a", "https://www.gov.pl/a", False),
        ("https://news.bbc.co.uk/a", "https://www.bbc.com/a", True),
        ("https://www.mod.go.jp/a", "https://www.mod.gov.in/a", False),
        ("https://mfa.gov.ua/a", "https://www.mfa.gov.il/a", False),
        ("https://www.independent.co.uk/a", "https://www.independent.ie/a", False),
        ("https://desk.substack.com/a", "https://fleet.substack.com/a", False),
        ("https://desk.substack.com/a", "https://desk.example.org/a", False),
        ("http://127.0.0.1:8001/a", "http://127.0.0.1:8001/b", True),
        ("http://127.0.0.1:8001/a", "http://127.0.0.2:8001/a", False),
        ("https://example.org:8443/a", "https://www.example.org/a", True),
        ("http://[::1]:8001/a", "http://[::2]:8001/a", False),
    ],
)
def test_addresses_of_one_publisher(one, other, same):
    assert same_site(one, other) == same_site(other, one) == same
    assert (site_of(one) == site_of(other)) == same


def test_a_publisher_of_several_domains_is_listed_by_what_was_registered():
    brands = shipped_variants().brands
    assert brands
    assert all(registered_domain(domain) == domain for domain in brands)
    assert all(brands[first] == first for first in brands.values())


def test_a_redirect_to_a_host_beyond_ascii_leads_where_browsers_go():
    moved = Response("https://a.example/x", 301, {"Location": "https://straße.example/ä".encode()})
    location = HostSpelling().process_response(Request("https://a.example/x"), moved).headers["Location"]
    assert location == "https://xn--strae-oqa.example/ä".encode()
    broken = Response("https://a.example/x", 301, {"Location": b"https://\xff\xfe..example/"})
    assert HostSpelling().process_response(Request("https://a.example/x"), broken).status == 301
