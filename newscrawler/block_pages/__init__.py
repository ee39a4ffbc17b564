"""Pages that stand where an article was asked for: not found, refused, a login, a consent; told by what they say.

`block_page` looks at a page of which we know nothing yet, `find_cue` and the sets of kinds serve revisions, which have
the text of the article to compare with.  Neither may take an article about such pages for one of them: words that an
article may say too count in few words only, quotations never do, and a page that names its author or day is believed
to be an article unless next to all of its sentences ask for something.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawler.block_pages.phrases import Cue, Grade, cue_index
from newscrawler.errors import Failure, FailureKind
from newscrawler.text import sentences, words, words_by_line

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["ASKING", "LOGIN_PATH", "NOT_FOUND", "REFUSING", "BlockPage", "Cue", "Looks", "block_page", "find_cue"]

NOT_FOUND = frozenset({FailureKind.SOFT_404})
REFUSING = frozenset(
    {FailureKind.BLOCKED, FailureKind.ROBOT_CHECK, FailureKind.MAINTENANCE}
)  # stands before the site, whatever was asked for
ASKING = frozenset({FailureKind.CONSENT, FailureKind.LOGIN})

MAX_SHORT_CHARACTERS = 600  # of a page that says next to nothing
MAX_CHARACTERS = 20_000  # a list of a consent's partners and purposes is not longer, save where it is cut
MAX_INTRODUCTION_CHARACTERS = 2_000  # within which a page says what it wants
MIN_CUED_SHARE = 0.6  # of a page's words that stand in sentences which ask or refuse
MIN_CUED_SHARE_BELOW_PROMPT = 0.35  # the same, of a short page that nobody signed and that begins with a prompt
MIN_CUED_SHARE_BELOW_TITLE = 0.5  # of a signed page's words, in sentences that say the same as its title
MIN_PLAIN_SHARE = 0.3  # of a long page's words that stand in sentences which no article has
MIN_PLAIN_CUES, MIN_CUES = 2, 3  # different ones, of a long page; a short one below a prompt has as many plain ones

# addresses that a login form has
LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|log-?on|auth|sso|account|register|subscribe|abo|anmelden|connexion|identification|paywall|consent)"
    r"(?:[/._?-]|$)",
    re.IGNORECASE,
)
_QUOTATION = re.compile(
    r"“[^“”]{1,500}”|„[^“”„]{1,500}[“”]|«[^«»]{1,500}»|»[^«»]{1,500}«|「[^「」]{1,500}」|『[^『』]{1,500}』"
    r"|\"[^\"\n]{1,500}\"|‘[^‘’]{1,500}’"
)
_SEPARATOR = re.compile(r"\s[|–—·•»«-]+\s|\|")
# words that say nothing of the kind
_FILLERS = frozenset(
    words("""error http https oops ooops uh oh sorry whoops the this that a our your you re status code page site website
    please fehler erreur errore erro fel feil fejl virhe błąd chyba ошибка помилка hiba eroare σφάλμα hata خطأ שגיאה خطا""")
)


_WHAT = {
    FailureKind.SOFT_404: "a page that was not found",
    FailureKind.BLOCKED: "a page that refuses us",
    FailureKind.ROBOT_CHECK: "a page that looks for robots",
    FailureKind.MAINTENANCE: "a page of a site that is down",
    FailureKind.CONSENT: "a page that asks for consent",
    FailureKind.LOGIN: "a page that asks to log in or to pay",
}


@dataclass(frozen=True, slots=True)
class BlockPage:
    """What stands where an article was asked for, and the words that say so."""

    kind: FailureKind
    cue: str

    @property
    def reason(self) -> str:
        """What it is, and by which words, for people to read."""
        return f'{_WHAT[self.kind]}: it says "{self.cue}"'

    @property
    def failure(self) -> Failure:
        return Failure(self.kind, self.reason)


@dataclass(frozen=True, slots=True)
class Looks:
    """What is looked at of a page at the first visit."""

    text: str
    headline: str | None  # the title, without the site's name
    heading: str | None = None  # the first one
    page_title: str | None = None  # of <title>
    is_signed: bool = False  # the page states who wrote it, or when
    has_password_field: bool = False


def find_cue(value: str, kinds: Collection[FailureKind]) -> Cue | None:
    """The first words of a title or text that say that it is a page of one of some kinds.

    >>> find_cue("Sorry, that page doesn't exist.", NOT_FOUND).phrase
    "page doesn't exist"
    >>> find_cue("The minister was not found guilty.", NOT_FOUND)
    """
    if (whole := _whole_title(words(value[:200]))) and whole.kind in kinds:
        return whole
    found = cue_index(Grade.PLAIN, Grade.VAGUE).find(words(value[:MAX_CHARACTERS]))
    return next((cue for _, _, cue in found if cue.kind in kinds), None)


def count_cues(tokens: Sequence[str], kinds: Collection[FailureKind]) -> int:
    """How many different cues of some kinds words hold."""
    return len({cue for _, _, cue in cue_index(Grade.PLAIN, Grade.VAGUE).find(tokens) if cue.kind in kinds})


def block_page(page: Looks) -> BlockPage | None:
    """What a page is that is no article; None where it may be one.

    >>> block_page(Looks("Sorry, try the search.", "Page not found", page_title="404 | Gazette")).kind.value
    'soft-404'
    >>> block_page(Looks("The court let him go on Friday.", "Minister not found guilty"))
    """
    cue = _by_title(page) or _by_sentences(page)
    return BlockPage(cue.kind, str(cue)) if cue else None


def _whole_title(tokens: Sequence[str]) -> Cue | None:
    """The cue that a title consists of, words that say nothing aside."""
    cue, rest, _ = _title_cue(tokens)
    return cue if rest == 0 else None


def _title_cue(tokens: Sequence[str]) -> tuple[Cue | None, int, int]:
    """(the plainest cue of a title, how many other words it has, how many words of cues)."""
    found = list(cue_index(Grade.PLAIN, Grade.VAGUE, Grade.TITLE).find(tokens))
    inside = {at for start, end, _ in found for at in range(start, end)}
    rest = sum(at not in inside and token not in _FILLERS and not token.isdigit() for at, token in enumerate(tokens))
    cue = min((cue for _, _, cue in found), key=lambda cue: cue.grade is not Grade.PLAIN, default=None)
    return cue, rest, len(inside)


def _says_what_it_is(title: str) -> Cue | None:
    """The cue by which a title, or a part of it, says what the page is: all of it, or about half where the cue is plain."""
    for part in (title, *_SEPARATOR.split(title)):
        cue, rest, inside = _title_cue(words(part))
        if cue and (rest == 0 or (cue.grade is Grade.PLAIN and rest <= inside + 1)):
            return cue
    return None


def _by_title(page: Looks) -> Cue | None:
    """The cue by which a title says what the page is: one of few words, or one that nobody signed."""
    titles = [_QUOTATION.sub(" ", each[:300]) if each else "" for each in (page.headline, page.heading, page.page_title)]
    headline, heading, page_title = map(_says_what_it_is, titles)
    if len(page.text) <= MAX_SHORT_CHARACTERS:
        cues = [cue for cue in (headline, heading, page_title) if cue]
        plain = next((cue for cue in cues if cue.grade is Grade.PLAIN), None)
        if page.is_signed:
            return plain if plain and _is_borne_out(plain, titles[0] or titles[2], page.text) else None
        # a vague heading may be that of a hidden form, but no form is called 404
        return plain or headline or page_title or (heading if heading and heading.phrase.isdigit() else None)
    if headline is None or page.is_signed:
        return None
    is_form = page.has_password_field and headline.kind is FailureKind.LOGIN
    return headline if headline.grade is Grade.PLAIN or is_form else None


def _is_borne_out(cue: Cue, title: str, text: str) -> bool:
    """Whether a signed page is what a cue of its title says: the title has no other word, or the sentences say the same.

    >>> cue = find_cue("Page not found", NOT_FOUND)
    >>> [_is_borne_out(cue, title, "They left at noon.") for title in ("Page not found", "Page not found: ministry hacked")]
    [True, False]
    """
    if _whole_title(words(title)):
        return True
    counted = _count_sentences(text)
    return counted.words_of_kind[cue.kind] >= MIN_CUED_SHARE_BELOW_TITLE * counted.words


@dataclass(slots=True)
class _Sentences:
    """What the sentences of a page say, quotations aside."""

    words: int = 0
    cued_words: int = 0  # in sentences that ask or refuse
    plain_words: int = 0  # in sentences which no article has
    words_of_kind: Counter[FailureKind] = field(default_factory=Counter)  # the same by what they say
    cues: Counter[Cue] = field(default_factory=Counter)
    is_prompt_first: bool = False  # the first sentence is one that no article has

    @property
    def plain_cues(self) -> list[Cue]:
        """The commonest first."""
        return [cue for cue, _ in self.cues.most_common() if cue.grade is Grade.PLAIN]


def _count_sentences(text: str) -> _Sentences:
    index = cue_index(Grade.PLAIN, Grade.VAGUE, Grade.DETAIL)
    counted = _Sentences()
    for sentence in sentences(_QUOTATION.sub(" ", text)):
        tokens = words(sentence)
        found = {cue for _, _, cue in index.find(tokens)}
        plain_kinds = {cue.kind for cue in found if cue.grade is Grade.PLAIN}
        counted.is_prompt_first |= bool(plain_kinds) and counted.words == 0
        counted.cues.update(found)
        counted.words += len(tokens)
        counted.cued_words += len(tokens) if found else 0
        counted.plain_words += len(tokens) if plain_kinds else 0
        counted.words_of_kind.update(dict.fromkeys(plain_kinds, len(tokens)))
    return counted


def _by_sentences(page: Looks) -> Cue | None:
    """The commonest cue of a page of which next to all sentences ask for something, or refuse."""
    if len(page.text) > MAX_CHARACTERS:
        return None
    introduction = words_by_line(page.text[:MAX_INTRODUCTION_CHARACTERS])
    found = cue_index(Grade.PLAIN, Grade.VAGUE, Grade.DETAIL).find(introduction)
    if not any(cue.grade is Grade.PLAIN for _, _, cue in found):
        return None
    counted = _count_sentences(page.text)
    plain_cues = counted.plain_cues
    is_several = len(plain_cues) >= MIN_PLAIN_CUES
    is_short = len(page.text) <= MAX_SHORT_CHARACTERS
    is_below_prompt = is_short and not page.is_signed and counted.is_prompt_first and is_several
    if not plain_cues or counted.cued_words < counted.words * (
        MIN_CUED_SHARE_BELOW_PROMPT if is_below_prompt else MIN_CUED_SHARE
    ):
        return None
    is_long_wall = is_several and len(counted.cues) >= MIN_CUES and counted.plain_words >= MIN_PLAIN_SHARE * counted.words
    return plain_cues[0] if is_short or is_long_wall else None
