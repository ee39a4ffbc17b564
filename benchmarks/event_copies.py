"""Whether labelled copies and look-alikes end in the right events: pairs of stories that share one, and what supports them.

    uv run --group benchmarks python benchmarks/event_copies.py DATA_DIR [--out PAIRS.tsv]

DATA_DIR is that of `benchmarks/dedup.py`.  Its documents are filed as there, with their language and what relevance finds
in them, and events are made.  Two stories of one event are supported by the labels, where these say that they are one
story; by dates, where they were published within so many days as an event takes another story, which is all that can be
said of stories that nobody labelled; or by nothing.
"""

import argparse
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from pathlib import Path

import dedup

from newscrawler.events.decisions import PATIENCE
from newscrawler.items import Candidate
from newscrawler.relevance import judge, shipped_lexicon
from newscrawler.reprocess.encoding import make_vectors
from newscrawler.reprocess.grouping import group
from newscrawler.storage.archive import Archive
from newscrawler.text.detection import likely_language

LEXICON = shipped_lexicon()
UNDATED, NOTHING = "no date", "nothing"  # what supports a pair: neither labels nor dates


def candidate(doc: dict, number: int) -> Candidate:
    """A document as `dedup.py` files it, with what events are made of."""
    made = dedup.candidate(doc, number)
    assert made.article is not None
    text = made.article.text
    language = likely_language(text)
    verdict = replace(judge(doc.get("title"), None, text, LEXICON, language), relevant=True)
    return replace(made, article=replace(made.article, language=language), verdict=verdict)


def grouped(docs: list[dict], folder: Path) -> dict[str, tuple[int, int, str]]:
    """Document -> (its story, its event, why the story is there)."""
    with dedup.open_archive(folder) as archive:
        for start in range(0, len(docs), dedup.BATCH):
            archive.file([candidate(doc, start + at) for at, doc in enumerate(docs[start : start + dedup.BATCH])])
        make_vectors(archive)
        group(archive)
        return _events(archive)


def _events(archive: Archive) -> dict[str, tuple[int, int, str]]:
    sql = """
        SELECT substr(url_key, instr(url_key, '#') + 1), story_id, event_id, relation || ': ' || reason
        FROM articles JOIN event_stories USING (story_id)
    """
    return {doc: (story, event, reason) for doc, story, event, reason in archive.db.execute(sql)}


def days_apart(one: dict, other: dict) -> int | None:
    """Days between two documents; None where one states none."""
    if not one.get("day") or not other.get("day"):
        return None
    return abs((_day(one) - _day(other)).days)


def _day(doc: dict) -> date:
    return date.fromisoformat(doc["day"].replace("_", "-"))


def support(one: dict, other: dict, truth: dict[str, tuple[str, str]]) -> str:
    """What says that the stories of two documents are of one event."""
    if truth[one["id"]][0] == truth[other["id"]][0]:
        return "labels"
    days = days_apart(one, other)
    if days is None:
        return UNDATED
    return "dates" if days <= PATIENCE else NOTHING


@dataclass(frozen=True)
class Pair:
    """Two stories of one event, by the document that each came with first, and what supports that (`support`)."""

    one: dict
    other: dict
    event: int
    support: str
    reason: str


def pairs(docs: list[dict], truth: dict[str, tuple[str, str]], found: dict[str, tuple[int, int, str]]) -> list[Pair]:
    """The pairs of stories of each event."""
    firsts: dict[int, dict] = {}
    for doc in docs:  # in order of arrival
        firsts.setdefault(found[doc["id"]][0], doc)
    events = defaultdict(list)
    for doc in firsts.values():
        events[found[doc["id"]][1]].append(doc)
    return [
        Pair(one, other, event, support(one, other, truth), found[other["id"]][2])
        for event, members in events.items()
        for one, other in combinations(members, 2)
    ]


def line(pair: Pair, truth: dict[str, tuple[str, str]]) -> str:
    kinds = "/".join(truth[each["id"]][1] for each in (pair.one, pair.other))
    cells = [
        pair.event,
        pair.support,
        kinds,
        pair.one["id"],
        pair.other["id"],
        pair.one.get("title"),
        pair.other.get("title"),
    ]
    return "\t".join(map(str, [*cells, pair.reason])) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--out", type=Path, metavar="PAIRS.tsv", help="write each pair of stories of one event")
    given = parser.parse_args()
    lines = []
    for path in sorted(given.data.glob("**/docs.jsonl")):
        docs, truth, _ = dedup.load(path.parent)
        with tempfile.TemporaryDirectory() as place:
            found = grouped(docs, Path(place) / "archive")
        made = pairs(docs, truth, found)
        lines += [line(each, truth) for each in made]
        stories = len({story for story, _, _ in found.values()})
        counts = Counter(each.support for each in made)
        said = ", ".join(f"{number} {name}" for name, number in counts.most_common())
        print(
            f"{path.parent.name}: {len(docs)} documents, {stories} stories; {len(made)} pairs of them in one event: {said}"
        )
        dated = len(made) - counts[UNDATED]
        print(f"  by nothing: {counts[NOTHING]} of {dated} pairs with dates ({counts[NOTHING] / max(1, dated):.1%})")
    if given.out:
        given.out.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
