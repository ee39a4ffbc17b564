"""Bytes and the encodings that they may be in, in: the one that makes them text in a language, out.

A feed of one headline has a dozen letters beyond ASCII, too few for statistics of bytes.  In the wrong encoding they are
letters that the language does not have, marks within words, capitals after small letters, syllables that nobody writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

SAMPLE = 1_000  # characters that are looked at
DECLARED = 0.3  # of a point, what a declaration counts for
BY_DEFAULT = 0.15  # the same where it is what servers and programs write that were told nothing
CONTRADICTED = 0.5  # points by which another encoding is better than one that is declared
AHEAD = 0.3  # points by which the encoding of few letters is likelier than any other
SPELT = 0.12  # points of Hebrew all of whose words end as they may
PLAUSIBLE = 0.45  # points, from which bytes are believed to be text in an encoding

_MARKS = frozenset("“”„‟‘’‚«»‹›–—…•·§©®°€£№™¡¿ªº−′″\xa0´")
_HALF_WIDTH = ("\uff61", "\uff9f")
_IN_WORD = re.compile(
    r"(?<=[^\W\d_])[^\w\s’'·\-–—/.,:;…&+\"“”„«»‘()\u0e00-\u0e7f\u3000-\u303f\uff00-\uffef\xad](?=[^\W\d_])|[^\W\d_][¹²³¼½¾]|[©®¤¦¨¯¶¸×÷¬±](?=[^\W\d_])"
)
_SCRIPT = "[\u0370-\u0e7f]"
# which nobody mixes in a word: letters of two scripts, one Han character alone behind a small letter
_MIXED = re.compile(f"[A-Za-z]{_SCRIPT}|{_SCRIPT}[A-Za-z]|(?<=[a-z])[\u3400-\u9fff](?![\u3040-\u30ff\u3400-\u9fff])")
# how no Cyrillic word ends or begins, as Hebrew ones seem to in its encoding
_NO_CYRILLIC = re.compile(
    r"[\u0430-\u044f]{2,}ъ\b|\b[ъыь]|[аеёиоуыэюя]ь|[бвгджзклмнпрстфхцчшщ]{5}|\b[бгджзлмнпртфхцчшщ]{3,}\b"
)
# letters of Hebrew that end words and no syllable within them, and those that end none
_NO_HEBREW = re.compile(
    "[\u05da\u05dd\u05df\u05e3\u05e5](?=[\u05d0-\u05ea])|[\u05db\u05de\u05e0\u05e6](?![\u05d0-\u05ea'\"])"
)
# a long word without an accent in Greek, and one without a letter of ASCII in Latin
_NO_WORD = re.compile(r"(?<!\w)(?:[\u03b1-\u03c9]{5,}|[\u00c0-\u024f]{4,})(?!\w)")
_CASE = re.compile(r"(?<=[^\W\d_])(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Language:
    """What a language is written in: encodings, the usual one first; letters beyond ASCII, the frequent ones first.

    `syllables`: those that are frequent in a script of thousands, whose rarer ones are told by `common`, an encoding
    and its first bytes.
    """

    encodings: tuple[str, ...]
    letters: str
    syllables: bool = False


_WESTERN, _CENTRAL, _BALTIC = ("cp1252",), ("cp1250", "iso8859_2"), ("cp1257", "iso8859_13", "iso8859_4")
_TURKISH, _CYRILLIC = ("cp1254",), ("cp1251", "koi8_r", "iso8859_5", "cp866")
_RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_HAN_SIMPLE = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三"
    "之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间"
    "样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员"
    "革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据"
    "处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身"
    "车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低"
    "持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存"
    "候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严首底液官德随病苏失尔死讲配女黄推"
    "显谈罪神艺呢席含企望密批营项防举球英氧势告李台落木帮轮破亚师围注远字材排供河态封另施减树溶怎止案言士均武固叶鱼波视仅费紧爱左章早"
    "朝害续轻服试食充兵源判护司足某练差致板田降黑犯负击范继兴似余坚曲输修故城夫够送笔船占右财吃富春职觉汉画功巴跟虽杂飞检吸助升阳互初"
    "创抗考投坏策古径换未跑留钢曾端责站简述钱副尽帝射草冲承独令限阿宣环双请超微让控州良轴找否纪益依优顶础载倒房突坐粉敌略客袁冷胜绝析"
    "块剂测丝协诉念陈仍罗盐友洋错苦夜刑移频逐靠混母短皮终聚汽村云哪既距卫停烈央察烧迅境若印洲刻括激孔搞甚室待核校散侵吧甲游久菜味旧模"
    "湖货损预阻毫普稳乙妈植息扩银语挥酒守拿序纸医缺雨吗针刘啊急唱误训愿审附获茶鲜粮斤孩脱硫肥善龙演父渐血欢械掌歌沙刚攻谓盾讨晚粒乱燃"
    "矛乎杀药宁鲁贵钟煤读班伯香介迫句丰培握兰担弦蛋沉假穿执答乐谁顺烟缩征脸喜松脚困异免背星福买染井概慢怕磁倍祖皇促静补评翻肉践尼衣宽"
    "扬棉希伤操垂秋宜氢套督振架亮末宪庆编牛触映雷销诗座居抓裂胞呼娘景威绿晶厚盟衡鸡孙延危胶屋乡临陆顾掉呀灯岁措束耐剧玉赵跳哥季课凯胡"
    "额款绍卷齐伟蒸殖永宗苗川炉岩弱零杨奏沿露杆探滑镇饭浓航怀赶库夺伊灵税途灭赛归召鼓播盘裁险康唯录菌纯借糖盖横符私努堂域枪润幅哈竟熟"
    "舰舱艇访岛导核弹乌俄韩鲜"
)
_HAN_FULL = (
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經十三"
    "之進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形相全表間"
    "樣與關各重新線內數正心反你明看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提直題黨程展五果料象員"
    "位入常文總次品式活設及管特件長求老頭基資邊流路級少圖山統接知較將組見計別她手角期根論運農指幾九區強放決西被做必戰先回則任取據處隊"
    "南給色光門即保治北造百規熱領七海口東導器壓志世金增爭濟階油思術極交受聯什認六共權收證改清己美再採轉更單風切打白教速花帶安場身車例"
    "真務具萬每目至達走積示議聲報鬥完類八離華名確才科張信馬節話米整空元況今集溫傳土許步群廣石記需段研界拉林律叫究觀越織裝影算低持音眾"
    "書布容兒須際商非驗連斷深難近千周委素技備半辦青省列習響約支般史感勞便團往歷市克何除消構府稱太準精值號率族維劃選標寫存候親快效斯院"
    "查江型眼王按格養易置派層片始卻專狀育廠京識適屬包火住調滿縣局照參紅細引聽該鐵價嚴首底官德隨病蘇失死講配女黃推顯談罪神藝呢席含企望"
    "密批營項防舉球英勢告李台臺落木幫輪破亞師圍注遠字材排供河態封另施減樹怎止案言士均武固波視僅費緊愛左章早朝害續輕服試食充兵源判護司"
    "足某練差致降黑犯負擊範繼興似餘堅輸修故城夫夠送船占右財富春職覺漢畫功巴跟雖飛檢助升陽互初創抗考投壞策古換未留曾端責站簡述錢副盡射"
    "草承獨令限宣環雙請超微讓控州良找否紀益依優頂載突敵略客冷勝絕析測協訴念陳仍羅友洋錯移頻靠母短終村雲哪距衛停央察境若印洲刻激甚室待"
    "核校散侵游舊模湖貨損預阻普穩息擴銀語守序紙醫缺急訓願審附獲鮮孩脫善龍演父血攻謂討晚亂殺藥寧貴讀班介迫句握擔假執答樂誰順徵困異免背"
    "星福買促靜補評希傷操宜套督振架末慶編觸雷銷座居威綠盟延危鄉臨陸顧季額款永宗沿露探鎮航懷庫奪稅途滅賽歸召播險康錄借私域潤艦艇訪島彈"
    "烏俄韓峽岸彈飛"
)
_HANGUL = (
    "이다는을가에의한고하지으로들과기사를도시인대어그스나리아자정보서일전해부라수국장제위것여원면주구만공상적동성관방있안조비군미중화회오"
    "러신했북유경세연선우소계습니까때까지마내진무되었았년월말실행산업재야당민통령남트프드르크브즈터니히체려바모간생발개최등각각반현석명영"
    "학문교외양평핵탄해함출항력호위합훈련독도쟁협약담합의회결심의표발표밝혔따르면대통령총리"
)
_KANA = "のにはをたがでてとしれさいるもなかっらりすこまどよくきんあうせけそつめやえみおわじばちろほだごげぶべ"
LANGUAGES = {
    "en": Language(_WESTERN, "éñüöáçïèêóíäâ"), "de": Language(_WESTERN, "äüöß"), "fr": Language(_WESTERN, "éèàêçôîâùûœïë"),
    "es": Language(_WESTERN, "óíáéñúü"), "it": Language(_WESTERN, "àèùòéì"), "pt": Language(_WESTERN, "ãçáéíóêõâúàôü"),
    "nl": Language(_WESTERN, "ëéïèöüóê"), "sv": Language(_WESTERN, "äåöé"), "da": Language(_WESTERN, "øæåé"),
    "no": Language(_WESTERN, "øåæéòó"), "fi": Language(_WESTERN, "äöåšž"), "is": Language(_WESTERN, "áðíóöúþæéý"),
    "ca": Language(_WESTERN, "èàóéòíúçï·ü"), "pl": Language(_CENTRAL, "łżąęóśćźń"),
    "cs": Language(_CENTRAL, "íáéěčřžýůšúďťňóüö"),
    "sk": Language(_CENTRAL, "áčéíýžšľúťňôďäŕĺó"), "hu": Language(_CENTRAL, "áéőóöűüíú"),
    "ro": Language((*_CENTRAL, "iso8859_16"), "ăâîșțşţ"), "hr": Language(_CENTRAL, "čćžšđ"),
    "sl": Language(_CENTRAL, "čšžćđ"),
    "sq": Language(_WESTERN, "ëç"), "tr": Language(_TURKISH, "ıüişğçöâîû"), "lt": Language(_BALTIC, "ėšųžąįčūę"),
    "lv": Language(_BALTIC, "āīēšūņķļģžčŗō"), "et": Language(_BALTIC, "äõüöšž"), "ru": Language(_CYRILLIC, _RUSSIAN),
    "uk": Language(("cp1251", "koi8_u", "iso8859_5"), "оаинвітерсклдпумзяьйбгчхцюжїшєщґф"),
    "be": Language(("cp1251", "koi8_u", "iso8859_5"), "аніоертсклядпувмзыьгйцчбшўёжхюэф"),
    "bg": Language(("cp1251", "iso8859_5"), "аиоетнрсвлдкпмзягъбучцщйхжшюфь"),
    "sr": Language(("cp1251", "iso8859_5"), "аоиенрсјтувкдмплгзбчцшњљћжхђџф"),
    "mk": Language(("cp1251", "iso8859_5"), "аоиетнрсвдклпумзјгбчцшжќхњфљџѓѕ"),
    "el": Language(("cp1253", "iso8859_7"), "αοιετσνρηυκπςμλόίέάγδωήθύχφβώξζψϊϋΐΰ"),
    "he": Language(("cp1255", "iso8859_8"), "יוהלארתבשמםנכדחקפעטגצסזןךץף"),
    "ar": Language(("cp1256", "iso8859_6"), "اليمونرتبدعسفةكحهقأجشصطىخإذءضزثغئؤآظ،؟"),
    "fa": Language(("cp1256",), "ایرندهمتوسبشکزفگحعخجقپصطآذچضغثئظژءيك،؟"),
    "ur": Language(("cp1256",), "اےیکرنوسمہلتبدپجعگحقشھںفصزطٹچخڈڑآئؤضظذغثژ،؟۔"),
    "th": Language(("cp874",), "านรอกเงมยลวดทสตะบปคหแจพชขใไโผซถณศธภษญฉฎฏฐฑฒฌฬฮฝฟฤำิีึืุู่้๊๋์ัๆฯ็"),
    "ja": Language(("cp932", "euc_jp"), _KANA, syllables=True),
    "zh": Language(("gb18030", "big5"), "", syllables=True), "ko": Language(("cp949",), _HANGUL, syllables=True),
}  # fmt: skip
_OF_CYRILLIC = frozenset(each for each, known in LANGUAGES.items() if "cp1251" in known.encodings)
# of a point: how much more often pages in these encodings do not say so
_USUAL = {"cp1251": 0.08, "koi8_r": 0.07, "cp1252": 0.08, "cp932": 0.05, "gb18030": 0.05, "cp949": 0.05}
_ALIASES = {"nb": "no", "nn": "no", "bs": "hr", "sh": "hr", "az": "tr", "iw": "he"}


def likeliest(raw: bytes, language: str, declared: list[str]) -> str | None:
    """The codec in which bytes without markup are text; None where they are in none.

    `language`: the code that is stated of it, "" where none is; `declared`: codecs that it is said to be in.

    >>> likeliest("Żołnierze ćwiczą".encode("cp1250"), "pl", ["cp1252"]), likeliest("Флот".encode("koi8-r"), "ru", [])
    ('cp1250', 'koi8_r')
    """
    language = _ALIASES.get(language, language)
    tongues = [language] if language in LANGUAGES else list(LANGUAGES)
    best = max(_scores(raw, tongues, declared), default=(0.0, 0, ""))
    if best[0] < PLAUSIBLE and len(tongues) == 1:  # what is stated may be another's
        best = max(best, *_scores(raw, [each for each in LANGUAGES if each != "en"], declared))
    return best[2] if best[0] >= PLAUSIBLE else None


def contradicted(raw: bytes, language: str, declared: str) -> str | None:
    """The codec in which bytes are text, where they are far less so in the one that is declared; else None.

    >>> contradicted("Министр обороны".encode("cp1251"), "", "cp1252"), contradicted("Über".encode("cp1252"), "", "cp1252")
    ('cp1251', None)
    """
    tongues = [language] if language in LANGUAGES else list(LANGUAGES)
    text = _decoded(raw, declared)
    if any(points_of(text, each) >= 1 - CONTRADICTED for each in tongues if declared in LANGUAGES[each].encodings):
        return None  # nothing is so much better
    found = likeliest(raw, language, [declared])
    if found is None or found == declared:
        return None
    here, there = (max(points_of(_decoded(raw, name), each) for each in tongues) for name in (declared, found))
    return found if there - here >= CONTRADICTED else None


def told_by_few(words: bytes, language: str) -> str | None:
    r"""The codec of words with the few characters beyond ASCII that a page has; None where they do not tell.

    A page is in an encoding of its language, whoever's names it has.  Where none is stated, no other one may be nearly as
    likely, unless it says the same.

    >>> told_by_few("Müller".encode("cp1252"), "en"), told_by_few("żołnierz".encode("cp1250"), "pl")
    ('cp1252', 'cp1250')
    >>> told_by_few(b"caf\xc3", "en"), told_by_few("na\u012bve".encode("cp1257"), "")
    (None, None)
    """
    language = _ALIASES.get(language, language)
    if language in LANGUAGES:
        codecs = LANGUAGES[language].encodings
        own = {name: points_of(_decoded(words, name), language) for name in codecs}
        found = own if max(own.values()) >= PLAUSIBLE else {name: _points_in(words, name) for name in codecs}
        best = max(codecs, key=lambda name: found[name])  # the usual one of several that are as likely
        return best if found[best] >= PLAUSIBLE else None
    scores = sorted(_scores(words, list(LANGUAGES), []), reverse=True)
    points, _, name = scores[0]
    said = _decoded(words, name)
    rival = next((each[0] for each in scores if _decoded(words, each[2]) != said), 0.0)
    if points < PLAUSIBLE or points - rival < AHEAD:
        return None
    return "cp1252" if _decoded(words, "cp1252") == said else name


def _points_in(words: bytes, name: str) -> float:
    """How much bytes are text of any language that is written in an encoding."""
    text = _decoded(words, name)
    return max(points_of(text, each) for each, known in LANGUAGES.items() if name in known.encodings)


def _scores(raw: bytes, tongues: list[str], declared: list[str]) -> list[tuple[float, int, str]]:
    """(points, how early in its list, codec) of each codec in which bytes can be read."""
    found = []
    names = {name: place for each in tongues for place, name in reversed(list(enumerate(LANGUAGES[each].encodings)))}
    for name, place in {**dict.fromkeys(declared, 9), **names}.items():
        text = _decoded(raw, name)
        of_it = [each for each in tongues if name in LANGUAGES[each].encodings] or tongues
        points = max(points_of(text, each) for each in of_it) + (_USUAL.get(name, 0.0) if len(tongues) > 1 else 0.0)
        if name in declared:
            points += BY_DEFAULT if name == "cp1252" else DECLARED
        found.append((points, -place, name))
    return found


def _decoded(raw: bytes, name: str) -> str:
    """The beginning of bytes as text, U+FFFD for what is none; empty where there is no such codec."""
    try:
        return raw.decode(name, "replace")[:SAMPLE]
    except (UnicodeError, LookupError):
        return ""


def points_of(text: str, language: str) -> float:
    """How much a text is one of a language, from its characters beyond ASCII: 1 is as likely as can be, 0 as anything.

    >>> points_of("żołnierze", "pl") > 0.8, points_of("¿o³nierze", "pl") < 0
    (True, True)
    """
    beyond = [each for each in text if each > "\x7f"]
    if not beyond:
        return 0.0
    weights = _weights(language)
    total = sum(weights.get(each) or _weight_of(each, language) for each in beyond)
    turned = sum(text[each.end()].isupper() and text[each.end() - 1].islower() for each in _CASE.finditer(text))
    odd = len(_MIXED.findall(text)) + len(_IN_WORD.findall(text)) + len(_NO_WORD.findall(text)) + turned
    if language in _OF_CYRILLIC:
        odd += len(_NO_CYRILLIC.findall(text))
    if language == "he":
        total += len(beyond) * SPELT if not odd and (odd := len(_NO_HEBREW.findall(text))) == 0 else 0
    return (total - odd) / len(beyond)


@cache
def _weights(language: str) -> dict[str, float]:
    known = LANGUAGES[language]
    letters = {"zh": _HAN_SIMPLE + _HAN_FULL}.get(language, known.letters)
    step = 0.0 if known.syllables else 0.6 / max(12, len(letters))
    found = {letter: 1.0 - step * place for place, letter in reversed(list(enumerate(letters)))}
    found |= {
        letter.upper(): weight - 0.1
        for letter, weight in found.items()
        if len(letter.upper()) == 1 and letter.upper() != letter
    }
    if language == "tr":
        found |= {"İ": 0.9, "Ü": 0.9}
    return found | dict.fromkeys(_MARKS, 0.5)


@lru_cache(maxsize=4_096)
def _weight_of(character: str, language: str) -> float:
    """What a character counts that is none of the language's frequent ones."""
    if not LANGUAGES[language].syllables:
        return -1.0
    if "\u3000" <= character <= "\u303f" or "\uff01" <= character <= "\uff5e":
        return 0.5  # marks of East Asia
    if language == "ja" and ("\u3041" <= character <= "\u30ff"):
        return 0.9
    if language == "ja":
        return 0.7 if _is_common(character, "euc_jp", 0xB0, 0xCF) else -0.3 if "\u4e00" <= character <= "\u9fff" else -1.0
    if language == "ko":
        return 0.25 if "\uac00" <= character <= "\ud7a3" and _is_common(character, "euc_kr", 0xB0, 0xC8) else -0.6
    common = _is_common(character, "gb2312", 0xB0, 0xD7) or _is_common(character, "big5", 0xA4, 0xC6)
    return 0.3 if common else -0.4 if "\u4e00" <= character <= "\u9fff" else -1.0


def _is_common(character: str, codec: str, first: int, last: int) -> bool:
    """Whether a character is on the first level of a national standard, which has those of everyday writing."""
    try:
        raw = character.encode(codec)
    except UnicodeError:
        return False
    return len(raw) == 2 and first <= raw[0] <= last
