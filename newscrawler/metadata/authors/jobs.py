"""Jobs and places around a name: "our correspondent Ana Lind", "Ana Lind, Chief Marketing Officer", "홍길동 기자"."""

from __future__ import annotations

import re

from newscrawler.metadata.authors.credit_words import shipped_credit_words

BRACKETS = "[]【】［］"
# what stands before a job in Han, kana and Hangul and is no name, and before a place behind one
_RANKS = frozenset(
    re.split(
        r"\s+",
        """首席 特约 特約 资深 資深 高级 高級 实习 實習 见习 見習 本报 本報 本刊 本社 本网 驻外 駐外 驻京
        专职 專職 特派 専門 社会部 政治部 経済部 国際部
        外信部 선임 전문 수석 인턴 객원 본지 정치부 사회부 국제부 해외 우리 특별""",
    )
)
_CHIEF = re.compile("[\u30a0-\u30ff]+(?:支局長|総局長|特派員)")  # of a place abroad
_PLACE = frozenset({
    "à", "au", "aux", "a", "in", "en", "em", "w", "we", "v", "ve", "i", "в", "во", "у", "at", "from", "for", "aus", "zu",
    "te", "pour", "para", "per", "dla", "для",
})  # fmt: skip
# for whom somebody wrote it, and where she is
_SPECIALLY = re.compile(
    r",?\s+(?:специально для|спеціально для|especial para|speciale per|spécial pour|specjalnie dla|exklusiv für|"
    r"[Ss]pecial (?:to|for)|SPECIAL TO)\b.*$|\s+\((?:à|in|en|a|aus|from|w|в|у)\s[^()]{2,40}\)$"
)
_TOWN = r"[A-ZÀ-ÞĀ-ŽȘȚА-ЯІЇЄ][\w’'-]+"
# where and for whom somebody wrote: "in Kelling", "à Paris", "pour Le Courrier", a place behind a comma or a bar
_WHERE = re.compile(
    rf"(?<=[^\W\d_])\s(?:in|aus|à|en|em|a|i|w|we|v|ve|в|во|у|la|from|from\sin)\s{_TOWN}(?:\s{_TOWN})?$|"
    rf"(?<=[^\W\d_])\s(?:for The|für (?:Die|Das|Den)|pour (?:Le|La|Les)|para (?:El|La|Los|o|a)|"
    rf"per (?:Il|La|Lo)|voor (?:De|Het))(?:\s{_TOWN}){{1,2}}$|"
    rf"(?<=[^\W\d_])\sдля\s«[^«»]{{2,30}}»$|(?<=\s)(?P<family>{_TOWN})(?:,|\s\|)\s{_TOWN}$"
)


_WEAK = [["expert"], ["experts"], ["specialist"], ["blogger"], ["chief"], ["head"], ["lead"], ["fellow"], ["critic"]]


def _is_named(tokens: list[str]) -> bool:
    return len(tokens) > 1 and all(each[0].isupper() for each in tokens)


def without_job(name: str) -> str:
    """A name without a job before it or behind it.

    >>> without_job("our correspondent Ana Lind"), without_job("Ana Lind Chief Marketing Officer")
    ('Ana Lind', 'Ana Lind')
    >>> without_job("王小明记者"), without_job("Great Day Editorial Team")
    ('王小明', 'Great Day Editorial Team')
    """
    words = shipped_credit_words()
    if not name.isascii() and not is_bare_job(name) and (rest := words.role_behind.sub("", name)) != name and rest:
        name = rest
    tokens = name.split()
    said = [each.casefold().strip(".,") for each in tokens]
    is_job = [words.role.has(each) for each in said]
    if True not in is_job:
        return name
    last = max((at for at, job in enumerate(is_job[:4]) if job and len(tokens) - at > 2), default=-1)
    if last >= 0 and not any(is_job[last + 1 :]) and (last == 0 or any(is_job[:last]) or not _is_named(tokens[:last])):
        return "" if said[last + 1] in _PLACE else " ".join(tokens[last + 1 :])
    first = next((at for at, job in enumerate(is_job) if job and at > 1), None)
    is_desk = first is not None and any(words.desk.has(each) and not words.role.has(each) for each in said[first:])
    if first is not None and not is_desk and said[first:] not in _WEAK:
        while first > 2 and words.nobody.has(said[first - 1]):  # "Ana Lind Defence Correspondent"
            first -= 1
        return " ".join(tokens[:first])
    return name


def is_bare_job(name: str) -> bool:
    """Whether a text is a job in a script without capitals, with its rank or place, and no name.

    >>> is_bare_job("首席记者"), is_bare_job("ソウル支局長"), is_bare_job("王小明记者"), is_bare_job("مراسل خاص")
    (True, True, False, True)
    """
    if name.isascii():
        return False
    words = shipped_credit_words()
    found = words.role_behind.search(name)
    if found is not None:
        rest = name[: found.start()].strip()
        return rest in _RANKS or not rest or _CHIEF.fullmatch(name) is not None
    said = name.split()
    return 0 < len(said) < 3 and name.lower() == name.upper() and words.role.has(said[0])


def is_only_job(credit: str) -> bool:
    """Whether a credit is somebody's job and no name, desk or house.

    >>> [is_only_job(each) for each in ("Senior Correspondent", "our correspondent", "Redaktor naczelny", "ソウル支局長")]
    [True, True, True, True]
    >>> [is_only_job(each) for each in ("Staff Reporter", "Newsroom", "Ana Lind, Editor", "The Editors")]
    [False, False, False, False]
    """
    words = shipped_credit_words()
    said = [each.strip(".,;:'\"") for each in credit.casefold().split()]
    if is_bare_job(credit) or not said:
        return bool(said)
    if not any(map(words.role.has, said)) or any(map(words.desk.has, said)):
        return False
    return all(words.role.has(each) or words.nobody.has(each) or each in _BEFORE_DESK for each in said)


def without_article(desk: str) -> str:
    """A desk's name without a small article or "our" before it, where it has no name of its own.

    >>> without_article("de redactie"), without_article("unserer Redaktion"), without_article("the Kelling Team")
    ('redactie', 'Redaktion', 'the Kelling Team')
    """
    first, _, rest = desk.partition(" ")
    if not rest or first not in _BEFORE_DESK:
        return desk
    words = shipped_credit_words()
    plain = all(words.desk.has(each) or words.role.has(each) or words.nobody.has(each) for each in rest.casefold().split())
    return rest if plain or rest[0].islower() else desk


_BEFORE_DESK = frozenset(
    re.split(
        r"\s+",
        """the a an our der die das den dem unser unsere unserer unserem de het onze la le les notre nos el los nuestro
        nuestra il lo nostro nostra della dalla o os nosso nossa da do naszej nasz nasza vår vårt vores наш наша нашего
        наші наша τη την της το naš naša""",
    )
)


def has_job_behind(line: str) -> bool:
    """Whether a line ends in a job as Han, kana and Hangul write it, behind the name.

    >>> has_job_behind("홍길동 기자"), has_job_behind("【山田太郎記者】"), has_job_behind("記者")
    (True, True, False)
    """
    text = line.strip(BRACKETS)
    found = None if text.isascii() else shipped_credit_words().role_behind.search(text)
    return found is not None and found.start() > 1


def is_job_beside(name: str) -> bool:
    """Whether a part of a credit behind somebody's name is what she does.

    >>> is_job_beside("Pop Music Critic"), is_job_beside("Ana Lind")
    (True, False)
    """
    *before, last = name.casefold().split() or [""]
    return bool(before) and shipped_credit_words().role.has(last)


def ends_in_job(said: list[str]) -> bool:
    """Whether the last of some words is a job, and more than a rank."""
    return shipped_credit_words().role.has(said[-1]) and said[-1:] not in _WEAK


def without_post(credit: str) -> str:
    """A credit without the job that stands behind a comma, and for whom and where it was written.

    >>> without_post("Ana Lind, enviada especial a Kelling"), without_post("Ana Lind (à Kelling)"), without_post("Lind, Ana")
    ('Ana Lind', 'Ana Lind', 'Lind, Ana')
    """
    head, comma, behind = credit.partition(", ")
    first = behind.partition(" ")[0]
    if comma and "," not in behind and first.islower() and shipped_credit_words().role.has(first):
        return head
    return _SPECIALLY.sub("", credit)


def without_place(credit: str) -> str:
    """A credit without the place that it ends in, or for whom it was.

    >>> without_place("Ana Lind in Kelling"), without_place("Анна Линд в Москве"), without_place("Ana Lind, Kelling")
    ('Ana Lind', 'Анна Линд', 'Ana Lind')
    >>> without_place("Lind, Ana"), without_place("Ana Lind, Jo Berg")
    ('Lind, Ana', 'Ana Lind, Jo Berg')
    """
    return _WHERE.sub(lambda found: found["family"] or "", credit)
