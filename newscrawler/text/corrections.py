"""Lines by which newsrooms say that they corrected an article: words in many languages, and one look-up.

Matched on the lower-case words of a text joined by single spaces (`text.words`), whose characters of scripts
without spaces are words of their own.  What begins a notice (`HEADS`) counts at the beginning of a line only:
"course correction" is no notice.  What names one (`PHRASES`) counts anywhere.
"""

from __future__ import annotations

import re

from newscrawler.text import words
from newscrawler.text.phrase_index import PhraseIndex

# a line that begins so, and goes on with a colon, a dash or a bracket or ends there, is a correction notice
HEADS = (
    # English; Reuters and AP write CORRECTED- and CORRECTION: into the headline
    "correction", "corrections", "corrected", "clarification", "clarified", "editor's note", "editors' note", "editors note",
    "corrections and clarifications", "corrections clarifications",
    "erratum",
    "correction appended", "corrects", "refile", "retraction",
    # French, German, Spanish, Italian, Portuguese, Catalan, Romanian
    "correctif", "rectificatif", "erratum", "note de la rédaction", "précision", "mise au point",
    "korrektur", "korrekturhinweis", "richtigstellung", "berichtigung", "anmerkung der redaktion", "klarstellung",
    "corrección", "fe de errores", "fe de erratas", "rectificación", "aclaración", "nota del editor",
    "nota de la redacción", "correzione", "rettifica", "errata corrige", "precisazione", "nota della redazione",
    "correção", "errata", "erramos", "retificação", "nota da redação", "nota do editor", "correcció", "erată",
    "rectificare", "precizare",
    # Dutch, Scandinavian, Finnish, Baltic
    "correctie", "rectificatie", "verbetering", "naschrift", "rättelse", "rettelse", "rettelser", "korreksjon",
    "oikaisu", "korjaus", "täsmennys", "leiðrétting", "parandus", "labojums", "pataisymas",
    # Slavic, Hungarian, Greek, Turkish, Albanian
    "sprostowanie", "korekta", "errata", "oprava", "upřesnění", "ispravak", "ispravka", "popravek", "поправка",
    "исправление", "уточнение", "опровержение", "от редакции", "виправлення", "уточнення", "спростування",
    "від редакції", "корекция", "исправка", "helyesbítés", "korrekció", "pontosítás", "διόρθωση", "διευκρίνιση",
    "düzeltme", "tekzip", "editörün notu", "korrigjim",
    # Arabic, Persian, Hebrew, Hindi, Urdu, Indonesian, Vietnamese, Swahili
    "تصحيح", "تصويب", "توضيح", "تنويه", "اصلاحیه", "تصحیح", "תיקון", "הבהרה",
    "תיקון טעות", "सुधार", "स्पष्टीकरण", "भूल सुधार",
    "تصحیح", "وضاحت", "koreksi", "ralat", "klarifikasi", "catatan redaksi", "đính chính", "cải chính", "marekebisho",
    # Chinese, Japanese, Korean
    "更正", "更正启事", "更正啟事", "更正说明", "更正說明", "勘误", "勘誤", "澄清", "訂正", "お詫びと訂正",
    "おわびと訂正", "修正",
    "정정", "정정보도", "정정합니다", "바로잡습니다", "바로잡음", "반론보도",
)  # fmt: skip

PHRASES = (
    "an earlier version of this", "a previous version of this",
    "earlier versions of this", "this article has been corrected",
    "this story has been corrected", "this article was corrected",
    "this story was corrected", "this article was amended",
    "this article has been amended", "has been updated to correct", "was updated to correct", "has been amended to",
    "this report has been corrected", "this headline has been", "we regret the error", "we apologise for the error",
    "we apologize for the error", "corrected to say", "corrects spelling of", "this version corrects",
    "une version précédente de cet article", "une version antérieure de cet article", "cet article a été corrigé",
    "cet article a été rectifié", "in einer früheren version", "in einer früheren fassung", "in einer ersten version",
    "haben das korrigiert", "haben den fehler korrigiert",
    "una versión anterior de este", "una version anterior de este",
    "este artículo ha sido corregido", "una versione precedente di questo", "uma versão anterior deste",
    "versão anterior desta", "este texto foi corrigido", "in een eerdere versie", "een eerdere versie van dit",
    "i en tidigare version", "en tidigare version av", "i en tidligere versjon", "i en tidligere version",
    "en tidligere versjon av", "jutun aiemmassa versiossa", "juttua korjattu", "w poprzedniej wersji",
    "we wcześniejszej wersji", "v předchozí verzi", "v původní verzi", "в предыдущей версии", "в первоначальной версии",
    "у попередній версії", "a cikk korábbi változatában", "σε προηγούμενη έκδοση",
    "haberin önceki", "haberin ilk halinde",
    "într o versiune anterioară", "نسخة سابقة من هذا", "בגרסה קודמת", "本文早前版本",
    "本文先前版本", "此前版本", "文章早前版本",
    "以前の記事で", "記事の一部を訂正", "記事を修正しました", "訂正してお詫び", "訂正しておわび", "이전 기사에서",
    "기사를 수정",
    "versi sebelumnya dari",
)  # fmt: skip


def _spoken(phrase: str) -> str:
    return " ".join(words(phrase))


_PHRASES = PhraseIndex.of({phrase: _spoken(phrase) for phrase in PHRASES})
_HEADS = frozenset(map(_spoken, HEADS))
# what comes before a notice's colon, dash or closing bracket, a date in brackets aside
_LABEL = re.compile(
    r"\W{0,9}([^:：\-–—|(（)）\[\]【】.。!\n]{2,60}?)\s*(?:\([^)]{1,40}\)\s*)?(?:[:：\-–—|)）\]】(（.。!]|$)"
)


def _is_double_name(head: re.Match[str]) -> bool:
    """Whether the head goes on after a hyphen, and is no CORRECTED- of a news agency."""
    return head[0].endswith("-") and head.string[head.end() :][:1].isalpha() and not head[1].isupper()


def correction(line: str) -> str | None:
    """The cue by which a line is a correction notice; None where it is none.

    >>> correction("CORRECTION (Nov. 22): The ship has two helicopters."), correction("Course correction: a new navy.")
    ('correction', None)
    >>> correction("【訂正】本文の数字に誤りがありました。")
    '訂 正'
    """
    head = _LABEL.match(line[:200])
    if head and (found := _spoken(head[1])) in _HEADS and not _is_double_name(head):
        return found
    return next((phrase for _, _, phrase in _PHRASES.find(words(line[:2_000]))), None)
