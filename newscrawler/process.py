"""THE HALL, where the rooms of the second floor meet.  Both functions are pure.

    candidate = prepare(page, source, lexicon)         read: extraction; judged: relevance, hashes; in a worker process
    known     = archive.known(candidate)               one read
    decision  = decide(candidate, known)               what becomes of it, and why
    archive.apply(decision)                            whole or not at all

`prepare` and `file` are these four lines.  A live crawl, `save`, `reprocess` and whatever else brings pages go through them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from newscrawler.block_pages.astray import astray
from newscrawler.dates import iso, retry_after
from newscrawler.dedup.fingerprints import fingerprints, shingled
from newscrawler.dedup.matching import matches
from newscrawler.dedup.stories import first_publisher
from newscrawler.errors import ABSENT, HEALING, Failure, FailureKind, of_status
from newscrawler.items import Candidate, Decision, Known, Outcome
from newscrawler.markup.site_lines import SiteProfile, line_keys, page_name, strip_profile
from newscrawler.reader import shipped_reader
from newscrawler.revisions.changes import CORRECTED, REREAD, RESTORED, REVISED, TOUCHED
from newscrawler.revisions.rereading import differing, is_poorer
from newscrawler.revisions.visits import follow
from newscrawler.rights import distinct
from newscrawler.rights.conclusion import told, withholding
from newscrawler.rights.page import of_headers
from newscrawler.sources import speaks_for
from newscrawler.text import storable
from newscrawler.urls import own_address, url_key

if TYPE_CHECKING:
    from newscrawler.extraction import Examined
    from newscrawler.items import KnownArticle, Page, Source
    from newscrawler.relevance import Lexicon

MAX_ATTEMPTS = 14  # some eleven days: a host may be away for a week
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=30), timedelta(days=1)
HEALS_AFTER = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))
MAX_ETAG, MAX_LAST_MODIFIED = 500, 100  # characters; half a validator validates nothing
OF_TEXTS = (FailureKind.TEASER, FailureKind.COLLAPSED, FailureKind.ANOTHER)  # told by two texts that are compared
MIN_WORDS = 5  # fewer are a stray caption or a block notice, not an article


def _fetch_failure(page: Page) -> Failure | None:
    """Why the fetch brought no page of the publisher's, None where it did."""
    if page.status is None:
        return page.failure or Failure(FailureKind.NO_ANSWER, "no answer")
    wait = retry_after(page.header("retry-after"), page.fetched)
    failure = None if page.status == 200 else of_status(page.status, wait)
    # its key is the publisher's: what a cache says or lacks must not pass for a new state of that article
    if (own := own_address(page.url)) != page.url and (failure is None or failure.kind in ABSENT):
        return Failure(FailureKind.CACHE, f"a cache's copy of {own}")
    # a dead article often leads to the home page, which is none
    is_home = urlsplit(page.url).path in ("", "/") and urlsplit(page.lease.url).path not in ("", "/")
    if failure is None and is_home:
        return Failure(FailureKind.HOME_PAGE, "redirected to the home page")
    return failure


def _validator(stated: str | None, limit: int) -> str | None:
    """A validator as the server stated it; None where it could not be sent back as it was."""
    return stated if stated and len(stated) <= limit and stated.isprintable() and stated.isascii() else None


def without_text(page: Page, source: Source | None) -> Candidate:
    """A page made ready as far as its head goes: all there is to do for an answer without an article."""
    base = Candidate(
        lease=page.lease,
        url=page.url,
        url_key=url_key(page.url),
        fetched=page.fetched,
        status=page.status,
        content_type=page.header("content-type"),
        keep=source.keep if source else "all",
        etag=_validator(page.header("etag"), MAX_ETAG),
        last_modified=_validator(page.header("last-modified"), MAX_LAST_MODIFIED),
        rights=of_headers(page.headers, page.url),
    )
    return replace(base, failure=_fetch_failure(page))


def prepare(page: Page, source: Source | None, lexicon: Lexicon, profile: SiteProfile | None = None) -> Candidate:
    """A page made ready for a decision.  Never raises for what is in the page: that is a `failure`."""
    return judged(read(page, source, profile), lexicon)


def read(page: Page, source: Source | None, profile: SiteProfile | None = None) -> Candidate:
    """What a page says, or why it holds no article."""
    base = without_text(page, source)
    if base.failure:
        return base
    looked = examined(page, source, profile)
    found = looked.outcome
    base = replace(base, rights=distinct((*looked.rights, *base.rights)))
    if isinstance(found, Failure):
        return replace(base, failure=found)
    if found.word_count < MIN_WORDS:
        return replace(base, failure=Failure(FailureKind.NO_TEXT, f"{found.word_count} words of text"))
    from newscrawler.relevance.language import with_language

    found = with_language(found)
    return replace(
        base,
        article=replace(found, credit=first_publisher(found.text)),
        page_name=page_name(base.url_key, found.text),
        lines=line_keys(found.text),
    )


def examined(page: Page, source: Source | None, profile: SiteProfile | None = None) -> Examined:
    """All that is found on a page, by what its endpoint said of it."""
    from newscrawler.extraction import examine  # a worker's: who decides, reads no page

    lease = page.lease
    # what another site's feed says of an article decides nothing
    is_own = source is None or speaks_for(source, page.url)
    return examine(
        page.body,
        page.url,
        page.fetched,
        content_type=page.header("content-type"),
        date_hint=(lease.published_hint, lease.hint_origin) if lease.published_hint and is_own else None,
        title_hint=lease.title_hint if is_own else None,
        profile=profile,
    )


def judged(candidate: Candidate, lexicon: Lexicon) -> Candidate:
    """A candidate with what we make of its words: what it is about, and by what copies of it are found."""
    return fingerprinted(with_verdict(candidate, lexicon))


def with_verdict(candidate: Candidate, lexicon: Lexicon) -> Candidate:
    """A candidate with what it is about."""
    from newscrawler.relevance import judge

    article = candidate.article
    if article is None:
        return candidate
    return replace(candidate, verdict=judge(article.title, article.lead, article.whole_text, lexicon, article.language))


def fingerprinted(candidate: Candidate) -> Candidate:
    """A candidate with that by which copies of it are found."""
    article = candidate.article
    if article is None:
        return candidate
    return replace(candidate, fingerprints=tuple(fingerprints(shingled(article.whole_text))))


def obeyed(candidate: Candidate, respect: frozenset[str]) -> Candidate:
    """The candidate without its text and its page, where its publisher asks for that by one of the rules to `respect`.

    A date counts as of today, whenever the page was fetched: what is stored, or of others, may be old.
    """
    by = withholding(candidate.rights, respect, candidate.today)
    if candidate.status != 200 or by is None:
        return candidate
    failure = Failure(FailureKind.WITHHELD, f"not kept, as its publisher asks: {told(by)}")
    kept = replace(candidate, failure=failure, article=None, verdict=None, record=None, request=None, digest=None)
    return replace(kept, fingerprints=(), lines=(), page_name="", etag=None, last_modified=None)


def next_look(failure: Failure | None, attempts: int) -> timedelta | None:
    """When to ask again for what failed so many times in a row; None: no more.

    What passes is asked for eleven days, ever less often.  What may heal (a page before its publication, a wall,
    a refusal, a page whose workers died) is asked after an hour, a day and a week: anyone may have named its address too
    early, and the kernel ends workers where a machine is short of memory.  What was not tried is no attempt.

    >>> [next_look(of_status(404), n) for n in (1, 4)], next_look(of_status(503), 1)
    ([datetime.timedelta(seconds=3600), None], datetime.timedelta(seconds=1800))
    """
    if failure is None:
        return None
    if not failure.is_attempt:
        return max(FIRST_RETRY, failure.wait or timedelta(0))
    if failure.is_passing and attempts < MAX_ATTEMPTS:
        usual: timedelta = min(LONGEST_RETRY, FIRST_RETRY * 4 ** min(attempts - 1, 8))
        return max(usual, failure.wait or timedelta(0))
    if failure.kind in HEALING and attempts <= len(HEALS_AFTER):
        return HEALS_AFTER[attempts - 1]
    return None


def _failed(candidate: Candidate) -> Decision:
    reason, failure = candidate.failure_reason, candidate.failure
    attempts = candidate.lease.attempts + 1
    wait = next_look(failure, attempts)
    if wait is None:
        tried = f"; given up after {attempts} attempts" if attempts > 1 else ""
        return Decision(Outcome.FAILED, candidate, f"{reason}{tried}")
    return Decision(
        Outcome.RETRY,
        candidate,
        f"{reason}; attempt {attempts}",
        next_try=candidate.fetched + wait,
    )


def is_wanted(candidate: Candidate) -> bool:
    """Whether a new article is one to keep: of a general source, only what is about our subject."""
    return candidate.keep != "relevant" or (candidate.verdict is not None and candidate.verdict.relevant)


def _read_alike(candidate: Candidate, known: Known) -> tuple[str, str] | None:
    """The known text and the new one without what is known today to recur on their host; None where there are none.

    What we learnt since the article was stored must not pass for its publisher's edit.
    """
    if known.at_address is None or candidate.article is None:
        return None
    profile = SiteProfile("", known.recurring)
    old, new = (strip_profile(text, profile)[0] for text in (known.at_address.text, candidate.article.text))
    return old, new


def _follow(candidate: Candidate, known: Known) -> Decision:
    """Another look at an article that is there; new words may make it a copy."""
    assert known.at_address is not None
    if candidate.article is not None and not known.at_address.text:
        # it was withdrawn as its publisher asked, and is asked for no more
        why = "its text may be kept again"
        return Decision(
            Outcome.REVISED, candidate, f"same address key, {why}", known.at_address.id, change=RESTORED, why=why
        )
    decision = follow(candidate, known.at_address, known.revisions, _read_alike(candidate, known))
    if candidate.article is not None and known.at_address.read_by != shipped_reader():
        decision = _of_two_readings(decision, known.at_address)
    if candidate.article is None or decision.outcome is not Outcome.REVISED:
        return decision
    other_words = decision.change in (REVISED, CORRECTED)
    found = matches(candidate.article, iso(candidate.fetched), known) if other_words else ()
    return replace(decision, matches=found, crowded=known.crowded, other_words=other_words)


def _of_two_readings(decision: Decision, there: KnownArticle) -> Decision:
    """What is said where another version read the known text, and its page cannot be read anew: nothing of the publisher."""
    version = there.read_by or "an earlier one"
    whose = f"read by newscrawler {version}, whose page cannot be read anew: what changed may be our reading"
    if decision.change in (TOUCHED, REVISED, CORRECTED):
        return replace(decision, change=REREAD, reason=f"same address key, {whose}", why=f"{whose}; {decision.why}")
    failure = decision.candidate.failure
    if failure is not None and failure.kind in OF_TEXTS and not there.gone_since:
        reason = f"article {there.id} is there already, {whose}: {decision.reason}"
        return Decision(Outcome.FAILED, decision.candidate, reason, article_id=there.id)
    return decision


def _read_anew(candidate: Candidate, known: Known) -> Decision:
    """A stored page of an article that is there: what we read otherwise now is no revision."""
    assert known.at_address is not None
    key, article, before = known.at_address.id, candidate.article, known.reading
    if before is None:
        return Decision(Outcome.KEPT, candidate, "another page is at its address now", key)
    if article is None:
        return Decision(Outcome.KEPT, candidate, candidate.failure_reason, key)
    if is_poorer(before, article):
        return Decision(Outcome.KEPT, candidate, f"{article.word_count} words, {before.article.word_count} before", key)
    fields = differing(before, article)
    if not fields:
        return Decision(Outcome.UNCHANGED, candidate, "reads as it did", key)
    return Decision(Outcome.REREAD, candidate, f"{', '.join(fields)} read otherwise", key, fields=fields)


def _of_others(candidate: Candidate, known: Known) -> Decision | None:
    """What becomes of somebody else's look, where that is not what would become of ours.

    What holds no article says nothing of one that we have, for we do not know how it was asked.  But where it
    says, not before our last look, that no text is to be kept, ours goes.  What was seen before that look is a state that
    came before, and takes no place of what came since.
    """
    there, article = known.at_address, candidate.article
    if article is None:
        is_withheld = candidate.failure is not None and candidate.failure.kind is FailureKind.WITHHELD
        goes = there is not None and is_withheld and (there.last_seen or "") <= iso(candidate.fetched)
        return Decision(
            Outcome.FAILED, candidate, candidate.failure_reason, there.id if there is not None and goes else None
        )
    if there is None or (there.last_seen or "") < iso(candidate.fetched):
        return None
    if not there.text:
        return Decision(Outcome.EARLIER, candidate, "its text was withdrawn since", there.id)
    state = (storable(article.title), storable(article.text))
    if state == (there.title, there.text) or any(state == (each.title, each.text) for each in known.revisions):
        return Decision(Outcome.EARLIER, candidate, "a state that is known", there.id)
    return Decision(Outcome.EARLIER, candidate, f"seen before {there.last_seen}", there.id, change=REVISED)


def _of_others_since(made: Decision) -> Decision:
    """The same of a look after our last: it may bring a state, and never the end of the article that we have."""
    if made.outcome in (Outcome.REVISED, Outcome.UNCHANGED):
        return made
    return Decision(Outcome.FAILED, made.candidate, made.reason)


def decide(candidate: Candidate, known: Known) -> Decision:
    """Say what becomes of a candidate, and why.  Reads nothing, writes nothing."""
    if known.at_address and candidate.reread is not None:
        return _read_anew(candidate, known)
    if candidate.taken_in is not None and (made := _of_others(candidate, known)):
        return made
    # an article that we keep is followed whatever its new text is about: its history must not stop
    if known.at_address:
        made = _follow(candidate, known)
        return made if candidate.taken_in is None else _of_others_since(made)
    article, verdict = candidate.article, candidate.verdict
    if article is None or verdict is None:
        return _failed(candidate)
    if failure := astray(candidate.lease.url, candidate.url):
        return _failed(replace(candidate, article=None, verdict=None, failure=failure))
    if not is_wanted(candidate):
        return Decision(Outcome.OFF_TOPIC, candidate, verdict.reason)
    found = matches(article, iso(candidate.fetched), known)
    if found and found[0].same_story:
        return Decision(Outcome.COPY, candidate, found[0].reason, matches=found, crowded=known.crowded)
    reason = verdict.reason if candidate.keep == "relevant" else "every article of this source"
    return Decision(Outcome.NEW, candidate, reason, matches=found, crowded=known.crowded)


class Keeper(Protocol):
    """What the hall asks of an archive: one read, one write."""

    def known(self, candidate: Candidate) -> Known:
        """All that a decision on this candidate needs."""

    def apply(self, decision: Decision) -> None:
        """Write all that follows from a decision, whole or not at all."""


def file(candidate: Candidate, archive: Keeper) -> Decision:
    """Decide on a candidate by what the archive knows, and let it keep what follows."""
    decision = decide(candidate, archive.known(candidate))
    archive.apply(decision)
    return decision
