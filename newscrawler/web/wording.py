"""What rooms call things, in a reader's words.  Strings in, strings out.

Stored sentences stay as they are; old archives have them too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawler.dates import read_moment

if TYPE_CHECKING:
    from datetime import datetime

# kinds of findings (sources.health)
_FINDINGS = {
    "dead": "gone", "unreachable": "does not answer", "refused": "refuses us", "block-page": "answers with a wall",
    "frozen": "stands still", "empty": "names nothing", "soft-404": "pages are missing", "thin": "only beginnings",
    "undated": "no dates",
}  # fmt: skip
# who says in which language an article is (articles.language_origin)
_LANGUAGE_ORIGINS = {"page": "the page says so", "text": "by its words", "both": "the page says so, and its words"}
_SHARE = re.compile(r"\b([01]\.\d\d)\b")
_WEIGHED = re.compile(r"[a-z]+: score ([01]?\.?\d+) of ([01]?\.?\d+): ")
_VERDICTS = {"keep": "it belongs here", "review": "doubtful", "drop": "it does not belong here"}


def finding(kind: str) -> str:
    """A kind of trouble.

    >>> finding("block-page"), finding("of a plugin")
    ('answers with a wall', 'of a plugin')
    """
    return _FINDINGS.get(kind, kind)


def every_finding(kinds: str) -> str:
    """Kinds of trouble that are stored with commas between them.

    >>> every_finding("dead,thin")
    'gone, only beginnings'
    """
    return ", ".join(finding(each.strip()) for each in kinds.split(","))


def language_origin(stored: str | None) -> str | None:
    return _LANGUAGE_ORIGINS.get(stored or "", stored)


def shared(reason: str) -> str:
    """Why two articles share words, as stored.

    >>> shared("copies 0.97 of article 2, 214 shared shingles; not one story: less than 0.98")
    'copies 97 % of article 2, 214 runs of words in common; not one story: less than 98 %'
    """
    said = reason.replace("shared shingles", "runs of words in common")
    return _SHARE.sub(lambda found: f"{round(100 * float(found[1]))} %", said)


def judged(relevance: float | None, decision: str | None, reason: str = "") -> str | None:
    """What the lexicon says of an article; `reason`: as stored with its verdict.

    >>> judged(0.004, "drop"), judged(0.8, "keep"), judged(None, "keep")
    ('0 of 100: it does not belong here', '80 of 100: it belongs here', None)
    >>> judged(0.0, "review", "review: no lexicon for the language am")
    'not judged: no lexicon for the language am'
    """
    if relevance is None or decision is None:
        return None
    if unread := reason.partition(": no lexicon for ")[2]:
        return f"not judged: no lexicon for {unread}"
    return f"{round(100 * relevance)} of 100: {_VERDICTS.get(decision, decision)}"


def weighed(reason: str) -> str:
    """What the lexicon found in an article, as stored with its verdict.

    >>> weighed("review: score 0.48 of 0.5: reservist*, cyber command"), weighed("no term of the lexicon")
    ('relevance 48 of 100, and 50 belong here: reservist*, cyber command', 'no term of the lexicon')
    """
    return _WEIGHED.sub(
        lambda found: f"relevance {round(100 * float(found[1]))} of 100, and {round(100 * float(found[2]))} belong here: ",
        reason,
    )


def reviewed(decision: str) -> str:
    """What a person said of an article.

    >>> reviewed("keep")
    'it belongs here'
    """
    return _VERDICTS.get(decision, decision)


def ago(stamp: str | None, now: datetime) -> str:
    """How long ago a moment was, in words.

    >>> from datetime import UTC, datetime
    >>> now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> ago("2026-11-22T11:59:40Z", now), ago("2026-11-22T09:00:00Z", now), ago("2026-11-12T12:00:00Z", now), ago(None, now)
    ('just now', '3 hours ago', '10 days ago', 'never')
    """
    at = read_moment(stamp)
    if at is None:
        return "never" if not stamp else str(stamp)
    minutes = int((now - at).total_seconds() // 60)
    for size, word in ((60 * 24, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            many = minutes // size
            return f"{many} {word}{'' if many == 1 else 's'} ago"
    return "just now" if minutes > -2 else "in the future"
