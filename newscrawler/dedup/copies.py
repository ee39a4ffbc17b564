"""Two articles in, how one is the other's copy out, with the reason.

`overlap` measures what two texts share, word for word (containment of shingles: Broder 1997); `judge` says what that
makes of them.  The trap is standing text: paywall notices, templates, boilerplate and digests are the same words in
articles that have nothing else in common.  What tells it from a copy: other stories carry it too, it stands
apart as one block while the rest differs, it asks to subscribe, and the article's title is about the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from newscrawler.block_pages import ASKING, count_cues
from newscrawler.dedup.fingerprints import fingerprints
from newscrawler.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from newscrawler.dedup.fingerprints import Shingled

MIN_CONTAINMENT, MIN_CONTAINMENT_ONE_SITE = 0.58, 0.8  # of the shorter text
SAME_TITLE_DISCOUNT = 0.08  # than that is enough where the titles are the same
MIN_REPORTED = 0.3
CHANCE_SHINGLES = 12  # shared shingles are chance, but in a text that has no more
MIN_SHINGLES = 20  # shingles: a sentence or two could stand anywhere
MIN_OWN_SHARE = 0.4  # of a text without its standing parts
SOON_DAYS = 4  # days
WHOLE_CONTAINMENT = 0.93  # of both texts, where one site has them at another time
MIN_REWORDED_SHARE = 0.5  # of the words that differ must be no numbers
PARTIAL_SHARE = 0.45  # of the longer text: such a part must be its beginning, or have its title
MAX_REST_SHARE = 0.12  # of a text: what is beside the shared part is more than an edit
MAX_BLOCK_GAP, MIN_BLOCK = 12, 8  # shingles: an edit that does not end a block, what is too short to be one
MAX_STANDING = 260  # shingles: standing text is seldom longer
SAMPLE_GAP = 48  # shingles between two sampled ones that belong to one block


@dataclass(frozen=True)
class Text:
    """One side of a comparison.  `standing`: fingerprints of shingles that other stories carry, too."""

    title: str | None
    body: Shingled = field(repr=False)
    standing: frozenset[int] = frozenset()

    @cached_property
    def hashes(self) -> AbstractSet[int]:
        return frozenset(self.body.hashes)

    @cached_property
    def standing_positions(self) -> frozenset[int]:
        """Of the shingles that stand, and of those between two that do and follow each other closely."""
        if not self.standing:
            return frozenset()
        marked = sorted(at for name, at in fingerprints(self.body).items() if name in self.standing)
        near = (range(left, right) for left, right in pairwise(marked) if right - left <= SAMPLE_GAP)
        return frozenset(marked).union(*near)


@dataclass(frozen=True, slots=True)
class Side:
    """What the overlap is of one text.  Lengths are in shingles, shares are 0..1."""

    length: int
    share: float
    own_share: float  # standing text left out
    before: int  # shingles before the first shared block, after the last one, and unshared between them
    after: int
    between: int
    title_in_shared: float  # share of the title's words
    title_in_rest: float
    is_notice: bool  # what is shared asks the reader to subscribe

    @property
    def has_rest(self) -> bool:
        return 1 - self.share > MAX_REST_SHARE

    @property
    def is_about_the_rest(self) -> bool:
        """The title is about what is not shared, and that stands beside: what an editor adds stands between."""
        beside = self.before + self.after >= 2 * self.between
        return self.has_rest and beside and self.title_in_rest >= 0.5 and self.title_in_shared < 0.3


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share."""

    shared: int  # shingles in both
    blocks: int
    first: Side
    second: Side
    titles: float  # share of the shorter title's words that are in the other
    series: bool = False  # the titles differ in their numbers only
    edited: float = 1.0  # of the words that are not shared, how many are no numbers

    @property
    def small(self) -> Side:
        return self.first if self.first.length <= self.second.length else self.second

    @property
    def large(self) -> Side:
        return self.second if self.small is self.first else self.first

    @property
    def score(self) -> float:
        """Containment: how much of one text is in the other, whichever is more."""
        return max(self.first.share, self.second.share)

    @property
    def near(self) -> float:
        return min(self.first.share, self.second.share)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How the first text relates to the second: copy, contains, contained or partial.

    `doubt` is why they are not one story all the same; None where they are.
    """

    relation: str
    score: float
    doubt: str | None


def _title_words(title: str | None) -> set[str]:
    return {word for word in words(title or "") if len(word) > 3 or not word.isascii() or word.isdigit()}


def _numbers(title: str | None) -> set[str]:
    return {word for word in words(title or "") if any(map(str.isdigit, word))}


def is_series(first: str | None, second: str | None) -> bool:
    """Whether two titles are the same but for their numbers: week 12 and week 13.

    >>> is_series("Firing notice, week 12", "Firing notice, week 13"), is_series("War: day 9", "War: day 9")
    (True, False)
    """
    one, other = _numbers(first), _numbers(second)
    return bool(one and other) and one != other and _title_words(first) - one == _title_words(second) - other


def titles_alike(first: str | None, second: str | None) -> float:
    """Share of the shorter title's words that are in the other.

    >>> titles_alike("Ministers sign treaty", "Exclusive: Ministers sign treaty in Paris")
    1.0
    """
    if first and second and words(first) == words(second):
        return 1.0
    one, other = _title_words(first), _title_words(second)
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0.0


def _without_line(parts: list[str], line: list[str]) -> list[str]:
    """The words without one line (the headline, which says nothing of what the rest is about)."""
    for at in range(len(parts) - len(line) + 1 if line else 0):
        if parts[at] == line[0] and parts[at : at + len(line)] == line:
            return parts[:at] + parts[at + len(line) :]
    return parts


def is_notice(parts: list[str]) -> bool:
    """Whether words ask to subscribe, log in or accept cookies, in two ways and more, and are few beside.

    >>> is_notice("already a subscriber log in here to continue reading".split())
    True
    >>> is_notice("the ministers signed an agreement on logistics and registered their accounts with subscribers".split())
    False
    """
    return len(parts) <= MAX_STANDING and count_cues(parts, ASKING) >= 2


def _blocks(shared: list[int]) -> Iterator[tuple[int, int]]:
    """(first, last) of the runs of shared positions, small gaps bridged, short runs left out."""
    start = previous = shared[0] if shared else 0
    for at in [*shared[1:], None]:
        if at is not None and at - previous <= MAX_BLOCK_GAP:
            previous = at
            continue
        if shared and previous - start + 1 >= MIN_BLOCK:
            yield start, previous
        start = previous = at or 0


def _side(text: Text, other: Text) -> tuple[Side, int, int]:
    """One side of an overlap, how many shingles are shared, and in how many blocks."""
    hashes, parts, standing = text.body.hashes, text.body.words, text.standing_positions
    shared = [at for at, value in enumerate(hashes) if value in other.hashes]
    blocks = list(_blocks(shared))
    inside: list[str] = []
    rest: list[str] = []
    last = 0
    for start, end in blocks:
        inside += parts[start : end + 3]
        rest += parts[last:start]
        last = end + 3
    rest += parts[last:]
    before = blocks[0][0] if blocks else len(hashes)
    after = len(hashes) - 1 - blocks[-1][1] if blocks else 0
    title = _title_words(text.title)
    rest = _without_line(rest, words(text.title or ""))
    own = sum(at not in standing for at in shared)
    side = Side(
        length=len(hashes),
        share=len(shared) / max(1, len(hashes)),
        own_share=own / max(1, len(hashes) - len(standing)),
        before=before,
        after=after,
        between=max(0, len(hashes) - len(shared) - before - after),
        title_in_shared=len(title.intersection(inside)) / max(1, len(title)),
        title_in_rest=len(title.intersection(rest)) / max(1, len(title)),
        is_notice=is_notice(inside),
    )
    return side, len({hashes[at] for at in shared}), len(blocks)


def is_worth_telling(first: Text, second: Text) -> bool:
    """A quick look whether two texts share enough for `overlap` to be of use."""
    fewer = min(len(first.hashes), len(second.hashes))
    return len(first.hashes & second.hashes) >= MIN_REPORTED * fewer


def overlap(first: Text, second: Text) -> Overlap:
    """What two texts share."""
    one, shared, blocks = _side(first, second)
    other, shared_too, blocks_too = _side(second, first)
    return Overlap(
        min(shared, shared_too),
        max(blocks, blocks_too),
        one,
        other,
        titles_alike(first.title, second.title),
        is_series(first.title, second.title),
        _reworded_share(first.body.words, second.body.words),
    )


def _reworded_share(first: list[str], second: list[str]) -> float:
    """Of the words that only one of two texts has, the share that are no numbers; 1 where all words are shared."""
    apart = set(first) ^ set(second)
    numbers = sum(any(map(str.isdigit, word)) for word in apart)
    return 1 - numbers / len(apart) if apart else 1.0


def judge(found: Overlap, *, same_site: bool, days_apart: float | None = None) -> Judgement | None:
    """What an overlap makes of two articles; None where it is too little to speak of."""
    if found.score < MIN_REPORTED or found.shared < min(CHANCE_SHINGLES, found.small.length):
        return None
    if found.near >= 0.8:
        relation = "copy"
    elif found.score >= MIN_CONTAINMENT:
        relation = "contained" if found.small is found.first else "contains"
    else:
        relation = "partial"
    soon = days_apart is not None and days_apart <= SOON_DAYS
    doubt = (
        _too_little(found, same_site=same_site, soon=soon)
        or (_a_form(found, soon=soon) if same_site else None)
        or _standing_text_reason(found)
        or _something_else(found)
    )
    return Judgement(relation, round(found.score, 3), doubt)


def _too_little(found: Overlap, *, same_site: bool, soon: bool) -> str | None:
    """A site publishes the update of an article at a new address, but soon; and its standing text for years."""
    if not same_site:
        enough = MIN_CONTAINMENT - SAME_TITLE_DISCOUNT if found.titles >= 0.8 else MIN_CONTAINMENT
    elif soon and found.titles >= 0.5:
        enough = MIN_CONTAINMENT - SAME_TITLE_DISCOUNT
    else:
        enough = MIN_CONTAINMENT if soon and found.near >= 0.55 else MIN_CONTAINMENT_ONE_SITE
    if found.score < enough:
        return f"less than {enough:.2f}"
    if found.small.length < MIN_SHINGLES and found.titles < 0.5:
        return "too short to tell"
    same_subject = found.titles >= 0.5 or found.small.title_in_shared >= 0.8
    if same_site and found.near < 0.55 and not same_subject:
        return "same site, another title"
    return None


def _a_form(found: Overlap, *, soon: bool) -> str | None:
    """What one site fills in anew every day or week: a forecast, a notice to mariners, day 1370 of the war."""
    if found.series:
        return "a series: the titles differ in their numbers"
    if found.near < 1 and found.edited < MIN_REWORDED_SHARE:
        return "a form: mostly numbers differ"
    if not soon and found.near < WHOLE_CONTAINMENT:
        return "same site, another time"
    return None


def _standing_text_reason(found: Overlap) -> str | None:
    """Words that say nothing of what an article is about."""
    if max(found.first.own_share, found.second.own_share) < MIN_OWN_SHARE:
        return "other stories carry the same words"
    if found.first.is_notice and found.second.is_notice and found.titles < 0.5:
        return "the same notice"
    return None


def _something_else(found: Overlap) -> str | None:
    """The titles differ, and there is more in the articles than what they share: a template, a digest, a quotation."""
    small, large = found.small, found.large
    if found.titles >= 0.5:
        return None
    if small.is_about_the_rest or large.is_about_the_rest:
        return "the title is about the rest"
    apart = found.near < 0.85 and small.has_rest and large.has_rest and found.blocks <= 2
    if apart and found.shared <= MAX_STANDING and max(small.title_in_shared, large.title_in_shared) < 0.5:
        return "a block that stands apart"
    begins = large.before <= 0.15 * large.length and large.title_in_shared >= 0.4
    if large.share < PARTIAL_SHARE and not begins:
        return "a small part of the other"
    return None
