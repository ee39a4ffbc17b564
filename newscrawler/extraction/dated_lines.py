"""Lines that say no more than when an article was published or changed, and by whom: "Updated 10:01 pm, 3 May 2026".

A day with a time is as often that of a match or a concert, and says so: "Kickoff: Saturday, November 21, 2026, 15:30".
"""

from __future__ import annotations

import re

from newscrawler.dates.weekdays import weekdays_of
from newscrawler.dates.written import SMALL, day_of_line, find_days, may_name_day, plain_line, strange_words
from newscrawler.metadata.authors.byline_area import says_more
from newscrawler.metadata.authors.bylines import says_by
from newscrawler.metadata.dates.labels import Role, role_of

_WORD = re.compile(r"[^\W\d_]+")
# what stands beside a time of day without spaces: halves of the day, days of the week, hours and minutes
_OF_TIMES = re.compile(
    r"[上下]午|午[前後后]|오[전후]|星期[一二三四五六日天]|[週周][一二三四五六日]|[月火水木金土日]曜日?|[월화수목금토일]요일|[時时分秒点點시초]"
    r"|[(（][月火水木金土日월화수목금토][)）]|[日일](?=\W|$)"
)
ABBREVIATED = 4  # capitals of AM, of a zone


def only_dates(line: str) -> bool:
    """Whether a line is written to say when the article was published or changed, and says nothing else.

    >>> [only_dates(line) for line in ("Updated 10:01 pm, 3 May 2026", "By Ana Lind on 3 May 2026 at 10:15", "3 May 2026")]
    [True, True, True]
    >>> only_dates("Concert on 3 May 2026 at 19:30"), only_dates("Kickoff: Sunday, 3 May 2026, 15:30")
    (False, False)
    >>> only_dates("As of 3 May 2026 on harbour.example")
    False
    >>> only_dates("2026年5月3日(日) 午後7:30"), only_dates("2026年5月3日 19:30 音乐会")
    (True, False)
    """
    if not may_name_day(line) or day_of_line(line) is None or says_more(line):
        return False
    strange = len(strange_words(line))
    if role_of(line) in (Role.PUBLISHED, Role.CHANGED):
        return strange <= 1
    return says_by(line) or not (strange or _names_something(line))


def _names_something(line: str) -> bool:
    """Whether a word beside a line's day is neither a day's nor a time's: a name, a place, what takes place then."""
    line = plain_line(line)
    day = find_days(line)[0]
    rest = _OF_TIMES.sub(" ", f"{line[: day.start]} | {line[day.end :]}")
    return any(map(_is_name, _WORD.findall(rest)))


def _is_name(word: str) -> bool:
    if word[0].islower() or word.lower() in SMALL or (word.isupper() and len(word) <= ABBREVIATED):
        return False
    return not weekdays_of(word, None)
