"""Words of what sites say on their own behalf amid an article: phrases.toml by language, and sentences by their form here.

Words of the file are looked up in lines as `folded` has them, by their first letters: many times as fast as patterns,
whatever the number of languages.  Parts of regular expressions are for whole sentences; letter case aside.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from newscrawler.text import index_term, line_words
from newscrawler.text.any_of import any_of

if TYPE_CHECKING:
    from collections.abc import Callable

_WITHIN = ("\u0590", "\u06ff")  # Hebrew and Arabic write articles and prepositions together with the word behind them
LEAST_WITHIN = 4  # characters of such a word

# what a site earns by its links, and whoever buys
COMMISSIONS = (
    (
        r"(?:earn|receive|get|make|collect|paid)s? (?:us )?(?:an? )?(?:small |affiliate |referral "
        r"|modest )*(?:commission|compensation)"
    ),
    r"(?:erhalten|bekommen|verdienen)\b.{0,40}\bprovision", r"provision\b.{0,30}\b(?:erhalten|bekommen|vom händler)",
    r"(?:percevoir|toucher|recevoir) une (?:petite )?commission",
    r"(?:recibir|ganar|obtener) una (?:pequeña )?comisión", r"(?:receber|ganhar) uma (?:pequena )?comissão",
    r"(?:ricevere|guadagnare|percepire) una (?:piccola )?commissione", r"commissie (?:ontvangen|verdienen)",
    r"(?:otrzymać|otrzymujemy) prowizj",
)  # fmt: skip

# where an article was printed: whole lines
PRINTED = (
    (
        r"(?:a version of )?(?:this|the) (?:article|story|piece|interview|essay|feature"
        r"|review) (?:(?:also|first|originally) )*(?:appear(?:s|ed)|ran|was (?:first "
        r"|originally )?published|is (?:taken )?from) .{0,80}\b(?:issue|edition|magazine|newspaper)\b.{0,120}"
    ),
    (
        r"(?:dieser|der) (?:text|artikel|beitrag) (?:ist (?:zuerst |erstmals )?)?(?:erschien\w*"
        r"|stammt|ist).{0,80}\b(?:ausgabe|heft|magazin)\b.{0,60}"
    ),
    (
        r"(?:cet article|ce texte) (?:est (?:paru|extrait|issu)|a été publié).{0,80}\b(?:numéro"
        r"|magazine|édition)\b.{0,60}"
    ),
    (
        r"(?:este (?:artículo|artigo|texto)).{0,40}\b(?:publicad|apareci).{0,60}\b(?:número|edición"
        r"|edição|revista)\b.{0,60}"
    ),
)  # fmt: skip

# how a disclaimer begins
DISCLAIMERS = (
    r"(?:legal |important )?disclaimer", r"legal notice", r"haftungsausschluss", r"rechtlicher hinweis",
    r"avertissement", r"clause de non-responsabilité", r"descargo de responsabilidad",
    r"aviso (?:legal|de responsabilidad)", r"isenção de responsabilidade", r"esclusione di responsabilità",
    r"zastrzeżenie prawne", r"ansvarsfriskrivning", r"ansvarsfraskrivelse", r"vastuuvapauslauseke",
    r"отказ от ответственности", r"відмова від відповідальності", r"sorumluluk reddi", r"yasal uyarı", r"免责声明",
    r"免責聲明", r"免責事項", r"면책", r"إخلاء (?:المسؤولية|مسؤولية)",
    r"vrijwaring", r"odricanje (?:od )?odgovornosti", r"prohlášení o vyloučení odpovědnosti", r"jogi nyilatkozat",
    r"felelősségkizárás", r"declinare?a? (?:a )?responsabilității", r"αποποίηση ευθύνης", r"fyrirvari", r"سلب مسئولیت",
    r"כתב ויתור", r"הסרת אחריות", r"अस्वीकरण", r"penafian", r"sanggahan", r"tuyên bố miễn trừ trách nhiệm",
    r"vastutuse välistamine", r"atruna", r"atsakomybės (?:apribojimas|atsisakymas)",
)  # fmt: skip

# whose views they are: whole lines
VIEWS = (
    (
        r"\W*(?:the )?(?:views|opinions|thoughts)(?: and (?:views|opinions))? (?:expressed|stated"
        r"|presented|in this)\b.{0,300}"
    ),
    (
        r".{0,40}\b(?:gibt|geben) (?:nicht (?:zwingend "
        r"|notwendigerweise )?)?die (?:eigene )?meinung de[rs] (?:autor|verfasser).{0,200}"
    ),
    (
        r"\W*(?:les (?:opinions|propos) exprimés|las opiniones (?:expresadas|vertidas)"
        r"|as opiniões expressas|le opinioni espresse)\b.{0,300}"
    ),
)  # fmt: skip

# networks and messengers that lines offer to share with; what languages put at the end of a longer name is passed over
NETWORKS = (
    "facebook", "messenger", "twitter", "x", "x twitter", "whatsapp", "telegram", "linkedin", "reddit", "pinterest",
    "bluesky", "mastodon", "threads", "instagram", "flipboard", "pocket", "viber", "vk", "xing", "tumblr", "email", "e-mail",
    "mail", "sms", "line", "hatena", "weibo", "wechat", "qq", "zalo", "kakaotalk", "snapchat", "skype", "odnoklassniki",
    "фейсбук", "фейсбуке", "твиттер", "твиттере", "телеграм", "вконтакте", "одноклассники", "одноклассниках", "ватсап",
    "фейсбуку", "твіттері", "телеграмі", "فيسبوك", "فيس بوك", "تويتر", "واتساب", "واتس اب", "تلغرام", "تيليجرام", "إكس",
    "فیسبوک", "توییتر", "تلگرام", "واتساپ", "פייסבוק", "בפייסבוק", "בטוויטר", "בוואטסאפ", "בטלגרם",
    "फेसबुक", "ट्विटर", "व्हाट्सएप", "微信", "微信朋友圈", "朋友圈", "微博", "新浪微博", "qq空间", "脸书", "臉書", "推特", "豆瓣",
    "フェイスブック", "ツイッター", "メール", "はてなブックマーク", "페이스북",
    "트위터", "카카오톡", "카카오스토리", "네이버", "밴드",
)  # fmt: skip


_DIGITS = re.compile(r"\d+")
_HEAD = 3  # characters by which phrases are looked up


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases of one kind as `folded` has them, by how they begin and end: a look-up a word, however many there are."""

    heads: dict[str, tuple[str, ...]]
    tails: dict[str, tuple[str, ...]]
    whole: frozenset[str]
    inner: Callable[[str], re.Match[str] | None]  # looks for beginnings that may stand within a word, too
    inner_ascii: Callable[[str], re.Match[str] | None]
    letters: frozenset[str]  # the keys of `first`
    first: dict[str, tuple[str, ...]]  # by the first letters of their first words, by which most texts are seen to have none

    def begin(self, text: str) -> bool:
        """Whether a folded text begins with one of them."""
        return text.startswith(self.heads.get(text[1 : 1 + _HEAD], ()), 1)

    def end(self, text: str) -> bool:
        """Whether a folded text ends with one of them."""
        return text.endswith(self.tails.get(text[-1 - _HEAD :], ()))

    def are_in(self, text: str) -> bool:
        """Whether a folded text has one of them, from the beginning of a word on."""
        for each in _first_letters(text) & self.letters:
            for phrase in self.first[each]:
                if phrase in text:
                    return True
        return False

    def are_within(self, text: str) -> bool:
        """The same, and whether a word has one of the longer ones in its middle: Morgennewsletter."""
        return self.are_in(text) or (self.inner_ascii if text.isascii() else self.inner)(text) is not None


def _phrases(listed: str) -> Phrases:
    heads: defaultdict[str, list[str]] = defaultdict(list)
    tails: defaultdict[str, list[str]] = defaultdict(list)
    first: defaultdict[str, list[str]] = defaultdict(list)
    whole, inner = set(), []
    for each in filter(None, map(str.strip, listed.split(","))):
        if "*" in each.removeprefix("*").removesuffix("*"):
            raise ValueError(f"phrases.toml: a * within {each!r}; it stands before or behind a whole phrase")
        said = folded(each)
        whole.add(said)
        tails[said[-1 - _HEAD :]].append(said)
        start = said.strip() if each.endswith("*") else said[1:]
        heads[start[:_HEAD]].append(start)
        first[said.split()[0][:_HEAD]].append(f" {start}")
        if each.startswith("*") or (_WITHIN[0] <= start[0] <= _WITHIN[1] and len(start) > LEAST_WITHIN):
            inner.append(start)
    within, plainly = any_of(inner), any_of(filter(str.isascii, inner))
    return Phrases(_tuples(heads), _tuples(tails), frozenset(whole), within, plainly, frozenset(first), _tuples(first))


def _tuples(lists: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(each) for key, each in lists.items()}


@lru_cache(maxsize=4_096)  # several rules look at a line
def folded(line: str) -> str:
    """The words of a line with a space around each, accents, capitals and variants of letters folded as search folds them.

    >>> folded("Suscríbete a «El Faro»!"), folded("下载App")
    (' suscribete a el faro ', ' 下 载 app ')
    """
    said = " ".join(line_words(line))
    return f" {said if said.isascii() else index_term(said)} "


@lru_cache(maxsize=4_096)
def _first_letters(text: str) -> frozenset[str]:
    return frozenset([word[:_HEAD] for word in text.split()])


@cache
def _networks() -> re.Pattern[str]:
    names = sorted((folded(name).strip() for name in NETWORKS), key=len, reverse=True)
    ended = (rf"{re.escape(name)}\w{{0,4}}" if len(name) > SHORT_NETWORK else re.escape(name) for name in names)
    return re.compile(rf" (?:{'|'.join(ended)})(?= )")


SHORT_NETWORK = 3  # characters of a name that has no endings


def without_networks(text: str) -> str:
    """A folded text without the names of networks.

    >>> without_networks(folded("Jaa Facebookissa")), without_networks(folded("分享到微信")), without_networks(" xerox ")
    (' jaa ', ' 分 享 到 ', ' xerox ')
    """
    return _networks().sub("", text)


def _either(*kinds: Phrases) -> str:
    """A pattern of the phrases of some kinds, the longest first."""
    return "|".join(sorted({re.escape(each.strip()) for kind in kinds for each in kind.whole}, key=len, reverse=True))


@cache
def _notices() -> tuple[frozenset[str], re.Pattern[str], re.Pattern[str]]:
    """(first words of the phrases of `act` and `beside`, what a text of such phrases alone matches, one of `act`)."""
    wording = shipped_wording()
    acts, phrases = _either(wording.act), _either(wording.act, wording.beside)
    first = frozenset(each.split()[0] for each in wording.act.whole | wording.beside.whole)
    return first, re.compile(rf"(?> (?:{phrases})(?= ))++ "), re.compile(rf" (?:{acts})(?= )")


def only_says_what_pages_do(text: str) -> bool:
    """Whether a folded text of two words at least has none but those of `act` and `beside`, one of `act` among them.

    >>> [only_says_what_pages_do(folded(each)) for each in ("Artikel wird nach der Werbung fortgesetzt", "Wyślij e-mailem")]
    [True, True]
    >>> [only_says_what_pages_do(folded(each)) for each in ("Werbung", "The fighting continues")]
    [False, False]
    """
    if text.count(" ") < LEAST_WORDS + 1:
        return False
    rest = without_networks(text)
    first, phrases, acts = _notices()
    if rest[1 : rest.find(" ", 1)] not in first:  # as that of nearly all lines
        return False
    return phrases.fullmatch(rest) is not None and acts.search(rest) is not None


LEAST_WORDS = 2


def without_numbers(text: str) -> str:
    """A folded text without its numbers, so that "3 min read" and "5 min read" are one.

    >>> without_numbers(" 3 min read "), without_numbers(" 3분 분량 ")
    (' min read ', ' 분 분량 ')
    """
    return f" {' '.join(_DIGITS.sub(' ', text).split())} " if _DIGITS.search(text) else text


@dataclass(frozen=True, slots=True)
class Wording:
    """The phrases of phrases.toml in all languages, by what they are for; the file says what that is."""

    ask: Phrases
    request: Phrases
    thing: Phrases
    lead_in: Phrases
    affiliate: Phrases
    link: Phrases
    earns: Phrases
    we: Phrases
    control: Phrases
    share: Phrases
    act: Phrases
    beside: Phrases
    stands_for: Phrases
    elsewhere: Phrases
    others: Phrases
    side: Phrases
    from_side: Phrases
    order: Phrases
    tags: Phrases
    credits: tuple[str, ...]  # as they are written


def shipped_phrases(name: str = "phrases.toml") -> dict[str, dict[str, str]]:
    """A file of phrases: language -> kind -> phrases between commas."""
    return tomllib.loads((resources.files(__package__) / name).read_text(encoding="utf-8"))


@cache
def shipped_wording() -> Wording:
    """The words that come with newscrawler.

    Raises KeyError where a language lacks a kind of them, ValueError where a * stands within a phrase.
    """
    languages, further = shipped_phrases().values(), shipped_phrases("phrases_further.toml").values()

    def listed(kind: str) -> str:
        return ",".join([*(words[kind] for words in languages), *(words.get(kind, "") for words in further)])

    kinds = {each.name: _phrases(listed(each.name.removesuffix("_side"))) for each in fields(Wording)[:-1]}
    credit = {each.strip() for each in listed("credit").split(",")} - {""}
    return Wording(**kinds, credits=tuple(sorted(credit, key=lambda each: (-len(each), each))))
