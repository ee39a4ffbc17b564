"""Pages that answer with 200 and are no article: what was not found, what wants cookies, what looks for robots.

Told by what they say where they say next to nothing else: a report about a bot wall is longer than one.
"""

from __future__ import annotations

import re

MOST = 600  # characters of such a page
ROBOTS, COOKIES = "a page that looks for robots", "a page that asks for consent to cookies"
PASSING = frozenset({ROBOTS, COOKIES})  # which may be gone the next time
_NOT_FOUND = re.compile(
    r"(?:error\s*)?(?:404|410)\b.{0,60}|"
    r"(?:sorry\W*|oops\W*)?(?:the |this )?(?:page|article|story)(?: (?:was|is|could|can))?"
    r"(?: be|not be|\s?not|n.t be)? ?(?:not found|found|missing|(?:no longer )?(?:un)?available)|"
    r"seite (?:wurde )?nicht gefunden|page (?:non trouvée|introuvable)|página no encontrada|pagina non trovata|"
    r"страница не найдена|pagina niet gevonden|nie znaleziono strony|página não encontrada|sidan hittades inte",
    re.IGNORECASE,
)
_ROBOTS = re.compile(
    r"just a moment\W*|attention required\b.{0,40}|access (?:to this page has been )?denied|are you (?:a robot|human)\W*|"
    r"(?:security|robot) check\W*|pardon our interruption\W*|verif(?:y|ying) (?:that )?you are (?:a )?human\W*|ddos-guard|"
    r"checking your browser\b.{0,80}|one moment, please\W*",
    re.IGNORECASE,
)
_ROBOT_TEXT = re.compile(
    r"checking (?:if the site connection is secure|your browser before accessing)|"
    r"verify(?:ing)? (?:that )?you are (?:a )?human|"
    r"enable javascript and cookies to continue|unusual traffic from your",
    re.IGNORECASE,
)
_COOKIES = re.compile(
    r"\b(?:we|wir|nous|our|unsere)\b.{0,40}\b(?:partners?|partnern?|partenaires|third parties|vendors)\b.{0,160}\bcookies?\b"
    r"|"
    r"\bcookies?\b.{0,200}\b(?:accept|akzeptieren|accepter|aceptar|accettare|zustimmen)\b",
    re.IGNORECASE | re.DOTALL,
)


def wall(text: str, titles: tuple[str | None, ...]) -> str | None:
    """What a page of so little text is instead of an article; None where it may be one.

    >>> wall("Sorry, try the search.", ("404 | Gazette", "Page not found"))
    'a page that was not found'
    >>> wall("The minister was not found guilty.", ("Minister not found guilty",)) is None
    True
    """
    if len(text) > MOST:
        return None
    said = [part.strip() for title in titles if title for part in (title, *re.split(r"\s[|–—-]\s", title))]
    if any(map(_NOT_FOUND.fullmatch, said)):
        return "a page that was not found"
    if any(map(_ROBOTS.fullmatch, said)) or _ROBOT_TEXT.search(text):
        return ROBOTS
    return COOKIES if _COOKIES.search(text) else None
