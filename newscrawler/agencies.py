"""News agencies: how they sign, and which one a credit names.  The one list, for bylines, datelines and credits."""

from __future__ import annotations

import re
from functools import lru_cache

from newscrawler.text import words

# the name that we keep, and the others by which it is signed
_SIGNED = {
    "AAP": (), "AFP": ("Agence France-Presse",), "ANI": (), "ANP": (), "ANSA": (), "AP": ("Associated Press", "AP News"),
    "APA": ("Austria Presse Agentur",), "Agerpres": (), "Anadolu": ("AA", "Anadolu Agency"), "Antara": (), "BTA": (),
    "Belga": (), "Bernama": (), "Bloomberg": (), "CP": (), "DAPD": (), "EFE": ("Agencia EFE",), "Europa Press": (),
    "Hina": (), "IANS": (), "IRNA": (), "Interfax": (), "Jiji": ("Jiji Press",), "KNA": (), "KUNA": (),
    "Keystone-SDA": ("SDA", "ATS"), "Kyodo": ("Kyodo News",), "Lusa": (), "MENA": (), "MTI": (), "NTB": (),
    "PA": ("PA Media", "Press Association"), "PAP": (), "PTI": ("Press Trust of India",), "QNA": (), "RIA Novosti": (),
    "Reuters": (), "Ritzau": (), "SID": (), "SPA": (), "STT": (), "TASS": (), "TT": (), "Tanjug": (),
    "The Canadian Press": ("Canadian Press",), "UNIAN": (), "UPI": (), "Ukrinform": (), "WAM": (), "Xinhua": (),
    "Yonhap": (), "dpa": ("Deutsche Presse-Agentur",), "epd": (), "ČTK": ("CTK",),
}  # fmt: skip
# the same in their own scripts, and as others write them there
_NATIVE = {
    "AFP": ("法新社", "АФП", "فرانس برس", "أ ف ب"),
    "AP": ("美联社", "美聯社", "أسوشيتد برس", "أ ب"),
    "Anadolu": ("الأناضول",),
    "CNA": ("中央社",),
    "China News Service": ("中新社", "中新网"),
    "Interfax": ("Интерфакс",),
    "Jiji": ("時事通信", "時事通信社"),
    "Kyodo": ("共同通信", "共同通信社"),
    "News1": ("뉴스1",),
    "Newsis": ("뉴시스",),
    "RIA Novosti": ("РИА Новости",),
    "Reuters": ("路透社", "路透", "ロイター", "ロイター通信", "رويترز", "로이터"),
    "TASS": ("ТАСС", "ИТАР-ТАСС"),
    "UNIAN": ("УНІАН", "УНИАН"),
    "Ukrinform": ("Укрінформ", "Укринформ"),
    "Xinhua": ("新华社", "新華社"),
    "Yonhap": ("연합뉴스",),
}
# names that are people's or things' as well: a dateline may hold them, a byline of that word alone is somebody
_ONLY_IN_DATELINES = frozenset({"Antara", "CP", "Hina", "MENA", "SPA", "WAM"})
# who signs pictures and no texts
_PICTURES_ONLY = ("EPA", "Getty", "Getty Images", "IMAGO", "Shutterstock")
_PLAIN = {
    " ".join(words(name)): agency
    for agency, others in _SIGNED.items()
    if agency not in _ONLY_IN_DATELINES
    for name in (agency, *others)
} | {" ".join(words(name)): agency for agency, others in _NATIVE.items() for name in others}
_BESIDE = frozenset({"staff", "news", "agency", "agencies", "with", "by", "the"})
# as a text begins: "PARIS, Nov 22 (Reuters) -"
_NAMES = "|".join(re.escape(name) for agency, others in _SIGNED.items() for name in (agency, *others))
_DATELINE = re.compile(rf"\((?:[^()]{{0,20}}[/,]\s*)?({_NAMES})(?:[/,][^()]{{0,20}})?\)")
# what stands beneath a picture, alternatives of a pattern: all but the names that are people's or things' as well
PICTURE_SIGNATURES = "|".join(
    re.escape(name)
    for agency, others in (*_SIGNED.items(), ("REUTERS", _PICTURES_ONLY))
    if agency not in _ONLY_IN_DATELINES
    for name in (agency, *others)
)


@lru_cache(maxsize=500)  # of one page several look at a name
def agency_of(name: str) -> str | None:
    """The news agency that a credit names, None where it is none.

    >>> agency_of("Reuters Staff"), agency_of("The Associated Press"), agency_of("Ana Lind")
    ('Reuters', 'AP', None)
    """
    said = words(name)
    return _PLAIN.get(" ".join(word for word in said if word not in _BESIDE)) or _PLAIN.get(" ".join(said))


def dateline_agency(text: str) -> str | None:
    """The agency that stands in brackets, as in a dateline; as it is signed there.

    >>> dateline_agency("PARIS, Nov 22 (Reuters) - Ministers met."), dateline_agency("Ministers met (again).")
    ('Reuters', None)
    """
    found = _DATELINE.search(text)
    return found[1] if found else None
