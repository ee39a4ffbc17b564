"""The codes of languages: which are one, and the shortest of each, as BCP 47 asks (RFC 5646, 2.2.1)."""

from __future__ import annotations

# the codes of ISO 639-1, and those of ISO 639-3 for languages that have news and no code of two letters
LANGUAGES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu
    ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na
    nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn
    so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    als arz ast azb bar bcl bho bpy bxr cbk ceb ckb diq dsb dty eml fil frr gom gsw hak hif hsb ilo jbo kab krc
    lez lmo lrc mai mhr min mrj mwl myv mzn nah nan nap nds new pam pcm pfl pms pnb rue sah scn sco shn szl tyv
    vec vep vls war wuu xal xmf yue zgh
    """.split()  # noqa: SIM905  a list of strings takes a line each
)
# codes of ISO 639-2 that have a shorter one, and those of ISO 639-1 that were withdrawn
_SHORTER = {
    "ara": "ar", "ces": "cs", "chi": "zh", "cmn": "zh", "cze": "cs", "dan": "da", "deu": "de", "dut": "nl", "ell": "el",
    "eng": "en", "fas": "fa", "fin": "fi", "fra": "fr", "fre": "fr", "ger": "de", "gre": "el", "heb": "he", "hin": "hi",
    "hun": "hu", "in": "id", "ind": "id", "ita": "it", "iw": "he", "ji": "yi", "jpn": "ja", "kor": "ko", "nld": "nl",
    "nob": "nb", "nor": "no", "per": "fa", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "spa": "es",
    "swe": "sv", "tur": "tr", "ukr": "uk", "vie": "vi", "zho": "zh",
}  # fmt: skip


def language_code(stated: str) -> str | None:
    """The code of a language, None where there is no such language.

    >>> language_code("DE"), language_code("eng"), language_code("iw"), language_code("utf")
    ('de', 'en', 'he', None)
    """
    code = stated.lower()
    code = _SHORTER.get(code, code)
    return code if code in LANGUAGES else None
