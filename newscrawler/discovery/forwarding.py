"""Pages that only send elsewhere: bytes and address in, where they send to out.

A refresh at once, a script that sets the address, or words ("Redirecting to …") with one link.  A page that has something
to say is none: news pages reload themselves, and frames and log-ins set addresses in scripts.
"""

from __future__ import annotations

import re

from lxml import etree

from newscrawler.discovery.html import anchors
from newscrawler.discovery.script_targets import script_targets
from newscrawler.text import words
from newscrawler.text.encoding import markup_of
from newscrawler.urls import absolute

MAX_BYTES = 16_000  # a page that only sends elsewhere is small
MAX_SENTENCE = 4_000  # bytes of one that says so in words
MAX_WORDS = 60
MAX_SCRIPT = 2_000  # characters
MAX_DELAY = 5.0  # seconds of a refresh: a longer one is a page to be read

_SUSPECT = re.compile(rb"http-equiv|\blocation\b|redirect|moved|href", re.IGNORECASE)
# whose scripts count visits and do nothing else
_COUNTERS = re.compile(
    r"(?:^|[/.])(?:googletagmanager|google-analytics|plausible|matomo|piwik|cloudflareinsights|chartbeat|scorecardresearch|ioam|hotjar"
    r"|mc\.yandex)\b"
)
_TEXTS = etree.XPath("//text()[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::template)]")
_REFRESH = re.compile(r"(\d{1,4}(?:\.\d*)?|\.\d+)\s*[;,]?\s*(?:url\s*=)?(.+)", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
# beginnings of what such pages say, by language
_MOVED = re.compile(
    "redirec|has moved|moved (?:here|permanently)|weitergeleitet|weiterleitung|"
    "umgeleitet|redirig|reindirizz|doorverw|doorgestuurd|przekierow|přesměrov|"
    "presmerov|перенаправ|переадрес|пренасоч|преусмер|yönlendir|omdirig|"
    "viderestill|vidarebef|videresend|uudelleenohj|átirány|preusmjer|ανακατεύθ|"
    "(?:di|meng)alihkan|ümber ?suun|suunatakse|pāradres|peradres|nukreip|"
    "vísað (?:áfram|á nýja)|áframsen|מועבר|रीडायरेक्ट|पुनर्निर्देश|"
    "自動的に(?:ジャンプ|移動|切り替)|ジャンプします|chuyển hướng|إعادة توجيه|הפניה|هدایت|跳转|重定向|轉址|"
    "リダイレクト|転送|리디렉션|이동합니다|a (?:déménagé|été déplacée?)|"
    "se ha (?:movido|mudado|trasladado)|ha sido (?:movid|trasladad)|"
    "(?:ist|sind) umgezogen|wurde verschoben|è stat[ao] spostat|"
    "si è (?:spostat|trasferit)|została? przenie|is verplaatst|is verhuisd|"
    "har flyttat|er flyttet|on siirretty|foi movid|mudou-se|перемещена?|переехала?|"
    "переміщено|переїха|преместен[ао]? |byla? přesunut|bol[ao]? presunut|áthelyez|"
    "a fost mutat|s-a mutat|premješten|premešten|премештен|taşındı|μεταφέρθηκε|"
    "telah dipindahkan|teisaldatud|pārvietot|perkelt|移動しました|移転しました|"
    "已(?:移动|移動|迁移|遷移|搬迁)|이동되었|이전되었|이전했|تم نقل|הועבר|منتقل شد|được chuyển|"
    "स्थानांतरित|ย้ายไป",
    re.IGNORECASE,
)


def forward_of(body: bytes, url: str, content_type: str | None = None) -> str | None:
    """The address that a page sends to, None where it is more than that.

    >>> forward_of(b"<meta http-equiv=refresh content='0; url=/en/'><p>One moment", "https://a.example/")
    'https://a.example/en/'
    """
    if len(body) > MAX_BYTES or not _SUSPECT.search(body):
        return None
    root = _tree(markup_of(body, content_type)[0])
    if root is None:
        return None
    base = absolute(next((each.get("href") for each in root.iter("base")), None), url) or url
    said = _page_words(root)
    if len(words(said)) > MAX_WORDS or next(root.iter("form", "frame", "iframe", "article", "video"), None) is not None:
        return None
    target = _refreshed(root, base) or _scripted(root, base) or _linked(root, base, said, len(body))
    return None if target == absolute(url, "") else target  # a page that loads itself anew is one


def _tree(markup: bytes) -> etree._Element | None:
    try:
        return etree.fromstring(markup, etree.HTMLParser(encoding="utf-8"))
    except (etree.XMLSyntaxError, ValueError):
        return None


def _page_words(root: etree._Element) -> str:
    """The words of a page, those of its title among them."""
    texts = _TEXTS(root)
    return " ".join(map(str, texts)) if isinstance(texts, list) else ""


def _refreshed(root: etree._Element, base: str) -> str | None:
    for element in root.iter("meta"):
        if (element.get("http-equiv") or "").strip().lower() != "refresh" or next(
            element.iterancestors("noscript"), None
        ) is not None:
            continue
        stated = _REFRESH.fullmatch((element.get("content") or "").strip())
        if stated and float(stated[1]) <= MAX_DELAY:
            return absolute(stated[2].strip().strip("'\""), base)
    return None


def _scripted(root: etree._Element, base: str) -> str | None:
    """The one address that a page's own scripts set; a page with scripts of others may do more."""
    scripts = list(root.iter("script"))
    if any(each.get("src") and not _COUNTERS.search(each.get("src", "")) for each in scripts):
        return None
    begun = [each.get("onload") or "" for each in root.iter("body")]
    code = "\n".join([*(each.text or "" for each in scripts), *begun])
    if len(code) > MAX_SCRIPT:
        return None
    targets = script_targets(code)
    target = targets.pop() if len(targets) == 1 else None
    return absolute(target, base) if target else None


def _linked(root: etree._Element, base: str, said: str, size: int) -> str | None:
    """The one address of a page that says in words that it has moved."""
    if size > MAX_SENTENCE or not _MOVED.search(said):
        return None
    linked = {address for _, address in anchors(root, base)}
    named = {address for each in _ADDRESS.findall(said) if (address := absolute(each, base))}
    found = linked or named
    return found.pop() if len(found) == 1 else None
