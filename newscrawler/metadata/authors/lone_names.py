"""Names that no label credits: on a line of their own below the headline, or in a link to the page of who wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawler.dates.written import find_day, may_name_day
from newscrawler.metadata.authors.bylines import parts_of, split_names, without_leading_day
from newscrawler.metadata.authors.claims import LINE, is_of_picture, unique_names
from newscrawler.metadata.authors.credit_words import shipped_credit_words
from newscrawler.metadata.authors.jobs import has_job_behind, is_job_beside, without_place, without_post
from newscrawler.metadata.authors.made_names import is_login
from newscrawler.metadata.authors.names_apart import without_rest
from newscrawler.metadata.authors.persons import NAME, NOBODY, is_desk, is_job, is_pen_name, is_person
from newscrawler.metadata.dates.labels import Role, role_of, shipped_labels
from newscrawler.text import clean_line, spaceless, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.metadata.authors.claims import Houses
    from newscrawler.metadata.claims.structured import Claims

DAY, LONE_DAY = 20, 30  # characters of a day behind a name, and of one alone
AGO = 20  # characters of "5 days ago", and of "vor" before them
FIRST = 2  # of these lines
ARTICLE = 3  # letters of an article before a pen name: "der Michel"
MAX_CARD_WORDS, MAX_CARD = 3, 30  # words and characters of a pen name on an author's card
MAX_CREDIT_LINES = 6  # lines below the headline that may be a credit without saying so
_MINUTES = re.compile(r"\b\d+\s*(?:-\s*)?(?:min\b|mins\b|minut|分|분)|\bmin(?:ute)?s? read\b", re.IGNORECASE)
_MORE = re.compile(
    r"(?:all|alle|weitere|mehr|more|tous les|todos los|altri)\b.*\b(?:posts|artikel|articles|beiträge|artículos)\b",
    re.IGNORECASE,
)
UNCASED = 4  # words that are too many for a name in a script without capitals
_QUOTED = re.compile('["“”‘’«»„「『]')
_DIGIT_ANYWHERE = re.compile(r"\d")


def named_alone(claims: Claims, beside: Sequence[str], houses: Houses, others: set[str]) -> tuple[str, ...]:
    """Names on a line of their own below the headline, beside a day, a time to read or a job, or several together.

    Whom the headline names is its subject, if nothing says that the line is a byline.
    """
    headline = f" {' '.join(words(' '.join(claims.headings)))} "
    tags, site = claims.metas.get("article:tag", ()), claims.meta.get("og:site_name") or ""
    topics = houses.sections | {spaceless(each) for each in (*tags, site)}
    for at, line in enumerate(beside[:MAX_CREDIT_LINES]):
        if len(line) > LINE or is_of_picture(line):
            continue
        stated, is_recent = _before_moment(line)
        stated = stated or without_leading_day(line)
        is_posted = without_post(stated) != stated
        if stated != line and not is_recent and not (find_day(line) and len(line) - len(stated) <= DAY):
            continue
        parts = parts_of(without_place(without_post(stated)), is_dated=stated != line)
        said = [each for part in parts for each in split_names(part)]
        names = [each for at, each in enumerate(said) if not (is_job(each) or (at and is_job_beside(each)))]
        if at == 0 and "/" not in line and len(names) > 1 and houses.has(names[-1]):  # farther down it signs a picture
            names = names[:-1]  # "Ana Lind, Associated Press"
        if stated.strip() in claims.named.topics and line not in claims.named.profiles:
            continue
        if line not in claims.bylines and any(f" {' '.join(words(each))} " in headline for each in names):
            continue
        says_job = is_job(line) or has_job_behind(line) or has_job_behind(without_rest(stated))
        if not all(map(is_person if says_job else _is_plainly_named, names)) or topics.intersection(map(spaceless, names)):
            continue
        near = [*beside[max(0, at - 1) : at], *beside[at + 1 : at + (3 if at < FIRST else 2)]]
        is_set = says_job or is_posted or is_recent or bool(find_day(line)) or any(map(_sets_names, near)) or len(names) > 1
        kept = [each for each in names if spaceless(each) not in others and not houses.has(each)]
        if is_set and kept:
            return unique_names(kept)
    return ()


def _before_moment(line: str) -> tuple[str, bool]:
    """(a line up to its first digit, whether that begins how long ago it was: "5 days ago", "vor 5 Tagen")."""
    stated = _DIGIT_ANYWHERE.split(line, maxsplit=1)[0].rstrip()
    found = shipped_labels().ago.search(line, max(0, len(stated) - AGO)) if stated != line else None
    if found is None or len(line) - len(stated) > AGO:
        return stated, False
    return line[: min(len(stated), found.start())].rstrip(" |·•,-\u2013\u2014"), True


def _sets_names(line: str) -> bool:
    """Whether a line stands where names do: a day, a time to read, a job, "All posts"."""
    is_short = len(line) <= LONE_DAY or role_of(line) is not Role.UNSAID
    is_day = find_day(line) or (is_short and may_name_day(line))  # whose month needs its language
    return bool(is_day or _MINUTES.search(line) or _MORE.match(line)) or is_job(line)


def _is_plainly_named(name: str) -> bool:
    """Whether a text is a person's name though nothing says so: unspaced scripts have too many words of that length.

    In a script without capitals any words are like a name: a few are, and without quotation marks.
    """
    if not is_person(name) or " " not in name:
        return False
    if NAME.fullmatch(name) is not None:
        return True
    is_uncased = name.lower() == name.upper()
    return not name.isascii() and not (is_uncased and (name.count(" ") >= UNCASED or _QUOTED.search(name)))


def pen_name_of(claims: Claims, houses: Houses) -> tuple[str, ...]:
    """What the page's one link of rel author says, were it no person's name; else that to the page of that name."""
    named = claims.named
    for links, may_be in (
        (named.author_links, _PEN_NAME.fullmatch), (named.pen_names, _is_pen_name), (named.cards, _is_card_name),
    ):  # fmt: skip
        names = unique_names(filter(None, map(clean_line, links)))
        if len(names) == 1 and may_be(names[0]) and not NOBODY.search(names[0]) and not houses.has(names[0]):
            return names
    return ()


def _is_card_name(name: str) -> bool:
    """Whether what stands on an author's card may be whatever somebody calls herself, and is no control or desk."""
    said, known = words(name), shipped_credit_words()
    is_somebody = 0 < len(said) <= MAX_CARD_WORDS and len(name) <= MAX_CARD and not name.isdigit() and not is_login(name)
    telling = [each for each in said if len(each) > ARTICLE or not each.isascii()]
    return is_somebody and not is_desk(name) and not any(known.nobody.has(each) or known.role.has(each) for each in telling)


def _is_pen_name(name: str) -> bool:
    return is_pen_name(name, may_be_short=True)


_PEN_NAME = re.compile(r"[^\W\d_][\w.-]{2,24}")
