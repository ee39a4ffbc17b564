"""XML read entry by entry, in a memory that does not grow with it: what was read is taken out of the tree.

What stands between two entries, or within one, is counted before libxml2 makes a tree of it, in which an element of four
bytes takes a hundred.  Where there is too much of it, it is left out, and the document goes on with the next entry.
"""

from __future__ import annotations

import gc
import re
from typing import TYPE_CHECKING

from lxml import etree

from newscrawler.errors import DiscoveryError, FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

CHUNK = 65_536  # bytes
MAX_TAGS = 200_000  # tags, comments and attributes from one entry's end to the next one's; a page in an item has 9,000
_COUNTED = (b"<", b'="', b"='")
MAX_PARENTS = 100  # elements that hold entries: a feed's channel, a sitemap's root
MAX_LEFT_OUT = 20  # times that too much is left out; then the document ends for us
MAX_HEAD = CHUNK  # bytes before the first entry, within which the rest of a document is read on


class XmlStream:
    """The entries of a document: elements of some tags that `is_entry`, each whole while it is looked at.

    `root` is the document's root, None before its first entry and of one without any that is cut.
    """

    def __init__(
        self, body: bytes, tags: Sequence[str], is_entry: Callable[[etree._Element], bool], *, recover: bool
    ) -> None:
        self.root: etree._Element | None = None
        self._body, self._is_entry = body, is_entry
        self._tags, self._recover = tags, recover
        self._parser = self._new_parser()
        names = "|".join(each.rpartition("}")[2] for each in tags)
        self._beginning = re.compile(rf"<(?:[\w.-]+:)?(?:{names})[\s/>]".encode())
        self._parent: etree._Element | None = None
        self._head: etree._Element | None = None  # the last element before the first entry, which stays with those before it
        self._parents = 0

    def __iter__(self) -> Iterator[etree._Element]:
        """Raises etree.XMLSyntaxError where the XML is broken and not to be recovered.

        DiscoveryError where it has too much that is no entry, and no entry before that.
        """
        at, tags_since, has_entries, left_out = 0, 0, False, 0
        while at < len(self._body):
            chunk = self._body[at : at + CHUNK]
            tags_since += sum(map(chunk.count, _COUNTED))
            if tags_since > MAX_TAGS or self._parents > MAX_PARENTS:
                following = self._begin_again(at) if left_out < MAX_LEFT_OUT and self._parents <= MAX_PARENTS else None
                if following is None:
                    self._give_up()
                    if not has_entries:
                        raise DiscoveryError(f"more than {MAX_TAGS} tags that are no entry", FailureKind.OUR_LIMIT)
                    return
                at, tags_since, left_out = following, 0, left_out + 1
                continue
            at += len(chunk)
            self._parser.feed(chunk)
            for _, element in self._parser.read_events():
                if isinstance(element, etree._Element) and self._is_entry(element):
                    self.root = element.getroottree().getroot()
                    yield element
                    self._take_out(element)
                    tags_since, has_entries = 0, True
        self.root = self._parser.close()

    def _new_parser(self) -> etree.XMLPullParser:
        options = {"recover": self._recover, "resolve_entities": "internal", "no_network": True}
        return etree.XMLPullParser(("end",), tag=self._tags, **options)  # type: ignore[arg-type]

    def _give_up(self) -> None:
        """Let the parser at hand go, and with it its tree: it and its events hold each other."""
        self._parser = self._new_parser()
        gc.collect()

    def _begin_again(self, at: int) -> int | None:
        """Where the next entry begins, which a fresh parser is ready for; None where there is none, or no head for it."""
        first = self._beginning.search(self._body, 0, MAX_HEAD)
        following = self._beginning.search(self._body, at)
        if first is None or following is None or following.start() <= first.start():
            return None
        self._give_up()
        self._parser.feed(self._body[: first.start()])
        return following.start()

    def _take_out(self, entry: etree._Element) -> None:
        """Empty an entry and take out what stands between it and the head of its parent."""
        entry.clear()
        parent = entry.getparent()
        if parent is None:
            return
        if parent is not self._parent:
            self._parent, self._head = parent, entry.getprevious()
            self._parents += 1
        while (read := entry.getprevious()) is not None and read is not self._head:
            parent.remove(read)
