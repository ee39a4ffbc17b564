"""The vocabulary: one frozen record for each thing that passes from room to room.

    Source --endpoints--> Link --fetch--> Page --prepare--> Candidate --decide--> Decision --apply--> the archive

Times are aware `datetime`s where we measured them (`fetched`) and ISO 8601 text where somebody else
stated them (`published`): a stated date keeps the precision it was stated with (see `dates`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from newscrawler.errors import NO_ARTICLE, Failure
from newscrawler.items.rights import Statement
from newscrawler.items.sources import Discovery, DueEndpoint, Endpoint, Link, Poll, Source

__all__ = [
    "Article", "Candidate", "Decision", "Discovery", "DueEndpoint", "Endpoint", "Known", "KnownArticle",
    "KnownRevision", "Lease", "Link", "Match", "Mention", "Outcome", "Page", "Poll", "Reading", "Reread", "Source",
    "TakenIn", "TermMatch", "TopicScore", "Update", "Verdict",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lease:
    """A link taken from the frontier; it stays pending in the archive until its decision is committed.

    With an `article_id` it is another look at an article that is there, to be asked for conditionally.
    """

    link_id: int
    source_id: str
    url: str
    published_hint: str | None = None
    hint_origin: str = "feed"  # feed or sitemap: who stated the hint
    title_hint: str | None = None
    attempts: int = 0
    article_id: int | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One response, or why there is none (`status` None, `failure` says it)."""

    lease: Lease
    url: str
    fetched: datetime
    status: int | None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    failure: Failure | None = None
    ip: str | None = None
    sent: tuple[tuple[str, str], ...] = ()  # headers of the request; none where nobody knows them

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Update:
    """One entry of a live blog.  `at` is ISO 8601, or the clock time that the page writes where it states no date."""

    at: str | None
    title: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """The article in a page.  What nobody stated is None."""

    url: str
    text: str = field(repr=False)
    content_hash: str
    word_count: int
    extractor: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    published_origin: str | None = None
    modified: str | None = None
    language: str | None = None
    section: str | None = None
    lead: str | None = None
    image_url: str | None = None
    canonical: str | None = None
    credit: str | None = None  # whom the text names as its first publisher or agency
    language_origin: str | None = None  # page, text, or both where they agree; None with language
    type: str = "article"  # article, live, opinion, press-release, listing or video
    tags: tuple[str, ...] = ()
    published_zone: str | None = None  # the offset from UTC that it was stated with, such as +02:00
    agency: str | None = None  # the news agency that is credited
    paywall: bool | None = None  # None: the page does not say
    captions: tuple[str, ...] = ()
    updates: tuple[Update, ...] = ()  # entries of a live blog
    origins: dict[str, str] = field(default_factory=dict)  # field -> which claim said so

    @property
    def whole_text(self) -> str:
        """The text with the entries of a live blog: what search, copies and relevance read."""
        entries = (part for update in self.updates for part in (update.title, update.text))
        return "\n".join(filter(None, (self.text, *entries)))


@dataclass(frozen=True, slots=True)
class TopicScore:
    topic_id: str
    label: str
    score: float
    terms: tuple[str, ...]
    scheme: str = "own"  # iptc: a code of IPTC Media Topics


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term of the lexicon that stands in an article: the numbers of its words in each part."""

    term: str
    language: str
    topic_id: str | None  # None: it keeps shorter terms from counting
    weight: float
    title: tuple[int, ...] = ()
    lead: tuple[int, ...] = ()
    body: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        return len(self.title) + len(self.lead) + len(self.body)


@dataclass(frozen=True, slots=True)
class Mention:
    kind: str
    code: str
    name: str
    count: int
    main: bool = False  # a country that the article is about, not only one that it names


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an article is about, and why we think so.  Scores are 0..1; `relevant`: the decision is not drop."""

    relevant: bool
    score: float
    reason: str
    topics: tuple[TopicScore, ...] = ()
    mentions: tuple[Mention, ...] = ()
    defence: float = 0.0
    diplomacy: float = 0.0
    decision: str = "keep"  # keep, review (kept and marked as doubtful) or drop
    matches: tuple[TermMatch, ...] = ()
    lexicon: str = ""  # the version that judged


@dataclass(frozen=True, slots=True)
class Reread:
    """That a candidate is a stored page, read anew: which row of `pages`, and when."""

    page_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TakenIn:
    """That a candidate was fetched or told by somebody else: by which row of `imports` it comes, and when."""

    import_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page made ready for a decision: an article with its verdict, or why it holds none.

    `record` is the page as one WARC record (a gzip member), `request` what was asked; None where there is none.
    `head` is the answer's status line and headers as they came, for a record of a page that says what it said before.
    """

    lease: Lease
    url: str
    url_key: str
    fetched: datetime
    status: int | None
    content_type: str | None = None
    digest: str | None = None
    record: bytes | None = field(default=None, repr=False)
    request: bytes | None = field(default=None, repr=False)
    head: bytes = field(default=b"", repr=False)
    article: Article | None = None
    verdict: Verdict | None = None
    fingerprints: tuple[int, ...] = field(default=(), repr=False)  # dedup.fingerprints of the text
    page_name: str = ""  # markup.site_lines.page_name
    lines: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # (key, text) of each line, for the host's profile
    keep: str = "all"
    failure: Failure | None = None
    etag: str | None = None  # validators of this very response
    last_modified: str | None = None
    reread: Reread | None = None  # None: it was fetched
    taken_in: TakenIn | None = None  # None: by us
    rights: tuple[Statement, ...] = ()  # what its headers and its markup state

    @property
    def today(self) -> datetime:
        """When it is looked at: now, also of a page that is stored or of others, which may be old."""
        at = self.reread or self.taken_in
        return at.at if at else self.fetched

    @property
    def failure_reason(self) -> str:
        """Why it holds no article, in one line for people."""
        if self.failure is None:
            return "no article"
        return f"no article: {self.failure.reason}" if self.failure.kind in NO_ARTICLE else self.failure.reason


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """What the archive says of an article that it has."""

    id: int
    url: str
    source_id: str | None
    story_id: int | None
    title: str | None
    text: str = field(repr=False)
    content_hash: str = ""
    published: str | None = None
    first_seen: str | None = None
    url_key: str = ""
    gone_since: str | None = None
    gone_reason: str | None = None
    failures: int = 0  # visits in a row that brought no answer
    read_by: str | None = None  # the version that read its text
    last_seen: str | None = None
    failure: str | None = None  # why the last look brought no state of it


@dataclass(frozen=True, slots=True)
class KnownRevision:
    """One row of `revisions`; its text only where that may be the one that it is compared with."""

    id: int
    seen: str
    change: str
    title: str | None
    content_hash: str
    grown: bool = False
    states: int = 1
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a stored page: an article as it is kept, or title and text of a state that a later one replaced."""

    article: Article
    is_current: bool = True
    read_by: str | None = None  # the version that read it


@dataclass(frozen=True, slots=True)
class Known:
    """All that a decision needs from the archive.

    `similar` are articles that may share text with the candidate, `standing` those of its fingerprints that many
    stories carry, `crowded` those that the archive has often enough.  `revisions` are the last ones of the article
    at this address, in order; empty where its text is as it was.  `recurring` are lines that are the host's and no
    article's, as it is known now (markup.site_lines.line_key).
    """

    at_address: KnownArticle | None = None
    same_text: KnownArticle | None = None
    similar: tuple[KnownArticle, ...] = ()
    standing: frozenset[int] = frozenset()
    crowded: frozenset[int] = frozenset()
    revisions: tuple[KnownRevision, ...] = ()
    recurring: frozenset[str] = frozenset()
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """How an article relates to one that we have: copy, contains, contained or partial, 0..1, and why.

    `same_story` says whether it makes them one story.
    """

    other: KnownArticle
    relation: str
    score: float
    reason: str
    same_story: bool
    shared: int | None = None  # shingles


class Outcome(StrEnum):
    """What becomes of a candidate.  The values are what `links.reason`, counts and progress lines say."""

    NEW = "new"
    COPY = "duplicate"  # a new article whose text, or most of it, another address already has
    REVISED = "revised"
    UNCHANGED = "unchanged"
    EARLIER = "earlier"  # somebody else's look at a known article, before our last: a state of it, or one that we know
    GONE = "gone"  # a known article that its address has no more; it keeps its text
    OFF_TOPIC = "off-topic"
    FAILED = "failed"
    RETRY = "retry"
    REREAD = "reread"  # a stored page says something else now: we have changed, not its publisher
    KEPT = "kept"  # a stored page says nothing now, or far less: what was read of it stays


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with a candidate, and why.  `archive.apply` does it whole or not at all."""

    outcome: Outcome
    candidate: Candidate
    reason: str
    article_id: int | None = None  # the article that it revises or confirms
    matches: tuple[Match, ...] = ()  # articles that share its text, those of its story first
    crowded: frozenset[int] = frozenset()  # fingerprints that need not be kept again
    other_words: bool = False  # a revision with new words: `matches` say anew which story it is of
    change: str | None = None  # a kind of revisions.changes, where the state goes into `revisions`
    next_try: datetime | None = None
    why: str | None = None  # what changed
    grown: bool = False
    revision_id: int | None = None  # the row of `revisions` that takes this state up, instead of a new one
    fields: tuple[str, ...] = ()  # of a page read anew: what it says otherwise now
