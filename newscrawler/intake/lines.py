"""JSON and lists as items: articles as others told them, addresses a line.  A bad line costs itself."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

from newscrawler.intake.records import Address, Fault, Item, Told
from newscrawler.storage.warc.unpacking import BrokenFile, LongLine, Unpacked
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE = 20_000_000  # bytes
MAX_DOCUMENT = 200_000_000  # bytes of a file that is one JSON value, on however many lines
# what others call the address of an article, and where a file of one value keeps its articles
URLS = ("url", "link", "canonical_url", "canonical", "source_url", "href", "uri", "id")
LISTS = ("items", "articles", "documents", "results", "data", "entries")


class CutLine(str):
    """A line of which the rest is left out: it is longer than MAX_LINE."""

    __slots__ = ()


_TOO_LONG = f"a line of more than {MAX_LINE:,} bytes: an object of this size is no article"


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def text_lines(file: BinaryIO) -> Iterator[str]:
    """The lines of a text, packed or not: in UTF-8, in UTF-16 where it says so, else in Windows-1252.

    The first may be as long as a whole document, of others that are too long a CutLine stands for them.
    Raises BrokenFile where it cannot be unpacked on.
    """
    stream = Unpacked(file)
    first = _line(stream, MAX_DOCUMENT)
    if first and first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        whole = bytearray(first)
        while (line := stream.line(MAX_LINE)) and len(whole) <= MAX_DOCUMENT:
            whole += line
        yield from whole.decode("utf-16", "replace").split("\n")
        return
    following = first
    while following != b"":
        yield CutLine("…") if following is None else _decoded(following).rstrip("\r\n")
        following = _line(stream, MAX_LINE)


def _line(stream: Unpacked, limit: int) -> bytes | None:
    """The next line; None where it was too long and is passed over."""
    try:
        return stream.line(limit)
    except LongLine:
        stream.skip_line()
        return None


def address_of(line: str) -> str | None:
    """The address that a line of a list is; None where it is none.

    >>> address_of(" https://a.example/1 "), address_of("a.example/1"), address_of("ftp://a.example/")
    ('https://a.example/1', None, None)
    """
    given = line.strip()
    return absolute(given, "") if given.lower().startswith(("http://", "https://")) else None


def listed_address(line: str) -> str | None:
    """The address that a line of a list of addresses is; None where something stands beside one, as in a table.

    >>> listed_address(" https://a.example/1 "), listed_address("https://a.example/1 A title")
    ('https://a.example/1', None)
    """
    return None if len(line.split()) > 1 else address_of(line)


def address_items(file: BinaryIO, name: str) -> Iterator[Item]:
    """A list of addresses, one a line and nothing beside it; empty lines and those that begin with # count for nothing."""
    number = 0
    try:
        for number, line in enumerate(text_lines(file), 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            url = listed_address(line)
            beside = " alone" if address_of(line) else ""
            told = f"{line.strip()[:200]!r} is no http or https address{beside}"
            fault = Fault(f"{name}, line {number}", _TOO_LONG if isinstance(line, CutLine) else told)
            yield Item(number, Address(url) if url else fault)
    except BrokenFile as error:
        yield Item(number + 1, Fault(f"{name}, line {number + 1}", str(error)))


def told_of(value: Any) -> Told | str:
    """The article that a JSON value tells of, or why it tells of none."""
    if not isinstance(value, dict):
        return "no JSON object"
    url = next(filter(None, (address_of(each) for key in URLS if isinstance(each := value.get(key), str))), None)
    return Told(url, value) if url else "no address of an article (`url`)"


def json_items(file: BinaryIO, name: str) -> Iterator[Item]:
    """A JSON object a line, or one value: an object, a list of them, or an object that holds such a list."""
    number = 0
    try:
        lines = ((number, line) for number, line in enumerate(text_lines(file), 1) if line.strip())
        first = next(lines, None)
        if first is None:
            return
        if not isinstance(first[1], CutLine) and not _is_whole(first[1]):
            yield from _document(first[1], (line for _, line in lines), name)
            return
        for number, line in chain((first,), lines):
            told = _told_by(line)
            yield Item(number, Fault(f"{name}, line {number}", told) if isinstance(told, str) else told)
    except BrokenFile as error:
        yield Item(number + 1, Fault(f"{name}, line {number + 1}", str(error)))


def _told_by(line: str) -> Told | str:
    """The article that a line tells of, or why it tells of none."""
    if isinstance(line, CutLine) or len(line) > MAX_LINE:
        return _TOO_LONG
    try:
        return told_of(json.loads(line))
    except (ValueError, RecursionError) as error:
        return f"no JSON ({error})"


def _is_whole(line: str) -> bool:
    """Whether a file's first line is an object of its own: one that tells of an article, not the first of many lines."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return not line.lstrip().startswith("[") and line.rstrip().endswith("}")  # a line that is broken
    return isinstance(value, dict) and not any(isinstance(value.get(key), list) for key in LISTS)


def _document(first: str, rest: Iterator[str], name: str) -> Iterator[Item]:
    parts, size = [first], len(first)
    for line in rest:
        parts.append(line)
        size += len(line)
        if size > MAX_DOCUMENT:
            yield Item(1, Fault(name, f"one JSON value of more than {MAX_DOCUMENT} bytes; write an object a line"))
            return
    try:
        value = json.loads("\n".join(parts))
    except (ValueError, RecursionError) as error:
        yield Item(1, Fault(name, f"no JSON ({error})"))
        return
    if isinstance(value, dict):
        value = next((value[key] for key in LISTS if isinstance(value.get(key), list)), [value])
    for number, each in enumerate(value if isinstance(value, list) else [value], 1):
        told = told_of(each)
        yield Item(number, Fault(f"{name}, entry {number}", told) if isinstance(told, str) else told)
