import json

import pytest
from conftest import CASES
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.urls import absolute, host_of, is_public_address, literal_address, url_key

TABLE = json.loads((CASES / "addresses.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("variants", TABLE["same"], ids=lambda each: each[0])
def test_addresses_of_one_article_meet(variants):
    assert len({url_key(each) for each in variants}) == 1


@pytest.mark.parametrize("different", TABLE["different"], ids=lambda each: each[0])
def test_two_articles_never_meet(different):
    assert len({url_key(each) for each in different}) == len(different)


@given(st.text(max_size=200) | st.from_regex(r"https?://[a-z.]{1,20}/[ -~]{0,40}", fullmatch=True))
def test_nothing_that_the_web_writes_raises(value):
    url_key(value)
    host_of(value)
    address = absolute(value, "https://a.example/b/")
    assert address is None or (address.startswith(("http://", "https://")) and absolute(address, "") == address)


@given(st.from_regex(r"https?://[a-z]{1,10}\.example/[a-z0-9/._-]{0,30}(\?[a-z]=[0-9]{1,3})?", fullmatch=True))
def test_a_key_of_a_key_is_the_key(value):
    assert url_key(url_key(value)) == url_key(value)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("/a?b=1&c=2#d", "https://host.example/a?b=1&c=2"),
        ("//other.example/x", "https://other.example/x"),
        ("https://user:secret@other.example/x", "https://other.example/x"),
        ("HTTPS://Other.Example:443/X", "https://other.example/X"),
        ("http://other.example:8080/", "http://other.example:8080/"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/straße"),
        ("mailto:a@b.example", None),
        ("file:///etc/passwd", None),
        ("http://[::1", None),
        ("", None),
        (None, None),
        ("https://a.example/\ud800.jpg", None),
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
