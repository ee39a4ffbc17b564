"""The form of one title: unescaped and without ornaments, a mark before it taken off, what was cut short made whole."""

from __future__ import annotations

import html
import re

from newscrawler.metadata.titles.site_names import MIN_UNSPACED, separators
from newscrawler.text import clean_line, has_unspaced, words

ALONE = 2  # words of a kicker that stands alone
MIN_CUT = 40  # characters of a title that is cut within a word
UNESCAPED = 4  # times that a template may have escaped what was escaped
_MARKED = re.compile(
    r"^(?:exclusive|breaking|live|watch|video|opinion|analysis|update[ds]?|photos?|interview|comment|exkl[uú]siv\w*|exclusi[fv]\w*|"
    r"esclusiv[ao]|ekskluzywn\w*|exkluzivn\w*|eksklusiv\w*|eksklyuziv|эксклюзив|ексклюзив|αποκλειστικό|özel|вид[еі]о|відео|"
    r"мнение|думка|vidéo|vídeo|wideo|videó|kommentar|meinung|opini[oóã]n?|opinião|opinie|en direct|en vivo|ao vivo|"
    r"在线|直播|独家|獨家|独自|速報|快讯|快訊|视频|影片|動画|评论|評論|단독|속보|영상|خاص|عاجل|فيديو|اختصاصی|فوری|בלעדי|צפו|"
    r"विशेष|वीडियो|พิเศษ|ด่วน|độc quyền|eksklusif)\s*[|\uff5c]\s*(?=\S)",
    re.IGNORECASE,
)
# how agencies mark a story that they send again, and what a page has beside it, in brackets or in capitals
_BRACKETED = (
    r"[\[(](?:(?:with )?(?:videos?|photos?|pictures|gallery|infographic)|updated?|watch|fotos?|v[ií]deos?|vidéo|фото|видео|"
    r"відео)[\])]"
)
_SLUG = re.compile(
    r"^(?:(?:UPDATE|WRAPUP|CORRECTED|REFILE|RPT|EXCLUSIVE|ANALYSIS|FACTBOX|TIMELINE|INSIGHT|FEATURE|PREVIEW)(?:\s\d{1,2})?-|"
    r"(?:WATCH|BREAKING|EXCLUSIVE|UPDATED?|VIDEO|PHOTOS?)(?: NEWS| VIDEO)?:\s*|"
    rf"(?i:{_BRACKETED})\s*)(?=\S)|\s(?i:{_BRACKETED})$"
)
_ORNAMENT = r"[|\u25a0-\u25ff\u2605\u2606\u22c6\u2022\u00b7\u25ba\u2756\u2b24\u27a4\u2192\ufe0e\ufe0f]"
_ORNAMENTED = re.compile(rf"^(?:\#{{1,6}}\s+|\#{{2,6}}|{_ORNAMENT}\s*)+(?=\S)|(?:\s+\#{{1,6}}|\s*{_ORNAMENT})+$")
# elements within a line, which claims of careless templates have
_MARKUP = re.compile(
    r"</?(?:em|i|b|strong|span|br|sup|sub|a|u|mark|small|font|p|q|cite)(?:\s[^<>]{0,300})?/?>", re.IGNORECASE
)
# what documents and wikis put behind a heading: a link to it, or to its source
_LINKED = re.compile(
    r"(?:\s*[\u00b6\u00a7\U0001f517]|(?<=\w{3})\s?#|"
    r"\s*\[\s?(?:edit|bearbeiten|modifier|editar|modifica|bewerken|redigera|rediger|muokkaa|edytuj|править|редагувати|編集|编辑)"
    r"[^\[\]]{0,60}\])+$",
    re.IGNORECASE,
)
_LINKING = frozenset("\u00b6\u00a7#]\U0001f517")
QUOTES = ('"', "\u201d", "\u201c", "\u201e")
_CUT = re.compile(r"\s*(?:\.\.\.|…)$")


def plain_title(value: str | None) -> str | None:
    """A title as a reader would write it down: unescaped, however often it was escaped, and without ornaments.

    >>> plain_title("## Lind &amp;amp; Berg win"), plain_title("■ Ships leave ★"), plain_title("#MeToo at sea")
    ('Lind & Berg win', 'Ships leave', '#MeToo at sea')
    >>> plain_title("Ships &lt;em&gt;leave&lt;/em&gt;"), plain_title("Ships leave¶"), plain_title("Ships leave[edit]")
    ('Ships leave', 'Ships leave', 'Ships leave')
    >>> plain_title("Ships in C#"), plain_title("Waves < 3 metres and wind > 4")
    ('Ships in C#', 'Waves < 3 metres and wind > 4')
    """
    text = value or ""
    for _ in range(UNESCAPED):
        if "&" not in text or (said := html.unescape(text)) == text:
            break
        text = said
    line = clean_line(_MARKUP.sub("", text) if "<" in text else text)
    if line and line[-1] in _LINKING:
        line = _LINKED.sub("", line)
    return (_ORNAMENTED.sub("", line).strip() or line) if line else None


def is_phrase(text: str) -> bool:
    """Whether a text has as many words as a headline has at least, or as much without spaces."""
    return len(words(text)) > ALONE or (has_unspaced(text) and len(text) > MIN_UNSPACED)


def uncut(title: str, others: list[str]) -> str:
    """A title that some claim cut short, as another one has it whole."""
    begun = _CUT.sub("", title).casefold()
    longer = [
        (each, rest)
        for each in others
        if (rest := each.casefold().removeprefix(begun)) and len(rest) < len(each.casefold()) and not _is_set_apart(rest)
    ]
    if quoted := next((each for each, rest in longer if rest.lstrip()[:1] in QUOTES), None):
        return quoted  # an attribute ends at the first quotation mark of a careless template
    if begun != title.casefold():
        return next((each for each, _ in longer if not _CUT.search(each)), title)
    in_a_word = (each for each, rest in longer if rest[0].isalpha() and begun[-1:].isalnum() and not _CUT.search(each))
    return next(in_a_word, title) if len(title) >= MIN_CUT else title


def _is_set_apart(rest: str) -> bool:
    """Whether what one claim has more is no end of a title, but a section or a site behind a mark."""
    behind = _CUT_MARK.sub("", rest, count=1)
    return any(start == 0 for start, _ in separators(behind))


_CUT_MARK = re.compile(r"^\s*(?:\.\.\.|…)")


def without_mark(title: str) -> str:
    """A title without a mark such as "EXCLUSIVE |" or "UPDATE 2-" before it; "Video: ..." is how many write a headline.

    >>> without_mark("UPDATE 2-Four frigates leave port"), without_mark("Four frigates leave port (VIDEO)")
    ('Four frigates leave port', 'Four frigates leave port')
    """
    rest = _SLUG.sub("", _MARKED.sub("", title))
    return rest if is_phrase(rest) else title
