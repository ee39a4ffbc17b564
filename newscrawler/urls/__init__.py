"""Addresses: what makes two of them one article, whose site they are, and which we may ask."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from newscrawler.urls.idn import ascii_host
from newscrawler.urls.public_suffix import registered_domain, registered_name
from newscrawler.urls.variants import shipped_variants

if TYPE_CHECKING:
    from newscrawler.urls.key import MAX_KEY_LENGTH, own_address, url_key

__all__ = [
    "MAX_KEY_LENGTH", "MAX_LENGTH", "absolute", "as_browsers_ask", "bare_host", "by_https",
    "host_of", "is_public_address", "literal_address", "own_address", "url_key",
]  # fmt: skip

MAX_LENGTH = 2_083
_EMBEDDING = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_EDGES = "".join(map(chr, range(0x21)))  # what the URL standard strips around an address
# what is whole and clean already, as nearly all addresses of feeds and sitemaps are
_CLEAN = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+/[\w.~!$&'()*+,;=:@%/-]*(?:\?[\w.~!$&'()*+,;=:@%/?-]+)?", re.ASCII)
_PORT = re.compile(r":\d*$")
_NO_HOST = re.compile(r"[\x00-\x1f\x7f\s/?#@%<>|^`{}\\]|^$")  # the URL standard's forbidden domain code points, and blanks
_NUMERIC_HOST = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}\.?$", re.IGNORECASE)


def __getattr__(name: str) -> Any:
    """What tells articles apart, once somebody asks for it: its rules are a tenth of what a search begins with."""
    if name not in ("MAX_KEY_LENGTH", "own_address", "url_key"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from newscrawler.urls import key

    return getattr(key, name)


def _stripped(reference: str | None) -> str:
    return (reference or "").strip(_EDGES).replace("\n", "").replace("\r", "").replace("\t", "")


def absolute(reference: str | None, base: str) -> str | None:
    """The http or https address that a reference means on a page at `base`; None where it is neither.

    Credentials and fragments are dropped; nothing that the web writes raises.

    >>> absolute("../story 1?id=2#top", "https://a.example/news/x/")
    'https://a.example/news/story%201?id=2'
    >>> absolute("javascript:void(0)", "https://a.example/"), absolute("http://[::1", "https://a.example/")
    (None, None)
    """
    if reference is not None and len(reference) <= MAX_LENGTH and _CLEAN.fullmatch(reference):
        return reference
    if not _stripped(reference):
        return None  # no reference is none, not the page itself
    try:
        parts = urlsplit(urljoin(base, _UNSAFE.sub(lambda found: quote(found[0]), _stripped(reference))))
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or _SURROGATE.search(reference or ""):
            return None
        # as it is written: in lower case a final sigma would be another letter
        host, port = ascii_host(_PORT.sub("", parts.netloc.rpartition("@")[2]).strip("[]")), parts.port
    except ValueError:
        return None
    if _NO_HOST.search(host):
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        netloc = f"{netloc}:{port}"
    url = urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
    return url if len(url) <= MAX_LENGTH else None


def as_browsers_ask(url: str) -> str:
    """An address with its host as browsers look it up, whoever wrote it; Scrapy's own spelling may be another host.

    >>> as_browsers_ask("https://straße.example/feed"), as_browsers_ask("https://a.example/feed#x")
    ('https://xn--strae-oqa.example/feed', 'https://a.example/feed#x')
    """
    return url if url.isascii() else absolute(url, "") or url


def by_https(url: str) -> str | None:
    """The same address by https; None where it names a port, for on that one http is spoken.

    >>> by_https("http://a.example/1?b=2"), by_https("http://a.example:8080/")
    ('https://a.example/1?b=2', None)
    """
    parts = urlsplit(url)
    if parts.port not in (None, 80):
        return None
    return urlunsplit(parts._replace(scheme="https", netloc=parts.netloc.removesuffix(":80")))


@lru_cache(maxsize=1_024)  # of one address it is asked from many sides
def host_of(url: str) -> str:
    """Host and, where it is not the default, port: what politeness and robots.txt count by."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def bare_host(url: str) -> str:
    """Host and port as `host_of`, without www: what a publisher calls the same place.

    >>> bare_host("https://www.example.org/a"), bare_host("https://news.example.org:8080/a")
    ('example.org', 'news.example.org:8080')
    """
    return host_of(url).removeprefix("www.")


def _name_of(url: str) -> str:
    return _PORT.sub("", bare_host(url))


def site_of(url: str) -> str:
    """The site that an address is of: what its publisher registered, by the public suffix list.

    One name under two suffixes is two sites, as ministries' are (mod.gov.in, mod.go.jp), but for the few publishers of
    variants.toml that use several: theirs is the first one listed.

    >>> site_of("https://news.example.co.uk/a"), site_of("https://www.bmlv.gv.at/"), site_of("https://www.gov.uk/x")
    ('example.co.uk', 'bmlv.gv.at', 'gov.uk')
    >>> site_of("https://www.bbc.co.uk/news"), site_of("https://www.independent.co.uk/"), site_of("https://independent.ie/")
    ('bbc.com', 'independent.co.uk', 'independent.ie')
    """
    registered = registered_domain(_name_of(url))
    return shipped_variants().brands.get(registered, registered)


def site_name(url: str) -> str | None:
    """The name that a publisher registered, without the suffix; None where the host tells none.

    >>> site_name("https://www.bbc.co.uk/news"), site_name("http://192.0.2.1:8000/")
    ('bbc', None)
    """
    return registered_name(_name_of(url))


def same_site(url: str, other: str) -> bool:
    """Whether two addresses are of one site, as `site_of` tells.

    >>> same_site("https://www.bbc.co.uk/a", "https://bbc.com/b"), same_site("https://bmlv.gv.at/", "https://bmi.gv.at/")
    (True, False)
    """
    return site_of(url) == site_of(other)


def literal_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a host spells out, in dotted, decimal, octal or hex form; None for a name.

    >>> literal_address("2130706433"), literal_address("0x7f.1"), literal_address("example.org")
    (IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), None)
    """
    host = host.strip("[]")
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    if not _NUMERIC_HOST.match(host):
        return None
    try:
        numbers = [int(part, 16 if part[:2].lower() == "0x" else 8 if part[:1] == "0" and part != "0" else 10)
                   for part in host.rstrip(".").split(".")]  # fmt: skip
        value = sum(number << (24 - 8 * index) for index, number in enumerate(numbers[:-1])) + numbers[-1]
        return ipaddress.IPv4Address(value)
    except ValueError:
        return None


def is_public_address(address: str) -> bool:
    """Whether an IP address is one of the public internet (IPv4-mapped IPv6 counts as its IPv4).

    >>> [is_public_address(a) for a in ("192.0.43.10", "127.0.0.1", "10.1.2.3", "169.254.169.254", "::ffff:127.0.0.1")]
    [True, False, False, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if any(ip in network for network in _EMBEDDING):  # NAT64 and "compatible" addresses end in an IPv4 one
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        else:
            ip = ip.ipv4_mapped or ip.sixtofour or ip
    return ip.is_global and not ip.is_multicast and not getattr(ip, "is_site_local", False)
