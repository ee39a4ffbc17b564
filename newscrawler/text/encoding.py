"""Bytes of a page or a feed to text, as browsers resolve them: byte order mark, header, declaration, detection.

Two lies are seen through: bytes that are valid UTF-8 beyond chance are UTF-8 whatever is declared, and bytes
declared as UTF-8 that are not are looked at (a Shift_JIS or windows-1251 page with a wrong meta element).
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from itertools import islice

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

from newscrawler.text import is_parsable, parsable, without_bad_references
from newscrawler.text.plausibility import contradicted, likeliest, told_by_few

WHOLE = 2  # whole sequences for each broken one: other encodings have one by chance for five that are none
MAX_BROKEN_SEQUENCES = 8  # broken sequences in which no other encoding can be told
DETECTION_BYTES = 20_000  # bytes that detection looks at
_TAGS = re.compile(rb"<(script|style)\b.*?</\1>|<[^>]*>|[\x00-\x20]+", re.DOTALL | re.IGNORECASE)
_REPLACEMENT = "\ufffd".encode()
# what the web is written in (WHATWG Encoding), by how often a page without a true declaration is
_CANDIDATES = ["cp1251", "cp932", "gb18030", "euc_kr", "big5", "euc_jp", "cp1252", "cp1250", "cp1253", "cp1254", "cp1255",
               "cp1256", "cp1257", "koi8_r", "iso8859_2", "iso8859_5", "iso8859_7"]  # fmt: skip


_ESCAPES = (b"\x1b$B", b"\x1b$@")  # what ISO-2022-JP, the one encoding of seven bits, begins Japanese with
_LANGUAGE = re.compile(
    rb"(?:<(?:html|rss|feed|rdf:RDF|channel)\b[^>]*?\s(?:xml:)?lang\s*=\s*[\"']?|<(?:dc:)?language>\s*)([a-z]{2})",
    re.IGNORECASE,
)
# the first characters of XML without a byte order mark (XML 1.0, appendix F.1)
_BEGINNINGS = (
    (b"<\x00\x00\x00", "utf-32-le"), (b"\x00\x00\x00<", "utf-32-be"), (b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"),
    (b"{\x00", "utf-16-le"), (b"\x00{", "utf-16-be"),
)  # fmt: skip
_XML_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,300}\?>")
_XML_ENCODING = re.compile(rb"\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([\w.:-]+)")
_LEAD_AND_MORE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_BEYOND_ASCII = re.compile(rb"[^\s<>]{0,30}[\x80-\xff]+[^\s<>]{0,30}")
# a run of UTF-8 that somebody read as ISO-8859-1 and wrote as UTF-8: each byte of a character became two
_DOUBLED = re.compile(
    rb"(?:\xc3(?:[\x82-\x9f]\xc2[\x80-\xbf]|[\xa0-\xaf](?:\xc2[\x80-\xbf]){2}|[\xb0-\xb4](?:\xc2[\x80-\xbf]){3})){1,200}"
)
# how such quotation marks and full stops begin, and letters of Greek, Cyrillic, Hebrew and Arabic
_MAY_BE_DOUBLED = re.compile(rb"\xc3[\xa2\xa3\x8e-\x91\x97-\x99]\xc2")
_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")  # which no text has
LEAST_CONTROLS = 3  # so many of them in such runs, by which a document is known to be written so; one quotation mark has two
_ASCII = re.compile(rb"[\x00-\x7f]")
_PLAIN = rb'<p lang="az">AZ az 09 &amp; \u0041 +AGE- ~{</p>'
_WIDE = ("utf-16", "utf-32")
_PASTED = re.compile("[\udc80-\udcff]+")
PIECE = 1_000_000  # characters that are mended at a time: each mend is a string of its own


def _stated_language(body: bytes) -> str:
    stated = _LANGUAGE.search(body[:4_000])
    return stated[1].decode().lower() if stated else ""


def _sample(body: bytes) -> bytes:
    """The text between tags from its first byte beyond ASCII on: that is where the language is."""
    sample = _TAGS.sub(b" ", body[: 40 * DETECTION_BYTES])
    first = next((found.start() for found in re.finditer(rb"[\x80-\xff]{2}|[\x80-\xff]", sample)), 0)
    return sample[max(0, first - 100) : first + DETECTION_BYTES]


def _detected(body: bytes, declared: list[str]) -> str:
    """The encoding of bytes that are no UTF-8, by what makes them text; `declared`: those that they are said to be in."""
    raw = _sample(body)
    if found := likeliest(raw, _stated_language(body), declared):
        return found
    if stated := next((name for name in declared if _decodes(body, name)), None):
        return stated
    from charset_normalizer import from_bytes  # only where a text is in no language that we know

    best = from_bytes(raw, cp_isolation=_CANDIDATES).best()
    return best.encoding if best else "cp1252"


def _has_escapes(body: bytes) -> bool:
    return b"\x1b" in body and any(each in body for each in _ESCAPES)  # one byte is found in no time


def _decodes(body: bytes, encoding: str) -> bool:
    try:
        body.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _mostly_utf8(body: bytes, few: int = 0) -> bool:
    """Whether bytes are UTF-8 with a cut or a pasted quote in them, or with fewer than `few` of whatever kind."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd") - body.count(_REPLACEMENT)
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return broken < few or WHOLE * broken <= beyond_ascii - broken


def _told_by_few(body: bytes) -> str | None:
    """The encoding of a page that is said to be UTF-8, and is not, by the few characters beyond ASCII that it has."""
    if _LEAD_AND_MORE.search(body):  # some of it is UTF-8
        return None
    words = b" ".join(_BEYOND_ASCII.findall(_TAGS.sub(b" ", body)))
    return told_by_few(words, _stated_language(body)) if words else None


def resolve(body: bytes, content_type: str | None) -> str:
    """The name of the codec that a page is to be read with.

    >>> resolve("Ärger".encode() * 9, "text/html; charset=iso-8859-1"), resolve(b"plain", None)
    ('utf-8', 'utf-8')
    """
    return _resolved(body, content_type, is_utf8=_decodes(body, "utf-8"))


def _resolved(body: bytes, content_type: str | None, *, is_utf8: bool) -> str:
    bom = read_bom(body)[0]
    if bom is not None:
        return bom
    header, meta = (content_type and http_content_type_encoding(content_type)), html_body_declared_encoding(body[:8_000])
    declared = [name for each in (header, meta) if each and (name := resolve_encoding(each)) and _is_of_the_web(name)]
    if declared and declared[0].startswith(("utf-16", "utf-32")) and b"<" in body[:200] and b"\x00" not in body[:200]:
        declared = declared[1:]  # a browser reads such a page as UTF-8: it found the declaration in ASCII
    if _has_escapes(body) and _decodes(body, "iso2022_jp"):
        return "iso2022_jp"
    if is_utf8 and not (declared and body.isascii()):
        return "utf-8"
    for name in declared:
        if name == "utf-8" and not _mostly_utf8(body, MAX_BROKEN_SEQUENCES):
            continue
        if name == "utf-8" and not is_utf8 and (few := _told_by_few(body)):
            return few
        if name == "utf-8" or _decodes(body, name) or not _is_unicode(name):
            return name if _is_unicode(name) else contradicted(_sample(body), _stated_language(body), name) or name
    return "utf-8" if _mostly_utf8(body) else _detected(body, [])


@cache
def _is_of_the_web(name: str) -> bool:
    """Whether a page may be in an encoding: all but the wide ones leave ASCII as it is, in which it is declared.

    Python knows others: EBCDIC, UTF-7 and HZ, which browsers refuse, punycode, escapes of source code.

    >>> [name for name in ("cp1252", "shift_jis", "utf-16-le", "utf-7", "cp037", "punycode") if _is_of_the_web(name)]
    ['cp1252', 'shift_jis', 'utf-16-le']
    """
    try:
        return name.startswith(_WIDE) or _PLAIN.decode(name) == _PLAIN.decode()
    except (UnicodeError, LookupError):
        return False


def _is_unicode(name: str) -> bool:
    return name.replace("-", "").startswith("utf")


def decode(body: bytes, content_type: str | None) -> tuple[str, str]:
    """(text, encoding) of a page; never raises, broken bytes become U+FFFD.

    Characters and references that no parser may see are left out.
    """
    raw, encoding = markup_of(body, content_type)
    return raw.decode(), encoding


def _written_once(body: bytes) -> bytes:
    """UTF-8 without what was encoded twice.

    >>> _written_once("“Überfahrt”".encode().decode("latin-1").encode()).decode(), _written_once("Ã©".encode()).decode()
    ('“Überfahrt”', 'Ã©')
    """
    if not _MAY_BE_DOUBLED.search(body):  # by one look for the first byte, which few pages have often
        return body
    controls = (control for run in _DOUBLED.finditer(body) for control in _CONTROL.findall(run[0]))
    if sum(1 for _ in islice(controls, LEAST_CONTROLS)) < LEAST_CONTROLS:
        return body
    mended, start = [], 0
    while start < len(body):  # piece by piece: each mend is a string of its own
        ascii_from = _ASCII.search(body, start + PIECE)
        end = ascii_from.start() if ascii_from else len(body)
        mended.append(_DOUBLED.sub(_undoubled, body[start:end]))
        start = end
    return b"".join(mended)


def _undoubled(found: re.Match[bytes]) -> bytes:
    once = found[0].decode().encode("latin-1")
    return once if _decodes(once, "utf-8") else found[0]


def markup_of(body: bytes, content_type: str | None) -> tuple[bytes, str]:
    """The same with the text as UTF-8, as parsers read it: most pages are that already, and are not decoded."""
    body = without_bad_references(body)
    is_utf8 = _decodes(body, "utf-8")
    encoding = _resolved(body, content_type, is_utf8=is_utf8)
    if encoding == "utf-8":
        body = _written_once(body)
    if is_utf8 and encoding == "utf-8" and is_parsable(raw := body.removeprefix(codecs.BOM_UTF8)):
        return raw, encoding
    try:
        text = body.decode(encoding, "replace")
    except (LookupError, UnicodeError):  # "charset=hex" names a codec that is no encoding
        encoding, text = "utf-8", body.decode("utf-8", "replace")
    return parsable(text.removeprefix("\ufeff")).encode(), encoding


def _marked(body: bytes) -> str | None:
    """The codec of XML by its first bytes: a byte order mark, or `<` in two or four of them."""
    marked: str | None = read_bom(body)[0]
    return marked or next((name for begins, name in _BEGINNINGS if body.startswith(begins)), None)


def _declared(body: bytes, charset: str | None) -> list[str]:
    """The codecs that XML is said to be in, the likelier first: a server's default is believed less than the file."""
    written = _XML_ENCODING.match(body)
    stated = (charset, written[1].decode("ascii") if written else None)
    names = [name for each in stated if each and (name := resolve_encoding(each)) and not name.startswith(_WIDE)]
    return names[::-1] if names[:1] == ["cp1252"] else names


def _xml_encoding(body: bytes, charset: str | None) -> str | None:
    """The codec of XML that is not simply UTF-8; None where it is.  `charset` is what the answer's header says."""
    marked = _marked(body)
    if marked is not None:
        return marked
    declared = _declared(body, charset)
    if _has_escapes(body) and _decodes(body, "iso2022_jp"):  # no XML has escapes otherwise
        return "iso2022_jp"
    if _decodes(body, "utf-8") or (declared in ([], ["utf-8"]) and _mostly_utf8(body)):  # whatever is declared
        return None
    found = _detected(body, [name for name in declared if name != "utf-8"])
    return None if found not in declared and _mostly_utf8(body) else found


def _as_pasted(found: re.Match[str]) -> str:
    return found[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def as_utf8(body: bytes, charset: str | None = None) -> bytes:
    """A feed, sitemap or JSON document as UTF-8, whatever it is written in and whatever it says; `charset`: of the header.

    What is written in another encoding loses its XML declaration.  A byte of an otherwise good text that is no UTF-8 is
    read as what somebody pasted from Windows.

    >>> as_utf8('<?xml version="1.0" encoding="utf-8"?><a>Überfahrt</a>'.encode("cp1252")).decode()
    '<a>Überfahrt</a>'
    """
    encoding = _xml_encoding(body, charset)
    if encoding is not None:
        text = body.decode(encoding, "replace")
    elif _decodes(body, "utf-8"):
        body = _written_once(body)
        written = _XML_ENCODING.match(body)
        if written is None or written[1].lower() in (b"utf-8", b"utf8"):
            return body
        text = body.decode()
    else:
        escaped = body.decode("utf-8", "surrogateescape")
        pieces = (escaped[start : start + PIECE] for start in range(0, len(escaped), PIECE))
        text = "".join(_PASTED.sub(_as_pasted, piece) for piece in pieces)
    return _XML_DECLARATION.sub("", text.removeprefix("\ufeff"), count=1).encode("utf-8", "replace")
