"""What stands inside a line and is none of its words: notes for other eyes, cards that open; and marks that browsers add."""

from __future__ import annotations

import copy
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from newscrawler.text.any_of import any_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# what opens over a word, and what only a screen reader says; the word that it belongs to is often called "tooltip" too,
# or after its card: hovercard-wrap, popover-trigger
_HOLDS_WORDS = r"[_-]+(?:trigger|container|wrap(?:per)?|anchor|target|toggle|term|word|link|label|button|btn|host|parent)\b"
_CARD = re.compile(
    r"(?:^|[\s_-])(?:tool-?tip-?(?:text|content|body|inner|box|card|bubble|popup)(?:$|[\s_-])"
    rf"|(?<!\bhas-)(?<!\bwith-)(?:(?:hover|info|profile)-?card|pop-?over|pop-?up)(?!{_HOLDS_WORDS})(?:$|[\s_-]))"
    rf"|__(?:tooltip|popup|card)\b(?!{_HOLDS_WORDS})"
)
_FOR_OTHER_EYES = re.compile(
    r"(?:^|[\s_-])(?:sr-only|visually-?hidden|screen-?reader(?:-?(?:text|only))?|a11y-?hidden|offscreen)(?:$|[\s_-])"
)
# what browsers write before and after <q>, and around one within another, by CLDR's delimiters of the page's language
_MARKS = {
    "de": "„“‚‘", "cs": "„“‚‘", "sk": "„“‚‘", "sl": "„“‚‘", "hr": "„“‚‘", "is": "„“‚‘", "bg": "„“„“", "lt": "„“„“",
    "et": "„“«»", "ka": "„““”", "fr": "«»«»", "hy": "«»«»", "es": "«»“”", "it": "«»“”", "pt": "«»“”", "ca": "«»“”",
    "el": "«»“”", "sq": "«»“”", "ru": "«»„“", "uk": "«»„“", "be": "«»„“", "lv": "«»„“", "no": "«»‘’", "nb": "«»‘’",
    "nn": "«»‘’", "fa": "«»‹›", "pl": "„”«»", "hu": "„”»«", "ro": "„”«»", "sr": "„”‘’", "sv": "””’’", "fi": "””’’",
    "ja": "「」『』", "he": "””’’", "ar": "”“’‘", "pt-br": "“”‘’",
}  # fmt: skip
_OTHERWISE, _TRADITIONAL = "“”‘’", "「」『』"
_PHRASING = frozenset({"span", "b", "strong", "em", "i", "a", "abbr", "dfn", "cite", "mark"})  # what a word may stand in
_GOES_ON = frozenset(",.;:!?)]’'”»،؛。、，")
_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟", "।", ":")
_ANY_MARK = frozenset("\"'“”„«»‹›‘’‚「」『』")
# "opens new tab", behind a link, for whoever cannot see it open
NEW_TAB = re.compile(
    r" ?[,;–-]? ?[(\[（]?(?:(?:link )?opens? (?:(?:external website )?in )?(?:an? )?(?:new|separate) (?:browser )?"
    r"(?:tab|window)"
    r"|(?:externer link,? )?(?:öffnet|wird) (?:sich )?in (?:einem )?neue[mn] (?:tab|fenster)(?: geöffnet)?"
    r"|s['’]ouvre dans (?:un nouvel onglet|une nouvelle fenêtre)|(?:ouverture dans |ouvre )un nouvel onglet"
    r"|(?<=[(\[])(?:nouvelle fenêtre|nouvel onglet|apre una nuova (?:scheda|finestra))(?=[)\]])"
    r"|(?:se )?abre en (?:una )?(?:nueva|otra) (?:ventana|pestaña)|abre (?:em|numa|em uma) nova (?:janela|aba|guia)"
    r"|(?:se )?abre en (?:una )?(?:ventana|pestaña) nueva"
    r"|(?:si )?apre in (?:una )?nuova (?:scheda|finestra)|opent in (?:een )?nieuw(?:e)? (?:tabblad|venster)"
    r"|öppnas i (?:en |ett )?ny(?:tt)? (?:flik|fönster)|åbner i (?:et |en )?ny(?:t)? (?:vindue|fane)"
    r"|åpnes i (?:et |en )?ny(?:tt)? (?:vindu|fane)|avautuu uuteen (?:välilehteen|ikkunaan)"
    r"|(?:link )?otw(?:iera|orzy) się w now(?:ej karcie|ym oknie)|otevře se v novém (?:okně|panelu)"
    r"|(?:bağlantı )?yeni (?:sekmede|pencerede) açıl(?:ır|ıyor|acak)"
    r"|(?:ссылка )?откр(?:ывается|оется) в нов(?:ой вкладке|ом окне)"
    r"|(?:посилання )?відкри(?:вається|ється) [ву] нов(?:ій вкладці|ому вікні)"
    r"|(?:新しい|新規)(?:タブ|ウィンドウ)で開(?:く|きます)|在新(?:标签页|窗口|視窗|分頁)中?(?:打开|開啟)"
    r"|(?<=[(（])(?:在?新(?:标签页|窗口|視窗|分頁)中?(?:打开|開啟)|外部サイトへ移動します)(?=[)）])"
    r"|새 (?:창|탭)(?:에서|으로) (?:열림|열기|열립니다)"
    r"|(?:يفتح|تفتح)(?: الرابط)? في (?:نافذة|علامة تبويب|تبويب) جديدة?|در (?:پنجره|برگه|تب|زبانه) جدید باز می[‌ ]?شود"
    r"|נפתח(?:ת)? ב(?:חלון|כרטיסייה|לשונית) חדש[הת]?|(?:नए टैब|नई विंडो) में (?:खुलता|खुलती|खुलेगा|खुलेगी)(?: है)?"
    r"|(?:ter|di|mem)buka di (?:tab|jendela) baru|mở (?:trong|ở) (?:tab|thẻ|cửa sổ) mới"
    r"|(?:új (?:ablakban|lapon|fülön) nyílik(?: meg)?)|(?:se )?deschide într-(?:o )?(?:filă|fereastră) nouă"
    r"|se deschide într-un tab nou"
    r"|ανοίγει σε νέ(?:α|ο) (?:καρτέλα|παράθυρο)|otvara se u nov(?:oj kartici|om prozoru|om tabu)"
    r"|ot(?:evře|evírá) se (?:v nové záložce|na nové kartě|v novém (?:okně|panelu))|opnast í nýj(?:um (?:flipa|glugga))"
    r"|opnast í nýrri síðu|(?:avautuu|aukeaa) uudessa (?:välilehdessä|ikkunassa)|siirryt toiseen palveluun"
    r"|avaneb uue(?:s aknas|l vahelehel|l kaardil)|atveras jaunā (?:cilnē|logā)|atsidaro naujame (?:lange|skirtuke)"
    r"|別(?:ウィンドウ|タブ)で開(?:く|きます)) ?[)\]）]?(?=\W|$)",
    re.IGNORECASE,
)  # fmt: skip


# words of each alternative above: a search for all of them is many times as fast as the pattern, which looks for an end
# at each character.  "tab" alone is in "table" and "established", "flik" in "konflikt"
_OF_TABS = (
    "new tab", "separate tab", "browser tab", "new window", "separate window", "browser window", "neuem tab", "neuen tab",
    "neuem fenster", "neuen fenster", "nouvel onglet", "nouvelle fenêtre", "nueva ventana", "otra ventana",
    "nueva pestaña", "otra pestaña", "ventana nueva", "pestaña nueva", "nova janela", "nova aba", "nova guia",
    "nuova scheda", "nuova finestra", "tabblad", " venster", "ny flik", "nytt flik", "ny fönster", "nytt fönster",
    "ny vindu", "nyt vindu", "nytt vindu", "ny fane", "nyt fane", "nytt fane", "uuteen välilehteen", "uuteen ikkunaan",
    "nowej karcie", "nowym oknie", "novém okně", "novém panelu", "yeni sekmede", "yeni pencerede", "новой вкладке",
    "новом окне", "новій вкладці", "новому вікні",
    "タブで開", "ウィンドウで開", "外部サイトへ",
    "新标签页", "新窗口", "新視窗", "新分頁", "새 창", "새 탭",
    "في نافذة", "في علامة تبويب", "في تبويب", "جدید باز", "בחלון חדש", "בכרטיסייה חדש",
    "בלשונית חדש", "नए टैब", "नई विंडो", "tab baru", "jendela baru", "tab mới", "thẻ mới", "cửa sổ mới", "új ablakban",
    "új lapon", "új fülön", "filă nouă", "fereastră nouă", "tab nou", "καρτέλα", "παράθυρο", "novoj kartici",
    "novom prozoru", "novom tabu", "nové záložce", "nové kartě", "nýjum flipa", "nýjum glugga", "nýrri síðu",
    "uudessa", "toiseen palveluun", "uues aknas", "uuel vahelehel", "uuel kaardil", "jaunā cilnē", "jaunā logā",
    "naujame",
)  # fmt: skip


_may_note_tab, _may_note_tab_plainly = any_of(_OF_TABS), any_of(filter(str.isascii, _OF_TABS))
_SHORTEST_NOTE = 12  # characters of such a note in plain letters


def without_tab_notes(text: str) -> str:
    """A line with links, without what says that they open elsewhere.

    >>> without_tab_notes("The filing, opens new tab, says so."), without_tab_notes("A new window opened")
    ('The filing, says so.', 'A new window opened')
    """
    if (is_plain := text.isascii()) and len(text) < _SHORTEST_NOTE:
        return text
    may_note = _may_note_tab_plainly if is_plain else _may_note_tab
    return NEW_TAB.sub("", text) if may_note(text.lower()) else text


def is_unread(element: HtmlElement) -> bool:
    """Whether an element inside a line is no part of what a reader reads there."""
    label = element.get("class")
    if label is not None and _hides(label):
        return True
    return element.get("role") == "tooltip" or element.get("hidden") is not None


def is_word_of_sentence(button: HtmlElement, before: str) -> bool:
    """Whether a <button> is words amid a sentence (a term that a glossary explains), no control: whether the line goes on.

    `before`: what stands before it in its line.
    """
    letters = sum(map(str.isalpha, button.text_content()))
    after = _text_after(button).lstrip()
    if letters < 2 or not after:  # a mark of a note, or what opens the rest
        return False
    begun = before.rstrip()
    goes_on = after[0].islower() or after[0] in _GOES_ON
    return goes_on or (bool(begun) and not begun.endswith(_ENDS) and after[0].isalnum())


def is_heading(button: HtmlElement) -> bool:
    """Whether a heading's <button> is what heads a part that opens below it, such as a question: a phrase, no control."""
    said = button.text_content().strip()
    return len(said.split()) >= PHRASE or (len(said) >= UNSPACED and not said.isascii() and " " not in said)


PHRASE, UNSPACED = 4, 8  # words of a phrase, and characters of one without spaces


def _text_after(element: HtmlElement) -> str:
    """What a reader reads next in the line; empty where it ends there."""
    step: HtmlElement | None = element
    while step is not None:
        if (step.tail or "").strip():
            return str(step.tail)
        following = step.getnext()
        if following is None:
            parent = step.getparent()
            step = parent if parent is not None and parent.tag in _PHRASING else None
        elif following.tag.__class__ is not str or following.tag == "button" or is_unread(following):
            step = following
        else:
            return str(following.text_content()) if following.tag in _PHRASING else ""
    return ""


@lru_cache(maxsize=4_096)  # a page has few classes, each many times
def _hides(label: str) -> bool:
    lower = label.lower()
    return bool(_CARD.search(lower) or _FOR_OTHER_EYES.search(lower))


def marks_of(language: str | None) -> tuple[str, str]:
    """The opening and the closing mark that browsers put around <q> on a page of this language, and around one within it.

    >>> marks_of("de-AT"), marks_of("zh-TW"), marks_of(None)
    (('„“', '‚‘'), ('「」', '『』'), ('“”', '‘’'))
    """
    tag = (language or "").lower()
    is_traditional = tag.startswith(("zh-tw", "zh-hk", "zh-mo", "zh-hant"))
    found = _TRADITIONAL if is_traditional else _MARKS.get(tag) or _MARKS.get(tag.partition("-")[0], _OTHERWISE)
    return found[:2], found[2:]


def has_marks(quoted: HtmlElement) -> bool:
    """Whether somebody wrote marks inside a <q>, or the <q> is empty."""
    said = (quoted.text or "").lstrip()
    return said[:1] in _ANY_MARK if said else len(quoted) == 0


def as_read(tree: HtmlElement) -> HtmlElement:
    """A tree whose words are those that a reader reads, for who knows no <ruby> and no <q>: itself, or a copy.

    >>> from lxml import html
    >>> as_read(html.fromstring("<p><ruby>海<rt>うみ</rt></ruby>と<q>空<q>風</q></q></p>")).text_content()
    '海と“空‘風’”'
    """
    if next(tree.iter("rt", "rp", "rtc", "q"), None) is None:
        return tree
    tree = copy.deepcopy(tree)
    marks = marks_of(tree.get("lang"))
    for each in list(tree.iter("rt", "rp", "rtc")):
        each.drop_tree()
    quoted = [(each, next(each.iterancestors("q"), None) is not None) for each in tree.iter("q")]
    for each, is_inner in quoted:
        if not has_marks(each):
            pair = marks[is_inner]
            each.text = f"{pair[0]}{each.text or ''}"
            if len(each):
                each[-1].tail = f"{each[-1].tail or ''}{pair[1]}"
            else:
                each.text += pair[1]
        each.tag = "span"  # what is quoted within a sentence begins no paragraph
    return tree
