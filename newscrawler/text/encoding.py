"""Bytes of a page or a feed to text, as browsers resolve them: byte order mark, header, declaration, detection.

Two lies are seen through: bytes that are valid UTF-8 beyond chance are UTF-8 whatever is declared, and bytes
declared as UTF-8 that are not are looked at (a Shift_JIS or windows-1251 page with a wrong meta element).
"""

from __future__ import annotations

import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

from newscrawler.text import parsable, without_bad_references

WHOLE = 2  # whole sequences for each broken one: other encodings have one by chance for five that are none
MAX_BROKEN_SEQUENCES = 8  # broken sequences in which no other encoding can be told
DETECTION_BYTES = 20_000  # bytes that detection looks at
_TAGS = re.compile(rb"<(script|style)\b.*?</\1>|<[^>]*>|[\x00-\x20]+", re.DOTALL | re.IGNORECASE)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_REPLACEMENT = "\ufffd".encode()
# what the web is written in (WHATWG Encoding), by how often a page without a true declaration is
_CANDIDATES = ["cp1251", "cp932", "gb18030", "euc_kr", "big5", "euc_jp", "cp1252", "cp1250", "cp1253", "cp1254", "cp1255",
               "cp1256", "cp1257", "koi8_r", "iso8859_2", "iso8859_5", "iso8859_7"]  # fmt: skip


_ESCAPES = (b"\x1b$B", b"\x1b$@")  # what ISO-2022-JP, the one encoding of seven bits, begins Japanese with
_LANGUAGE = re.compile(
    rb"(?:<(?:html|rss|feed|rdf:RDF|channel)\b[^>]*?\s(?:xml:)?lang\s*=\s*[\"']?|<(?:dc:)?language>\s*)([a-z]{2})",
    re.IGNORECASE,
)
# encodings that differ from the Western one in few letters: the page's language tells them apart
_CENTRAL, _TURKISH, _BALTIC = b"bs cs hr hu pl ro sk sl sq", b"az tr", b"et lt lv"
_SIBLINGS = {
    language.decode(): codec
    for group, codec in ((_CENTRAL, "cp1250"), (_TURKISH, "cp1254"), (_BALTIC, "cp1257"))
    for language in group.split()
}
# of a language in another script there are few letters only where the text is short: too short for detection
_OTHER_SCRIPTS = {
    language: codec
    for languages, codec in (("be bg mk ru sr uk", "cp1251"), ("el", "cp1253"), ("he", "cp1255"), ("ar fa ur", "cp1256"))
    for language in languages.split()
}
# the first characters of XML without a byte order mark (XML 1.0, appendix F.1)
_BEGINNINGS = (
    (b"<\x00\x00\x00", "utf-32-le"), (b"\x00\x00\x00<", "utf-32-be"), (b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"),
    (b"{\x00", "utf-16-le"), (b"\x00{", "utf-16-be"),
)  # fmt: skip
_XML_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,300}\?>")
_XML_ENCODING = re.compile(rb"\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([\w.:-]+)")
_LEAD_AND_MORE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_LATIN = frozenset(
    {"cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2", "iso8859-2", "iso8859-15", "iso8859-3", "iso8859-4"}
)
_ONE_BYTE = frozenset({"cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp1253", "iso8859-7", "cp1255", "iso8859-8", "cp1256"})
_WIDE = ("utf-16", "utf-32")
_LETTER = "[\u0370-\u06ff]"
_MIXED = re.compile(f"(?:[A-Za-z]{_LETTER}|{_LETTER}[A-Za-z])")
_UNMIXED = re.compile(f"{_LETTER}{{2,}}")
_HIGH = re.compile(rb"[\x80-\xff]")
_PILCROW = re.compile("\u00b6(?=[\u03ac-\u03ce])")


def _sibling(body: bytes, encoding: str) -> str:
    """The encoding of the page's language instead of its Western sibling; ISO's Greek instead of Microsoft's."""
    if encoding == "cp1253" and _PILCROW.search(body.decode("cp1253", "replace")):
        return "iso8859_7"  # an accented capital alpha, which is a pilcrow in the other one
    sibling = _SIBLINGS.get(_stated_language(body)) if encoding == "cp1252" else None
    return sibling if sibling and _decodes(body, sibling) else encoding


def _stated_language(body: bytes) -> str:
    stated = _LANGUAGE.search(body[:4_000])
    return stated[1].decode().lower() if stated else ""


def _detected(body: bytes, candidates: list[str] = _CANDIDATES) -> str | None:
    from charset_normalizer import from_bytes  # only where a page declares nothing or lies

    sample = _TAGS.sub(b" ", body[: 40 * DETECTION_BYTES])
    # the text between tags is where the language is; ASCII says nothing of an encoding
    first = next((found.start() for found in re.finditer(rb"[\x80-\xff]{2}|[\x80-\xff]", sample)), 0)
    best = from_bytes(sample[max(0, first - 100) : first + DETECTION_BYTES], cp_isolation=candidates).best()
    return _sibling(body, best.encoding) if best else None


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
    return broken < few or WHOLE * broken <= len(_BEYOND_ASCII.findall(text)) - broken


def resolve(body: bytes, content_type: str | None) -> str:
    """The name of the codec that a page is to be read with.

    >>> resolve("Ärger".encode() * 9, "text/html; charset=iso-8859-1"), resolve(b"plain", None)
    ('utf-8', 'utf-8')
    """
    bom = read_bom(body)[0]
    if bom is not None:
        return bom
    header, meta = (content_type and http_content_type_encoding(content_type)), html_body_declared_encoding(body[:8_000])
    declared = [name for each in (header, meta) if each and (name := resolve_encoding(each))]
    if declared and declared[0].startswith(("utf-16", "utf-32")) and b"<" in body[:200] and b"\x00" not in body[:200]:
        declared = declared[1:]  # a browser reads such a page as UTF-8: it found the declaration in ASCII
    if any(each in body for each in _ESCAPES) and declared in ([], ["utf-8"]) and _decodes(body, "iso2022_jp"):
        return "iso2022_jp"
    if _decodes(body, "utf-8") and not (declared and body.isascii()):
        return "utf-8"
    for name in declared:
        if name == "utf-8" and not _mostly_utf8(body, MAX_BROKEN_SEQUENCES):
            continue
        if name == "utf-8" or _decodes(body, name) or not _is_unicode(name):
            return name
    return "utf-8" if _mostly_utf8(body) else (_detected(body) or "cp1252")


def _of_one_byte(body: bytes) -> str:
    """The encoding of few bytes that are no UTF-8, by the language that is stated; the Western one where none is."""
    named = _OTHER_SCRIPTS.get(_stated_language(body))
    return named if named and _decodes(body, named) else _sibling(body, "cp1252")


def _is_unicode(name: str) -> bool:
    return name.replace("-", "").startswith("utf")


def decode(body: bytes, content_type: str | None) -> tuple[str, str]:
    """(text, encoding) of a page; never raises, broken bytes become U+FFFD.

    Characters and references that no parser may see are left out.
    """
    body = without_bad_references(body)
    encoding = resolve(body, content_type)
    try:
        text = body.decode(encoding, "replace")
    except (LookupError, UnicodeError):  # "charset=hex" names a codec that is no encoding
        encoding, text = "utf-8", body.decode("utf-8", "replace")
    return parsable(text.removeprefix("\ufeff")), encoding


def _believable(body: bytes, encoding: str) -> bool:
    """Whether bytes are text in an encoding that is declared: they decode, and no word mixes what nobody mixes."""
    if not _decodes(body, encoding):
        return False
    text = _TAGS.sub(b" ", body[: 2 * DETECTION_BYTES]).decode(encoding, "replace")
    if encoding in _LATIN:  # where most letters are accented ones, it is another script
        accented = sum(each.isalpha() and not each.isascii() for each in text)
        return accented < MAX_BROKEN_SEQUENCES or 2 * accented < sum(each.isalpha() for each in text)
    return encoding not in _ONE_BYTE or len(_MIXED.findall(text)) <= len(_UNMIXED.findall(text))


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
    if any(each in body for each in _ESCAPES) and set(declared) <= {"utf-8", "iso2022_jp"} and _decodes(body, "iso2022_jp"):
        return "iso2022_jp"
    if _decodes(body, "utf-8"):  # whatever is declared
        return None
    believed = next((name for name in declared if name != "utf-8" and _believable(body, name)), None)
    if believed or _mostly_utf8(body):
        return believed
    few = not _LEAD_AND_MORE.search(body) and len(_HIGH.findall(body)) < MAX_BROKEN_SEQUENCES
    found = None if few else _detected(body)
    if found and not _believable(body, found):  # in short texts accented letters pass for those of another script
        found = _detected(body, [each for each in _CANDIDATES if each not in _LATIN])
    return found or _of_one_byte(body)


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
        written = _XML_ENCODING.match(body)
        if written is None or written[1].lower() in (b"utf-8", b"utf8"):
            return body
        text = body.decode()
    else:
        parts = re.split("([\udc80-\udcff]+)", body.decode("utf-8", "surrogateescape"))
        pasted = [each.encode("utf-8", "surrogateescape").decode("cp1252", "replace") for each in parts[1::2]]
        parts[1::2] = pasted
        text = "".join(parts)
    return _XML_DECLARATION.sub("", text.removeprefix("\ufeff"), count=1).encode("utf-8", "replace")
