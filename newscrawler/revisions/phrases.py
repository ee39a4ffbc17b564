"""Lines that are stamps, weather or a clock, and words that are no slip of each other: data, and one look-up each."""

from __future__ import annotations

import re

from newscrawler.text import words

# words that are one slip apart and both exist: whoever puts one for the other edits.  By their beginnings
WORDS_APART = (
    ("advers", "avers"), ("bombed", "boomed"), ("border", "boarder"), ("bride", "bridge"),
    ("canon", "cannon"), ("causal", "casual"), ("complain", "complian"),
    ("contact", "contract"), ("continent", "contingent"), ("counties", "countries"), ("county", "country"),
    ("defected", "deflected"), ("deserted", "desserted"), ("desert", "dessert"), ("exited", "excited"),
    ("exit", "excit"), ("faction", "fraction"), ("fiction", "friction"), ("fiend", "friend"), ("filing", "filling"),
    ("heath", "health"), ("hoping", "hopping"), ("immoral", "immortal"), ("infected", "inflected"),
    ("interment", "internment"), ("inured", "injured"), ("launch", "lunch"), ("martial", "marital"),
    ("moral", "mortal"), ("morning", "mourning"), ("parties", "parities"), ("patent", "patient"),
    ("peasant", "pheasant"), ("peasant", "pleasant"), ("planed", "planned"), ("planes", "planets"),
    ("prosecut", "persecut"), ("ratting", "rating"), ("raiding", "raining"),
    ("restat", "restart"), ("retired", "retried"),
    ("scared", "scarred"), ("scared", "sacred"), ("signed", "singed"), ("soldered", "soldiered"), ("solder", "soldier"),
    ("stared", "starred"), ("stared", "started"), ("stated", "started"), ("staring", "starting"), ("stating", "starting"),
    ("thirty", "thirsty"), ("thorough", "through"), ("though", "through"), ("though", "thorough"), ("treat", "threat"),
    ("trail", "trial"), ("united", "untied"), ("widow", "window"),
)  # fmt: skip


# what the stamps, counters and advertisement lines of a page are made of, numbers aside
_STAMPS = """
updated update published posted modified edited last on at by am pm utc gmt est edt cet cest bst ist msk
h hr hrs min mins
minute minutes hour hours day days week weeks month months year years ago just now today yesterday read reading time
view views viewed comment comments share shares shared like likes reader readers follower followers reaction reactions
reply replies retweets vote votes a an the of in and k m s st nd rd th sec second seconds
people persons users visitors online watching currently are this times been has have read
jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october
november december mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday
advertisement advertisements ad ads sponsored promoted advert sponsor
publié publiée mis mise à jour le il y heure heures minutes minute jours vues commentaire commentaires partages lecture
janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi
samedi dimanche publicité annonce
aktualisiert stand veröffentlicht am um uhr vor minute minuten stunde stunden tagen tag aufrufe kommentar kommentare
lesezeit zuletzt januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag
sonntag anzeige werbung
actualizado publicado hace hora horas minuto minutos día días el de a las visitas comentarios compartido enero febrero
marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado
domingo publicidad anuncio lectura
aggiornato pubblicato ore fa alle il commenti visualizzazioni condivisioni gennaio febbraio aprile maggio giugno luglio
settembre ottobre novembre dicembre pubblicità lettura
atualizado publicado há horas minutos em às visualizações comentários janeiro fevereiro março maio junho julho setembro
outubro novembro dezembro publicidade
bijgewerkt gepubliceerd op om uur geleden reacties keer bekeken advertentie
uppdaterad publicerad kl för sedan timmar minuter annons oppdatert publisert siden timer opdateret kommentarer
обновлено опубликовано в назад час часа часов минут минуты минуту просмотров просмотра комментариев сегодня вчера реклама
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
оновлено опубліковано тому годин години хвилин переглядів коментарів реклама січня лютого березня квітня травня червня
липня серпня вересня жовтня листопада грудня
aktualizacja opublikowano godz temu minut godziny komentarzy reklama güncelleme saat önce dakika yorum reklam
"""
STAMP_WORDS = frozenset(_STAMPS.split())
# the same in scripts without spaces, as characters
STAMP_CHARACTERS = frozenset(
    "年月日時时分秒前后後更新最終最后最終公開公开发布發布發表掲載配信閲覧阅读閱讀評論评论次回件数數転載来源時間时间広告廣告广告入力修正午上下曜火水木金土"
)
STAMP_KOREAN = frozenset(
    ("입력", "수정", "최종수정", "최종", "업데이트", "기사입력", "기사수정", "오전", "오후", "년", "월", "일", "시", "분",
     "조회", "조회수", "댓글", "광고", "시간", "전")
)  # fmt: skip


def are_words_apart(one: str, other: str) -> bool:
    """Whether two words that look like one and its misspelling are two words, as far as we know.

    >>> are_words_apart("contacted", "contracted"), are_words_apart("goverment", "government")
    (True, False)
    """
    return any(
        (one.startswith(this) and other.startswith(that)) or (one.startswith(that) and other.startswith(this))
        for this, that in WORDS_APART
    )


def is_stamp(tokens: list[str]) -> bool:
    """Whether a line, as its words, is a time, a counter or an advertisement mark and nothing else.

    >>> is_stamp(words("Updated 3 hours ago")), is_stamp(words("12 dead")), is_stamp(words("更新：2026年11月22日 14時"))
    (True, False, True)
    """
    telling = any(token[0].isdigit() or len(token) > 3 or token in STAMP_CHARACTERS for token in tokens)
    return (telling and len(tokens) <= 24) and all(
        token[0].isdigit() or token in STAMP_WORDS or token in STAMP_CHARACTERS or token in STAMP_KOREAN for token in tokens
    )


MAX_LABEL, MAX_LABEL_WORDS = 120, 14  # characters, words
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?\b")
_TEMPERATURE = re.compile(r"(?<![\d.,])[-\u2212+]?\d{1,2}\s?°")


def _is_label(line: str) -> bool:
    """Whether a line is short and no sentence."""
    is_sentence = line.rstrip().endswith((".", "!", "?", "…", "。", '"', "”"))
    return not is_sentence and len(line) <= MAX_LABEL and len(words(line)) <= MAX_LABEL_WORDS


def clock(line: str) -> str | None:
    """The words beside the time in a line that is a clock or a time alone, by which it is known again; None of any other.

    >>> clock("Port Alder 14:32") == clock("Port Alder 15:07"), clock("It fell at 14:32.")
    (True, None)
    """
    if not _CLOCK.search(line[:MAX_LABEL]) or not _is_label(line):
        return None
    return " ".join(word for word in words(line) if not word[0].isdigit())


def is_weather(line: str) -> bool:
    """Whether a line tells the temperature, and no sentence.

    >>> is_weather("Port Alder: 12°C, light rain"), is_weather("It was 12°C when the frigates sailed.")
    (True, False)
    """
    return _TEMPERATURE.search(line[:MAX_LABEL]) is not None and _is_label(line)
