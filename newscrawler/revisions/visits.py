"""A known article was looked at again: a candidate and what we have in, a decision with its reason out.

no answer, not let in, nothing read --> try again;  "not there" --> gone;  another page --> gone;  nothing kept -->
doubtful until later visits show the same;  else: what changed, and whether the state is a row of its own in `revisions`
or is taken up by one that is there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawler.block_pages.astray import astray
from newscrawler.dates import from_iso, iso
from newscrawler.errors import ABSENT, UNSEEN, Failure, FailureKind
from newscrawler.items import Decision, Outcome
from newscrawler.revisions.changes import (
    CORRECTED,
    DOUBTFUL,
    GONE,
    RESTORED,
    REVISED,
    TOUCHED,
    UNCHANGED,
    Change,
    change,
    kept,
)
from newscrawler.revisions.removal import MIN_KEPT_SHARE, elsewhere, is_another, loss, refusal
from newscrawler.scheduling.revisits import TROUBLE
from newscrawler.text import storable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.items import Article, Candidate, KnownArticle, KnownRevision
    from newscrawler.revisions.removal import State

STATES_A_DAY = 12  # rows of `revisions` that one article fills in one day, at most
DOUBT_LOOKS = 3  # looks in a row that show the same all other text, before it is the article's
DOUBT_SPAN = timedelta(days=1)  # and so long apart are the first and the last of them: a site is mended in a night
MIN_REWRITTEN_WORDS = 40  # words that such a text must have: fewer are a notice, in whatever language
NO_STATE = (GONE, DOUBTFUL)  # changes whose rows hold no text of the article


def follow(
    candidate: Candidate, there: KnownArticle, revisions: Sequence[KnownRevision], texts: tuple[str, str] | None = None
) -> Decision:
    """What becomes of another look at an article that is there.  Never takes its text away.

    `texts` are the known text and the new one as they are compared, where that is not as they are stored.
    """
    moved = bool(there.url_key) and there.url_key != candidate.url_key
    if candidate.status == 304 and not moved:
        return Decision(Outcome.UNCHANGED, candidate, "same address key, not modified (HTTP 304)", article_id=there.id)
    article = candidate.article
    if article is None or candidate.verdict is None:
        return _without_text(candidate, there)
    old_text, new_text = texts or (there.text, article.text)
    old, new = (there.title, old_text), (storable(article.title), storable(new_text))
    if old == new:
        return _as_state(candidate, there, Change(UNCHANGED, "the same text"), revisions)
    if failure := refusal(old, new):
        return _unseen(replace(candidate, failure=failure), there)
    if moved and (stray := _astray(candidate, old, new)):
        return _without_text(stray, there)
    if failure := loss(old, new) or (elsewhere(old, new, candidate.url) if moved else None):
        lost = replace(candidate, failure=failure)
        return _unseen(lost, there) if failure.kind in UNSEEN else _gone(lost, there, failure.reason)
    what = change(old, new)
    if what.ticks:
        return _as_state(candidate, there, Change(UNCHANGED, what.reason), revisions)
    if is_another(old, new):
        if doubted := _doubt(candidate, there, revisions):
            return doubted
        what = replace(what, reason=f"{what.reason}; nothing kept, the same at {DOUBT_LOOKS} visits and more")
    return _as_state(candidate, there, what, revisions)


def _astray(candidate: Candidate, old: State, new: State) -> Candidate | None:
    """The candidate without its text, where its address led to a page that says nothing of the article."""
    failure = astray(candidate.lease.url, candidate.url)
    if failure is None or kept(old[1], new[1]) >= MIN_KEPT_SHARE:
        return None
    return replace(candidate, article=None, verdict=None, failure=failure)


def _as_state(candidate: Candidate, there: KnownArticle, what: Change, revisions: Sequence[KnownRevision]) -> Decision:
    """The page is a state of the article."""
    if there.gone_since:
        return _back(candidate, there, what)
    if what.kind == UNCHANGED:
        return Decision(Outcome.UNCHANGED, candidate, "same address key, same text", article_id=there.id)
    return _revise(candidate, there, what, revisions)


def _without_text(candidate: Candidate, there: KnownArticle) -> Decision:
    reason, failure = candidate.failure_reason, candidate.failure
    if failure is not None and failure.kind in ABSENT:
        return _gone(candidate, there, reason)
    if failure is not None and failure.kind in UNSEEN:
        return _unseen(candidate, there)
    return Decision(Outcome.FAILED, candidate, f"article {there.id} is there already: {reason}", article_id=there.id)


def _unseen(candidate: Candidate, there: KnownArticle) -> Decision:
    """We could not look, which says nothing of the article: however often, it stays as it is."""
    if there.gone_since:  # since and why it is gone stays as its address said
        return replace(_gone(candidate, there, candidate.failure_reason), why=there.gone_reason or candidate.failure_reason)
    times = 1 if there.failure == FailureKind.ANOTHER else there.failures + 1
    return Decision(Outcome.RETRY, candidate, f"{candidate.failure_reason}; attempt {times}", article_id=there.id)


def _elsewise(candidate: Candidate, there: KnownArticle, reason: str, most: int) -> Decision:
    """Another page was there; so many times in a row, and the article is gone."""
    times = there.failures + 1 if there.failure == FailureKind.ANOTHER else 1
    if there.gone_since or times >= most:
        return _gone(candidate, there, reason if there.gone_since else f"{reason}; {times} times in a row")
    return Decision(Outcome.RETRY, candidate, f"{reason}; attempt {times}", article_id=there.id)


def _doubt(candidate: Candidate, there: KnownArticle, revisions: Sequence[KnownRevision]) -> Decision | None:
    """What becomes of a page of which nothing is as it was; None where it has shown itself often enough.

    The last row of `revisions` holds the doubtful text and counts its looks.  It is the article's after three looks in
    a row over a day at least; a notice of few words never is, and a page that is other each time is none of it.
    """
    assert candidate.article is not None
    last = revisions[-1] if revisions and revisions[-1].change == DOUBTFUL else None
    in_between = not there.gone_since and not there.failures  # the article itself was seen again: counting begins anew
    again = last is not None and last.content_hash == candidate.article.content_hash and not in_between
    seen = last.states + 1 if last and again else 1
    looks = seen if there.gone_since else min(seen, there.failures + 1)
    waited = last is not None and again and abs(candidate.fetched - from_iso(last.seen)) >= DOUBT_SPAN
    enough = looks >= DOUBT_LOOKS and waited
    if enough and candidate.article.word_count >= MIN_REWRITTEN_WORDS:
        return None
    reason = "another text at its address, nothing of headline and text is kept"
    other = replace(candidate, failure=Failure(FailureKind.ANOTHER, reason))
    made = _elsewise(other, there, reason, 1 if enough else len(TROUBLE) + 1)
    if made.change == GONE:
        return made
    why = f"{reason}; seen {seen} time{'' if seen == 1 else 's'}"
    return replace(made, change=DOUBTFUL, why=why, revision_id=last.id if last else None)


def _gone(candidate: Candidate, there: KnownArticle, reason: str) -> Decision:
    """The article keeps its text; that it is gone becomes a row the first time that we see it."""
    if there.gone_since:
        return Decision(Outcome.GONE, candidate, f"still gone: {reason}", article_id=there.id, why=reason)
    return Decision(Outcome.GONE, candidate, reason, article_id=there.id, change=GONE, why=reason)


def _back(candidate: Candidate, there: KnownArticle, what: Change) -> Decision:
    why = f"there again, gone since {there.gone_since} ({there.gone_reason}); {what.reason}"
    kind = RESTORED if what.kind == UNCHANGED else what.kind
    return Decision(
        Outcome.REVISED, candidate, f"same address key, {kind}: {why}", article_id=there.id, change=kind, why=why
    )


def _revise(candidate: Candidate, there: KnownArticle, what: Change, revisions: Sequence[KnownRevision]) -> Decision:
    assert candidate.article is not None
    row, why = _row_for(what, candidate, there, revisions)
    return Decision(
        Outcome.REVISED,
        candidate,
        f"same address key, {what.kind} text: {why}",
        article_id=there.id,
        change=what.kind,
        why=why,
        grown=what.grown,
        revision_id=row.id if row else None,
    )


def _row_for(
    what: Change, candidate: Candidate, there: KnownArticle, revisions: Sequence[KnownRevision]
) -> tuple[KnownRevision | None, str]:
    """(the row that takes the new state up, None for one of its own; what to say of the change)."""
    assert candidate.article is not None
    same = [each for each in revisions if each.change not in NO_STATE and _is_state(each, candidate.article)]
    if len(same) > 1:
        # the second time that it comes back: a page that is delivered in two versions
        return same[-1], f"back to the text of revision {same[-1].id} once more"
    if same:
        return None, f"{what.reason}; the text of revision {same[0].id} again"
    today = [each for each in revisions if each.seen[:10] == iso(candidate.fetched)[:10]]
    last = next((each for each in reversed(revisions) if each.change != DOUBTFUL), None)
    if last and last in today[1:] and last.content_hash == there.content_hash and _folds(what, last, len(today)):
        return last, f"{what.reason}; the last of {last.states + 1} states since {last.seen}"
    return None, what.reason


def _is_state(revision: KnownRevision, article: Article) -> bool:
    """Whether a row holds this very text: its hash leaves case and punctuation aside, and with them signs and currencies."""
    return (revision.title, revision.text) == (storable(article.title), storable(article.text))


def _folds(what: Change, last: KnownRevision, today: int) -> bool:
    """Whether a change goes on where the last row of the same day ended.  The day's first row always stays."""
    if what.kind == CORRECTED or last.change not in (TOUCHED, REVISED):
        return False
    grows = what.grown and last.grown
    touched = what.kind == TOUCHED == last.change
    return grows or touched or today >= STATES_A_DAY
