"""What makes two addresses one article: url_key.  The lists are in variants.toml, the reasons in docs/addresses.md.

Two articles must never meet: the later one would pass for a new state of the first.  A variant that we miss costs one
more fetch, and its text finds the story.  So a part of an address goes only where it cannot tell articles apart.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from newscrawler.urls.idn import ascii_host
from newscrawler.urls.naming import Naming, is_phrase, may_be_article, naming
from newscrawler.urls.public_suffix import registered_domain
from newscrawler.urls.variants import shipped_variants

if TYPE_CHECKING:
    from newscrawler.urls.variants import Rewrite

MAX_KEY_LENGTH = 2_083
_LONGEST, _MOST_REWRITES = 65_536, 8
VARIANTS = shipped_variants()
_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f]")
_NETLOC = re.compile(r"(?:.*@)?(\[[^\[\]]+\]|[^:\[\]]+)(?::(\d*))?")
_NO_HOST = re.compile(r"[\s/?#@%<>|^`{}\\]|^$")
_DEFAULT_PORTS = frozenset({"", "80", "443"})
_PORT = re.compile(r"\.?(?::(?:80|443)?)?$")
_NUMERIC = re.compile(r"\[.*\]|[\d.]+")
# what an address must hold, in lower case, for any wrapper or any rewrite of a path to be worth trying
_WRAPPED = ("/amp/", "amp.", "ampproject.org", "bing-amp.com", "turbo")
_SUSPECT = (
    "amp", "print", "druck", "imprim", "/index", "/default.", "session", "phpsessid", ";sid=", "cfid=", "cftoken=",
    "/(", "/go/", "%20", "&",
)  # fmt: skip
# spelling
_PLAIN = re.compile(r"[A-Za-z0-9/:@!$&'()*,;=~._-]*")  # written in one way only, wherever it stands
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SAFE = "%/:@!$&'()*+,;=~?"
_IN_PATH, _IN_QUERY, _IN_FRAGMENT = "/?#%;", "&=#%+;", "%"  # what means something else once it is decoded
_ESCAPED_ROUTE = "_escaped_fragment_="
_SLASHES = re.compile(r"/{2,}")
_EMPTY_ROUTES = frozenset({"/", "!", "!/"})
_MARKUP = re.compile(r"^(?:amp(?:;|%3B))+", re.IGNORECASE)  # what is left of &amp; that nobody decoded
# values
_ANY = "*"
_SESSION = re.compile(r"(?=.*\d)(?=.*[a-z])(?:[0-9a-z]{6,}|[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4})", re.IGNORECASE)
_SURE_SESSION = re.compile(r"(?=(?:.*\d){4})(?:[\da-f]{12,64}|[\dA-F]{12,64}|(?=.*[a-z])[\da-z]{26})")  # as long as PHP's
_LONG_NUMBER = re.compile(r"\d{5}")
_CLOCK = re.compile(r"1\d{9}(?:\d{3})?")  # Unix time, in seconds or milliseconds
_BETWEEN_WORDS = re.compile(r"(?:%20|[-_:,|/ ])+")
_REFERENCE = re.compile(r"[A-Z]{1,5}[-_.]\d.*")  # S-2026-612, PE-741: a document's, not a share button's


def url_key(url: str) -> str:
    """The name under which all addresses of one article meet; of an address, at most MAX_KEY_LENGTH characters of ASCII.

    Scheme, www, m. and amp. hosts, default ports, fragments, tracking parameters, sessions, AMP and print versions and
    index pages fall away; `?id=`, `?page=2`, path case and `#!` routes stay.  A key is its own key.  Never raises.

    >>> url_key("https://www.example.org/a/story.html?utm_source=x#top") == url_key("http://example.org/a/story.html")
    True
    >>> url_key("https://example.org/a?id=1") == url_key("https://example.org/a?id=2")
    False
    """
    text = _INVISIBLE.sub("", url).strip()
    if len(text) > _LONGEST:
        return _digest(_SCHEME.sub("", text))
    try:
        key = _key(text)
        if _holds(key.lower(), _WRAPPED):  # a cache of a cache of an amp. host
            key = _until_stable(key)
    except ValueError:  # no address: its own name
        key = _SCHEME.sub("", text).encode("utf-8", "backslashreplace").decode("utf-8")
    return key if len(key) <= MAX_KEY_LENGTH else _digest(key)


def own_address(url: str) -> str:
    """The publisher's own address, where a cache of the whole web shows an article; else the address itself.

    >>> own_address("https://www.google.com/amp/s/gazette.example/1"), own_address("https://gazette.example/1")
    ('https://gazette.example/1', 'https://gazette.example/1')
    """
    if not _holds(url.lower(), _WRAPPED):
        return url
    try:
        parts = urlsplit(url)
        found = _unwrapped(parts)
    except ValueError:
        return url
    return url if found == parts else found._replace(scheme="https").geturl()


def _until_stable(key: str) -> str:
    for _ in range(128):
        if (again := _key(key)) == key:
            break
        key = again
    return key


def _digest(key: str) -> str:
    """A short name for a long one, whose first two thousand characters may be those of others too."""
    host = re.split("[/?#]", key, maxsplit=1)[0].encode("ascii", "backslashreplace").decode("ascii")
    name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{host}/{name}" if len(host) <= 255 else name


def _key(text: str) -> str:
    parts = _split(text)
    if _holds(text.lower(), _WRAPPED):
        parts = _unwrapped(parts)
    host, fragment = _host(parts.netloc), parts.fragment
    items = _items(parts.query) if parts.query else []
    if routes := [item for item in items if item.startswith(_ESCAPED_ROUTE)]:  # how a #! route was asked of servers
        fragment = "!" + routes[0].removeprefix(_ESCAPED_ROUTE)
        items = [item for item in items if item not in routes]
    path = _plain_path(_tidy(_spelled(parts.path, _IN_PATH)))
    query = _selecting_parameters(items, host, path) if items else ""
    route = _route(_spelled(fragment, _IN_FRAGMENT)) if fragment else ""
    return f"{host}{path}?{query}{route}" if query else f"{host}{path}{route}"


def _route(fragment: str) -> str:
    """A fragment that selects what a script shows, as #!/story/5 and #/story/5 do; others name a place on the page."""
    return f"#{fragment}" if fragment.startswith(("/", "!")) and fragment not in _EMPTY_ROUTES else ""


def _split(text: str) -> SplitResult:
    return urlsplit(text if _SCHEME.match(text) else f"http://{text}")


def _unwrapped(parts: SplitResult) -> SplitResult:
    """The article's own address, where a cache of the whole web shows it."""
    address = _PORT.sub("", parts.netloc.lower().rpartition("@")[2]) + parts._replace(scheme="", netloc="").geturl()
    found = next(filter(None, (wrapper.match(address) for wrapper in VARIANTS.wrappers)), None)
    return _split(f"http://{found['host']}{found['path']}") if found else parts


@lru_cache(maxsize=4096)
def _host(netloc: str) -> str:
    found = _NETLOC.fullmatch(netloc)
    if not found:
        raise ValueError(f"{netloc} is no host")
    name, port = ascii_host(found[1].strip()).rstrip("."), found[2] or ""
    if _NO_HOST.search(name):
        raise ValueError(f"{netloc} is no host")
    suffix = "" if port.lstrip("0") in _DEFAULT_PORTS else f":{port}"
    return (name if _NUMERIC.fullmatch(name) else _own_name(name)) + suffix


def _own_name(name: str) -> str:
    """A host without the labels that say for which device, or by which cache, a page was made."""
    labels = name.split(".")
    while len(labels) > 2 and labels[0] == "www":
        del labels[0]  # www.gov.uk is gov.uk
    if not any(map(_may_go, labels[:-2])):
        return ".".join(labels)  # nearly all: the list need not be asked
    own = len(registered_domain(name).split("."))
    kept = (VARIANTS.prefix.sub("", label, count=1) for label in labels[:-own])
    return ".".join([label for label in kept if not VARIANTS.label.fullmatch(label)] + labels[-own:])


def _may_go(label: str) -> bool:
    return bool(VARIANTS.label.fullmatch(label) or VARIANTS.prefix.match(label))


def _spelled(part: str, special: str) -> str:
    """One spelling for all that mean the same: NFC, UTF-8, escaped where it must be.  Broken escapes stay themselves."""
    if _PLAIN.fullmatch(part):
        return part

    def decoded(found: re.Match[str]) -> str:
        text = unquote_to_bytes(found[0]).decode("utf-8", "surrogateescape")
        # bytes that are no UTF-8 come as U+DC80 to U+DCFF
        return "".join(f"%{ord(c) & 0xFF:02X}" if c in special or "\udc80" <= c <= "\udcff" else c for c in text)

    part = _LONE_PERCENT.sub("%25", part)
    return quote(unicodedata.normalize("NFC", _ESCAPES.sub(decoded, part)), safe=_SAFE, errors="surrogatepass")


def _tidy(path: str) -> str:
    """A path without doubled slashes, dot segments (RFC 3986, 5.2.4) and a slash at its end.

    >>> _tidy("/a//b/./c/../d/"), _tidy("/../a/.."), _tidy("/a/.../b")
    ('/a/b/d', '', '/a/.../b')
    """
    if "//" in path or "/." in path:
        kept: list[str] = []
        for segment in _SLASHES.sub("/", path).split("/")[1:]:
            if segment == "..":
                del kept[-1:]
            elif segment != ".":
                kept.append(segment)
        path = "/" + "/".join(kept)
    return path.rstrip("/")


def _holds(text: str, any_of: tuple[str, ...]) -> bool:
    return any(each in text for each in any_of)


def _plain_path(path: str) -> str:
    """A path without what makes it the print, AMP or session version of another."""
    if not _holds(path.lower(), _SUSPECT):
        return path
    before = path
    for _ in range(_MOST_REWRITES):
        after = before
        for rule in VARIANTS.paths:
            after = _rewritten(after, rule)
        after = _tidy(after)  # what stood behind a session may be two dots
        if after == before:
            return after
        before = after
    return path  # /print/print/print/...: made to keep us busy


def _rewritten(path: str, rule: Rewrite) -> str:
    if not rule.after:
        return rule.find.sub(rule.put, path).rstrip("/")
    found = rule.find.search(path)
    if not found or not _stands_after(rule.after, path[: found.start()]):
        return path
    return path[: found.start()] + path[found.end() :]


def _stands_after(kind: str, path: str) -> bool:
    if kind == "name":
        return naming(path) >= Naming.HEADLINE
    return is_phrase(path) if kind == "phrase" else may_be_article(path.rpartition("/")[2])


def _selecting_parameters(items: list[str], host: str, path: str) -> str:
    """The parameters that may select an article, each once, in order."""
    site = VARIANTS.listed_site(host.partition(":")[0])
    sure: set[str] = set()
    doubtful: set[str] = set()
    for item in items:
        kind = _kind(item.partition("=")[0].lower(), site)
        if item and kind is not None:
            (doubtful if kind else sure).add(item)
    doubtful = {item for item in doubtful if not _is_noise(item, path)}
    if doubtful:
        named = max(naming(path), _named_by(sure, path))
        sure.update(item for item in doubtful if not _is_noise_where_named(item, named))
    return "&".join(sorted(sure))


def _named_by(items: set[str], path: str) -> Naming:
    """How surely a parameter names an article: a long id as one in a path does, page numbers of programs never."""
    ordinary = VARIANTS.ordinary
    parameters = [item.partition("=")[::2] for item in items]
    values = [value for name, value in parameters if name.lower() in ordinary.ids]
    if values:
        return Naming.SURE if any(map(_LONG_NUMBER.search, values)) else Naming.HEADLINE
    numbers_articles = not path or path.rpartition(".")[2].lower() in ordinary.programs
    found = numbers_articles and any(name.lower() in ordinary.page_ids for name, _ in parameters)
    return Naming.HEADLINE if found else Naming.NOTHING


def _items(query: str) -> list[str]:
    items = [_MARKUP.sub("", item) for item in query.split("&")]
    if _PLAIN.fullmatch(query):
        return items
    return ["=".join(_spelled(each.replace("+", "%20"), _IN_QUERY) for each in item.split("=", 1)) for item in items]


@lru_cache(maxsize=4096)
def _kind(name: str, site: str) -> bool | None:
    """None: never selects an article; True: its value decides; False: it may, with any value."""
    if VARIANTS.is_tracking(name) or name in VARIANTS.sites.get(site, ()):
        return None
    return VARIANTS.is_judged_by_value(name)


def _is_noise(item: str, path: str) -> bool:
    """Whether a parameter that its value decides on says nothing, whatever the rest of the address names."""
    name, _, value = item.partition("=")
    name, word = name.lower(), value.lower()
    if word in VARIANTS.values.get(name, ()):
        return True
    if name in VARIANTS.markers:
        return all(each in VARIANTS.words for each in _BETWEEN_WORDS.split(word) if each)
    return name in VARIANTS.languages and f"/{word}/" in path.lower()


def _is_noise_where_named(item: str, named: Naming) -> bool:
    """Whether it says nothing where the rest of the address names an article as surely as `named`."""
    name, _, value = item.partition("=")
    name, word = name.lower(), value.lower()
    if named < Naming.HEADLINE:
        return named is Naming.PHRASE and name in VARIANTS.perhaps_sessions and bool(_SURE_SESSION.fullmatch(value))
    if name in VARIANTS.named or word in VARIANTS.named_values.get(name, ()):
        return True
    if name in VARIANTS.perhaps_sessions:
        return bool(_SESSION.fullmatch(value))
    if name in VARIANTS.dated_values:
        return named is Naming.SURE and not VARIANTS.dated_values[name].isdisjoint((word, _ANY))
    if name in VARIANTS.clocks:
        return named is Naming.SURE and bool(_CLOCK.fullmatch(value))
    return name in VARIANTS.markers and _is_opaque(name, value, named)


def _is_opaque(name: str, value: str, named: Naming) -> bool:
    """Whether a marker's value, which no list knows, selects nothing where the address names an article so surely."""
    if value.isdigit() or "/" in value or _REFERENCE.fullmatch(value):
        return False
    return named is Naming.SURE or (name not in VARIANTS.filters and not any(map(str.isdigit, value)))
