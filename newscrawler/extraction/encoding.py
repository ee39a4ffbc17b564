"""Bytes of a page to text, as browsers resolve them: byte order mark, header, meta element, detection.

Two lies are seen through: bytes that are valid UTF-8 beyond chance are UTF-8 whatever is declared, and bytes
declared as UTF-8 that are not are looked at (a Shift_JIS or windows-1251 page with a wrong meta element).
"""

from __future__ import annotations

import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

from newscrawler.text import parsable, without_bad_references

WHOLE = 2  # whole sequences for each broken one: other encodings have one by chance for five that are none
FEW = 8  # broken sequences in which no other encoding can be told
SAMPLE = 20_000  # bytes that detection looks at
_TAGS = re.compile(rb"<(script|style)\b.*?</\1>|<[^>]*>|[\x00-\x20]+", re.DOTALL | re.IGNORECASE)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_REPLACEMENT = "\ufffd".encode()
# what the web is written in (WHATWG Encoding), by how often a page without a true declaration is
_CANDIDATES = ["cp1251", "cp932", "gb18030", "euc_kr", "big5", "euc_jp", "cp1252", "cp1250", "cp1253", "cp1254", "cp1255",
               "cp1256", "cp1257", "koi8_r", "iso8859_2", "iso8859_5", "iso8859_7"]  # fmt: skip


_ESCAPES = (b"\x1b$B", b"\x1b$@")  # what ISO-2022-JP, the one encoding of seven bits, begins Japanese with
_LANGUAGE = re.compile(rb"<html\b[^>]*?\slang\s*=\s*[\"']?([a-z]{2})", re.IGNORECASE)
# encodings that differ from the Western one in few letters: the page's language tells them apart
_CENTRAL, _TURKISH, _BALTIC = b"bs cs hr hu pl ro sk sl sq", b"az tr", b"et lt lv"
_SIBLINGS = {
    language.decode(): codec
    for group, codec in ((_CENTRAL, "cp1250"), (_TURKISH, "cp1254"), (_BALTIC, "cp1257"))
    for language in group.split()
}
_PILCROW = re.compile("\u00b6(?=[\u03ac-\u03ce])")


def _sibling(body: bytes, encoding: str) -> str:
    """The encoding of the page's language instead of its Western sibling; ISO's Greek instead of Microsoft's."""
    if encoding == "cp1253" and _PILCROW.search(body.decode("cp1253", "replace")):
        return "iso8859_7"  # an accented capital alpha, which is a pilcrow in the other one
    stated = _LANGUAGE.search(body[:2_000]) if encoding == "cp1252" else None
    sibling = _SIBLINGS.get(stated[1].decode().lower()) if stated else None
    return sibling if sibling and _decodes(body, sibling) else encoding


def _detected(body: bytes) -> str | None:
    from charset_normalizer import from_bytes  # only where a page declares nothing or lies

    sample = _TAGS.sub(b" ", body[: 40 * SAMPLE])
    # the text between tags is where the language is; ASCII says nothing of an encoding
    first = next((found.start() for found in re.finditer(rb"[\x80-\xff]{2}|[\x80-\xff]", sample)), 0)
    best = from_bytes(sample[max(0, first - 100) : first + SAMPLE], cp_isolation=_CANDIDATES).best()
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
        if name == "utf-8" and not _mostly_utf8(body, FEW):
            continue
        if name == "utf-8" or _decodes(body, name) or not _is_unicode(name):
            return name
    return "utf-8" if _mostly_utf8(body) else (_detected(body) or "cp1252")


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
