"""Credits that are a sentence or a dateline: "（北京＝山田太郎）", "[서울=뉴시스] 홍길동 기자", "Aus X berichtet …"."""

from __future__ import annotations

import re

from newscrawler.agencies import agency_of

LONGEST = 120  # characters of a line that may be one
_OPEN, _CLOSE = "[\\[(（【〔［]", "[\\])）】〕］]"
# place, an equals sign, who; behind it the text, or who wrote where the brackets name an agency
_DATELINE = re.compile(
    rf"^{_OPEN}?(?P<place>[^\s=＝\[\]()（【）】,、.]{{1,12}})\s?[=＝]\s?(?P<who>[^=＝\[\]()（【）】]{{2,40}})(?:{_CLOSE}\s*(?P<behind>.*))?$"
)
_IN_BRACKETS = re.compile(
    r"^[\[【［](?P<place>[\u30a0-\u30ff\u4e00-\u9fff]{2,6})[\s\u3000](?P<who>[\u3040-\u30ff\u4e00-\u9fff]{3,8})[\]】］]"
)
_ALONE = re.compile(
    r"【(?P<who>[\u4e00-\u9fff]{4}|[\u4e00-\u9fff]{1,3}[ \u3000\u30fb][\u4e00-\u9fff]{1,3})】"
)  # of a Japanese paper
# who wrote, and the outlet
_WITH_OUTLET = re.compile(
    r"[\[［【](?P<who>[\u4e00-\u9fff\u3005]{1,3}[ \u3000]?[\u3040-\u30ff\u4e00-\u9fff\u3005]{1,4})"
    r"[，,、]\s?[A-Za-z][\w .]{2,24}[\]］】]"
)
# a reporter and where she reports from, as Taiwan's papers write it: "記者王小明／台北報導"
_HAN = "[\u4e00-\u9fff]"
_TOWNS = (
    "台北|臺北|新北|桃園|新竹|苗栗|台中|臺中|彰化|南投|雲林|嘉義|台南|臺南|高雄|屏東|宜蘭|花蓮|台東|臺東|澎湖|金門|基隆|香港|澳門|北京|上海|"
    "東京|首爾|華盛頓|紐約|倫敦|巴黎|柏林|綜合|专电|專電"
)
_REPORTER = re.compile(
    rf"[記记]者\s?(?:(?P<slash>{_HAN}{{2,4}}(?:[、,，]{_HAN}{{2,4}}){{0,3}})\s?[／/]\s?{_HAN}{{0,6}}|"
    rf"(?P<town>{_HAN}{{2,4}}?)(?:{_TOWNS})|(?P<three>{_HAN}{{3}}){_HAN}{{2,3}})(?:\d{{1,2}}日)?{_HAN}{{0,4}}(?:[報报][導导道]|[電电])(?=$|[）)〕】\]\s])"
)
# how China's papers and agencies begin: "新华社北京11月16日电（记者王小明、李华）"
_DISPATCH = re.compile(
    rf"[^\s（(，。]{{2,24}}?(?:\d{{1,2}}月)?\d{{1,2}}日[电電讯訊][\s\u3000]*[（(]\s?(?:{_HAN}{{0,6}}?(?:记者|記者|通讯员|通訊員)\s?)"
    rf"(?P<who>{_HAN}{{2,4}}(?:[、，,\s\u3000]{{1,2}}{_HAN}{{2,4}}){{0,5}})\s?[）)]"
)
# a reporter, and behind that when it was entered
_KOREAN = re.compile(
    "(?:기자명\\s)?(?P<who>[\uac00-\ud7a3]{2,4}\\s?(?:[\uac00-\ud7a3]{0,2}기자|[\uac00-\ud7a3]{0,2}특파원))(?:\\s|\\s?[|·ㅣ]\\s?)(?=(?:입력|등록|수정|승인|게시|발행|기사)\\b)"
)
_NAME = r"(?P<who>[^\W\d_a-zß-ÿ][^.!?:;|]{3,70}?)"
_PLACE = r"[^\W\d_a-zß-ÿ][\w .'’-]{1,30}?"
# who reports from where, by language
_REPORTS = (
    rf"Aus {_PLACE} berichte(?:n|t) (?:(?:unsere?|der|die)\s)?{_NAME}",
    rf"{_NAME} berichte(?:n|t) aus {_PLACE}",
    rf"{_NAME} report(?:s|ing)? from {_PLACE}",
    rf"[Rr]eporting from {_PLACE}[,:–-]\s*{_NAME}",
    rf"From {_NAME},? in {_PLACE}",
    rf"(?:Korespondencja|Relacja) (?:własna )?(?:z|ze) {_PLACE}\s?[:–,-]\s*{_NAME}",
    rf"{_NAME},? (?:korespondencja|relacja) (?:z|ze) {_PLACE}",
    rf"{_NAME} rapporter(?:ar från|er fra) {_PLACE}",
    rf"{_NAME} (?:informa|reporta) (?:desde|de) {_PLACE}",
    rf"{_NAME} riferisce da {_PLACE}",
    rf"{_NAME} rapporte(?:nt)? de {_PLACE}",
    rf"{_NAME} bericht(?:en)? vanuit {_PLACE}",
    rf"Vanuit {_PLACE} bericht(?:en)? {_NAME}",
    rf"{_NAME},? {_PLACE}['’]?(?:dan|den|tan|ten) bildiriyor",
    rf"{_NAME},? репортаж (?:из|з|із) {_PLACE}",
    rf"Репортаж (?:из|з|із) {_PLACE}\s?[:–-]\s*{_NAME}",
    rf"{_NAME} (?:द्वारा|skrifa(?:r|ði)|yazdı|bildiriyor|haberi)",
)
_CUES = re.compile(
    r"bericht|report|Korespond|koresp|[Rr]elacja|rapport|raport|informa|riferisce|bildiriyor|епортаж|From |द्वारा|skrifa|"
    r"yazdı|haberi",
    re.IGNORECASE,
)
_PATTERN = re.compile("|".join(f"(?:{each.replace('?P<who>', '')})" for each in _REPORTS))


def signature_of(line: str) -> str | None:
    """Who wrote, by a line that is such a signature; None where it is none.

    >>> signature_of("（北京＝山田太郎）"), signature_of("[서울=뉴시스] 홍길동 기자")
    ('山田太郎', '홍길동 기자')
    >>> signature_of("[記者王小明／台北報導]"), signature_of("中央社記者李華台北3日電"), signature_of("最大勢力の記者クラブ")
    ('王小明', '李華', None)
    >>> signature_of("Aus Kelling berichtet Ana Lind"), signature_of("Ana Lind reports a loss"), signature_of("E = mc2")
    ('Ana Lind', None, None)
    """
    if dispatched := dispatch_of(line):
        return dispatched["who"]
    if len(line) > LONGEST:
        return None
    if not line.isascii() and (alone := _ALONE.fullmatch(line) or _KOREAN.match(line) or _WITH_OUTLET.fullmatch(line)):
        return alone["who"]
    if "者" in line and (reporter := _REPORTER.search(line)):
        return reporter["slash"] or reporter["town"] or reporter["three"]
    if not line.isascii() and (found := _DATELINE.match(line) or _IN_BRACKETS.match(line)):
        who = found["who"].strip()
        behind = (found.groupdict().get("behind") or "").partition("=")[0].partition("＝")[0].strip()
        if line[0] not in "[(（【〔［" and agency_of(who):
            return None
        return (behind or None) if agency_of(who) else who
    if _CUES.search(line) is None:
        return None
    stated = _PATTERN.fullmatch(line.strip())
    return next((each.strip(" ,") for each in stated.groups() if each), None) if stated else None


def dispatch_of(line: str) -> re.Match[str] | None:
    """How a Chinese dispatch begins, up to the bracket behind who wrote (`who`); None where a text begins otherwise.

    >>> dispatch_of("新华社北京11月16日电（记者王小明、李华）两艘船")["who"], dispatch_of("两艘船（记者王小明）")
    ('王小明、李华', None)
    """
    return _DISPATCH.match(line) if "日" in line[:LONGEST] else None


def agency_signed(line: str) -> str | None:
    """The agency that a dateline names.

    >>> agency_signed("[서울=뉴시스] 홍길동 기자"), agency_signed("（北京＝山田太郎）")
    ('Newsis', None)
    """
    if dispatch_of(line):
        return next(filter(None, (agency_of(line[:size]) for size in range(2, 6))), None)
    found = None if line.isascii() or len(line) > LONGEST else _DATELINE.match(line)
    return agency_of(found["who"].strip()) if found else None
