"""What a line says of its days: "published", "updated", something else ("retrieved", "born"), or nothing.

A label stands before its day ("Updated: 24 Nov 2026"), alone in the line or element before it, or behind it, as Japanese
and Turkish lines have it ("2026年11月24日 更新").  The words are in `date_words.toml`.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from newscrawler.dates.months import NAME, month_of
from newscrawler.dates.written import Found, days_told, find_days, moment_at, plain_line
from newscrawler.text.any_of import any_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from newscrawler.dates.written import Writing

ALONE = 40  # characters of a line that is a label and nothing else
LABELLED = 200  # characters of a line whose labels are looked at
LEAD, SHORT_REST = 3, 45  # characters before the first label, and behind the last day, of a line that is a statement


class Role(Enum):
    """What a day is of."""

    PUBLISHED = "published"
    CHANGED = "changed"
    OTHER = "other"  # when the page was built or printed, somebody was born, something ends
    UNSAID = "unsaid"


class Mark(NamedTuple):
    """A label, and where it stands in a line."""

    start: int
    end: int
    role: Role


@dataclass(frozen=True, slots=True)
class Labelled:
    """A moment (ISO 8601, its offset as stated) of a line, and what the line says that it is of."""

    role: Role
    moment: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the labels, to be found fast: those of scripts with spaces by their first letters, the rest by a pattern."""

    starts: dict[
        str, tuple[tuple[str, Role, bool], ...]
    ]  # three letters -> (word, role, before a digit only), longest first
    dense: re.Pattern[str]  # its groups are named after the roles
    has_original: Callable[[str], object]  # "originally", in lower case
    entry: tuple[str, ...]  # how sentences about the article begin, in lower case
    ago: re.Pattern[str]  # "2 hours ago", of the language's own word
    day: re.Pattern[str]  # "yesterday"
    may_be_relative: Callable[[str], object]  # letters of one of the two, in lower case


def _is_dense(word: str) -> bool:
    """Whether a word's script glues words together, or prefixes to them: Arabic, Hebrew, Chinese, Japanese, Korean."""
    return "\u0590" <= word[0] < "\u0900" or word[0] > "\u2e80"


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@functools.cache
def shipped_labels() -> Words:
    """The words of `date_words.toml`, of all languages."""
    stated = tomllib.loads((files("newscrawler.metadata.dates") / "date_words.toml").read_text(encoding="utf-8"))
    words = {name: sorted({word for of in languages.values() for word in of}) for name, languages in stated.items()}
    roles = {role: words[role.value] for role in (Role.PUBLISHED, Role.CHANGED, Role.OTHER)}
    starts: defaultdict[str, list[tuple[str, Role, bool]]] = defaultdict(list)
    for role, each in roles.items():
        for word in each:
            if not _is_dense(word):
                starts[word[:3]].append((word.rstrip("#"), role, word.endswith("#")))
    dense = (f"(?P<{role.value}>{_any_of(word for word in each if _is_dense(word))})" for role, each in roles.items())
    return Words(
        {key: tuple(sorted(each, key=lambda found: -len(found[0]))) for key, each in starts.items()},
        re.compile("|".join(dense)),
        any_of(each.lower() for each in words["original"]),
        tuple(each.lower() for each in words["entry"]),
        _whole_words(words["ago"]),
        _whole_words(words["day"]),
        any_of(each.lower() for each in (*words["ago"], *words["day"])),
    )


def _whole_words(words: Sequence[str]) -> re.Pattern[str]:
    """Words that are whole ones where the script has spaces."""
    spaced = _any_of(word for word in words if not _is_dense(word))
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)|{_any_of(word for word in words if _is_dense(word))}", re.IGNORECASE)


def _marks(line: str) -> list[Mark]:
    """The labels of a line, in its order."""
    known, lower = shipped_labels(), line.replace("\u0130", "i").lower()  # the lower case of \u0130 is two characters
    found: list[Mark] = []
    for word in _WORD.finditer(lower):
        start = word.start()
        if lower[start - 1 : start] == "-" and lower[start - 2 : start - 1].isalpha():  # "Corona-Update"
            continue
        for stem, role, wants_digit in known.starts.get(lower[start : start + 3], ()):
            end = start + len(stem)
            fits = lower.startswith(stem, start) and (not wants_digit or lower[end : end + 1].isdigit())
            if fits and (not found or found[-1].end <= start):
                found.append(Mark(start, max(word.end(), end), role))
                break
    if _DENSE.search(lower):
        found += [Mark(*each.span(), Role(each.lastgroup)) for each in known.dense.finditer(lower)]
    if "\u00a9" in lower or "(c)" in lower:  # whose rights, and since when
        found += [Mark(*each.span(), Role.OTHER) for each in _RIGHTS.finditer(lower)]
    return sorted(found)


@functools.lru_cache(maxsize=2_048)
def role_of(line: str) -> Role:
    """What the last label of a line says.

    >>> role_of("Last updated on"), role_of("Güncelleme :"), role_of("Veröffentlicht am"), role_of("The harbour")
    (<Role.CHANGED: 'changed'>, <Role.CHANGED: 'changed'>, <Role.PUBLISHED: 'published'>, <Role.UNSAID: 'unsaid'>)
    """
    marks = _marks(line[:LABELLED])
    return marks[-1].role if marks else Role.UNSAID


def before_label(text: str) -> str:
    """A text up to the label of a day that stands behind two words of it or more.

    >>> before_label("Ana Lind Published 3 May 2026"), before_label("Ana Lind"), before_label("Published 3 May 2026")
    ('Ana Lind', 'Ana Lind', 'Published 3 May 2026')
    """
    if len(text) > LABELLED or not any(map(str.isdigit, text)):
        return text
    for mark in _marks(text):
        before = text[: mark.start].rstrip(" ,;|\u00b7-")
        if before.count(" ") and any(map(str.isdigit, text[mark.end :])):
            return before
    return text


def is_label(line: str) -> bool:
    """Whether a line is a label that waits for its day.

    >>> is_label("Aktualisiert:"), is_label("Date posted"), is_label("Updated rules for ships at sea")
    (True, True, False)
    >>> is_label("Updated yesterday")
    False
    """
    if len(line) > ALONE or any(map(str.isdigit, line)) or _is_relative(line):
        return False
    marks = _marks(line)
    rest = len(_WORD.findall(line)) - sum(len(_WORD.findall(line[mark.start : mark.end])) for mark in marks)
    return bool(marks) and (line.rstrip().endswith((":", "\uff1a")) or rest <= 2)


_RIGHTS = re.compile(r"(?:\u00a9|\(c\))(?=\D{0,12}\d)")
_DENSE = re.compile("[\u0590-\u08ff\u2e80-\uffff]")
_WORD = re.compile(r"[^\W\d_]+")


def tells_of_entry(line: str) -> bool:
    """Whether a line is the sentence in which blogs say when they published the article.

    >>> tells_of_entry("This entry was posted on 3 May 2026"), tells_of_entry("This week was windy")
    (True, False)
    """
    return line[:ALONE].lower().startswith(shipped_labels().entry)


def read_labels(line: str, writing: Writing, before: str = "") -> list[Labelled]:
    """The moments of a line, each with its role.  `before`: the line before it, which may be its label."""
    if len(line) > LABELLED:
        return []
    line, timed = _without_own_times(plain_line(line), writing)
    return [*_labelled_days(line, writing, before), *timed]


def _labelled_days(line: str, writing: Writing, before: str) -> list[Labelled]:
    marks = _marks(line)
    days = find_days(line, writing) if marks else days_told(line, writing)
    if not days:
        return []
    marks = [each for each in marks if _stands_by_day(line, each, days)]
    if not marks:
        days = days_told(line, writing)
        role = role_of(before) if before and is_label(before) else Role.UNSAID
        # one day is the label's; others have none
        return [Labelled(role if at == 0 else Role.UNSAID, _moment(line, days, at)) for at in range(len(days))]
    if not (_is_statement(line, days, marks) or days_told(line, writing)):
        return []
    return [
        Labelled(role, _moment(line, days, at, marks))
        for at, day in enumerate(days)
        for role in _roles(at, day, days, marks)
    ]


def _stands_by_day(line: str, mark: Mark, days: list[Found]) -> bool:
    """Whether a label speaks of a day of its line; in scripts that glue words, others have its letters in them.

    "写真公開 海上新聞 2026年2月4日" tells where a picture was shown, "記事公開 2026年2月4日" is a label.
    """
    if not _is_dense(line[mark.start]) or mark.start <= LEAD or _LABEL_GOES_ON.match(line, mark.end):
        return True
    gaps = [line[mark.end : day.start] for day in days if day.start >= mark.end][:1]
    gaps += [line[day.end : mark.start] for day in days if day.end <= mark.start][-1:]
    letters = min((sum(map(str.isalpha, gap)) for gap in gaps), default=0)
    if line[mark.start] < "\u0900":
        return letters <= APART
    return letters <= (GLUED if _HAN_OR_KANA.match(line[mark.start - 1]) else APART // 2)


APART, GLUED = 16, 3  # letters between a label and its day, and between one that ends a longer word and it
_LABEL_GOES_ON = re.compile(r"[日時時间間期刊에은는]{0,3}\s*[:\uff1a]")
_HAN_OR_KANA = re.compile("[\u3041-\u30ff\u3400-\u65e4\u65e6-\u9fff]")  # but the one that ends a day


def _is_statement(line: str, days: list[Found], marks: list[Mark]) -> bool:
    """Whether a sentence states its own article's day, rather than to tell of what somebody published."""
    if shipped_labels().has_original(line.lower()) or tells_of_entry(line):
        return True
    ends = len(marks) == 1 and marks[0].start >= days[-1].end and len(line) - marks[0].end <= 1
    if any(_COLON.fullmatch(line[mark.end : day.start]) for mark in marks for day in days if mark.end < day.start):
        return True
    return ends or (marks[0].start <= LEAD and len(line) - days[-1].end <= SHORT_REST)


_COLON = re.compile(r"\s*[:\uff1a]\s*")


def _roles(at: int, day: Found, days: list[Found], marks: list[Mark]) -> list[Role]:
    """What the labels before a day say, or those behind it where the line ends with one."""
    behind = days[0].start < marks[0].start and marks[-1].start >= days[-1].end and len(marks) == len(days)
    start = days[at - 1].end if at else 0
    end = days[at + 1].start if at + 1 < len(days) else LABELLED
    if behind:
        near = [mark.role for mark in marks if day.end <= mark.start < end]
    else:
        near = [mark.role for mark in marks if start <= mark.start < day.start]
        if not near and at == len(days) - 1:  # the only one, or the last of them, in brackets of its own
            near = [mark.role for mark in marks if mark.start >= day.end]
    return list(dict.fromkeys(near)) or [Role.UNSAID]


def _moment(line: str, days: list[Found], at: int, marks: Sequence[Mark] = ()) -> str:
    """A day with its time: what stands between it and the next day or label."""
    day = days[at]
    walls = [each.start for each in days[at + 1 :]] + [mark.start for mark in marks if mark.start >= day.end]
    behind = [each.end for each in days[:at]] + [mark.end for mark in marks if mark.end <= day.start]
    return moment_at(line, day, max(behind, default=0), min(walls, default=None))


# ---------------------------------------------------------------- labels with a time of their own


def _is_relative(text: str) -> bool:
    known = shipped_labels()
    if not known.may_be_relative(text.lower()):  # as most are
        return False
    return known.ago.search(text) is not None or known.day.search(text) is not None


def _without_own_times(line: str, writing: Writing) -> tuple[str, list[Labelled]]:
    """A line without the labels that have a time of their own, and what those with a bare clock state.

    "20 November 2026 09:00, updated 10:05" and "20 November 2026 | Updated 2 hours ago" leave the day its own role.
    """
    marks = _marks(line)
    days = find_days(line, writing) if marks else []
    if not days:
        return line, []
    timed: list[Labelled] = []
    for at in reversed(range(len(marks))):
        mark, end = marks[at], _end_of_own(line, at, marks, days)
        if _is_counted(line, mark, end, days) or _is_of_this_year(line[mark.end : end], writing):
            moments: list[str] = []
        elif (clocked := _at_bare_clock(line, mark, end, days)) is not None:
            moments = clocked
        else:
            continue
        timed += [Labelled(mark.role, moment) for moment in moments]
        line = f"{line[: _start_of_own(line, at, marks)]} | {line[end:]}"  # what stands behind is looked at already
    return line, timed[::-1]


def _end_of_own(line: str, at: int, marks: Sequence[Mark], days: Sequence[Found]) -> int:
    """Where the words end that may be a label's own time: at a bar, the next label or day."""
    start = marks[at].end
    walls = [mark.start for mark in marks[at + 1 :]] + [day.start for day in days if day.start >= start]
    bar = _BAR.search(line, start)
    return min([*walls, bar.start() if bar else len(line), len(line)])


def _start_of_own(line: str, at: int, marks: Sequence[Mark]) -> int:
    """Where a label begins that is written in several words: "zuletzt aktualisiert", or behind "2 hours ago"."""
    start = marks[at].start
    for mark in reversed(marks[:at]):
        between = line[mark.end : start]
        if mark.role is not marks[at].role or len(between) > JOINED or any(map(str.isdigit, between)):
            break
        start = mark.start
    counted = _counted_before(line, start)
    return start if counted is None else counted


def _is_counted(line: str, mark: Mark, end: int, days: Sequence[Found]) -> bool:
    """Whether a label's time is counted from now: "updated yesterday", and in some languages "2 hours ago updated"."""
    own, known = line[mark.end : end][:ALONE], shipped_labels()
    before_day = any(each.start == end for each in days)
    if known.ago.search(own):
        return True
    if known.day.search(own):  # "updated today, 3 May 2026" names that day
        return not (before_day and _JOINS.search(own))
    return not before_day and _counted_before(line, mark.start) is not None


def _is_of_this_year(own: str, writing: Writing) -> bool:
    """Whether a label's own day lacks its year: "updated Tue 24 Nov, 11.00" beside a whole day says nothing of that one."""
    if _YEARLESS_NUMBERS.match(own):
        return True
    names = (found[1] for pattern in _YEARLESS for found in pattern.finditer(own[:ALONE]))
    return any(month_of(name, writing.language) for name in names)


def _counted_before(line: str, start: int) -> int | None:
    """Where "2 hours ago" begins that stands right before a label."""
    for found in shipped_labels().ago.finditer(line, max(0, start - ALONE), start):
        number = _NUMBER_BEFORE.search(line[: found.start()])
        if number and start - found.end() <= JOINED:
            return number.start()
    return None


def _at_bare_clock(line: str, mark: Mark, end: int, days: Sequence[Found]) -> list[str] | None:
    """The day before a label at the time behind it; none where that is before the day's own, None where no time is bare."""
    before = [each for each in days if each.end <= mark.start]
    own = line[mark.end : end].lstrip(" :")
    if not before or any(not line[end : each.start].strip(" |\u00b7\u2022") for each in days if each.start >= end):
        return None
    day = before[-1]
    moment, first = moment_at(own, Found(day.day, 0, 0)), moment_at(line, day, end=mark.start)
    if len(moment) == len(day.day):
        return None
    if len(first) > len(day.day) and moment[:SECONDS] < first[:SECONDS]:
        return []  # of a later day, which is not stated
    return [moment if len(moment) > SECONDS else moment + first[SECONDS:]]


SECONDS = 19  # characters of a moment without its offset
JOINED = 12  # characters between two words of one label
_BAR = re.compile("[|\u00b7\u2022\u22c5\u2219)]")
_YEARLESS = (
    re.compile(rf"(?<![\d:.])\d{{1,2}}(?:\.|st|nd|rd|th)?\s*(?:de |di |of )?({NAME})"),
    re.compile(rf"({NAME})\.?\s+\d{{1,2}}(?![\d:.])"),
)
# "11/18 10:05", "11月18日", "18.11., 10:05", "11.18 10:05"; "10.05" is a time
_YEARLESS_NUMBERS = re.compile(
    r"[\s:\uff1a]{0,3}(?:[^\W\d]{1,4}\s?)?(?:\d{1,2}\s?(?:/\s?\d{1,2}(?![\d/])|[\u6708\uc6d4]\s?\d{1,2}(?!\d))|"
    r"\d{1,2}\.\d{1,2}(?:\.(?!\s?\d)|\.?,?\s+\d{1,2}:\d\d))"
)
_JOINS = re.compile("[,\u060c(\u2013\u2014-]\\s*$")
_NUMBER_BEFORE = re.compile(r"(?<!\d)\d{1,2}\s?(?:[^\W\d]+\s)?$")
