"""Where an address led that is no article's, told by the two addresses alone: a form, a consent, another edition.

For pages whose words say nothing of it: an edition's page is an article, and forms speak every language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawler.errors import Failure, FailureKind
from newscrawler.text.languages import LANGUAGES
from newscrawler.urls import host_of, site_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# whole segments of a path, a file's ending aside: "/login-reform-fails" is an article
_LOGIN = frozenset(
    """login log-in signin sign-in logon log-on sso auth oauth register registration signup sign-up subscribe paywall
    anmelden einloggen registrieren connexion identification inscription abonnement inloggen accedi iniciar-sesion acceso
    logga-in logowanie prihlaseni""".split()  # noqa: SIM905  a list of strings takes a line each
)
_CONSENT = frozenset(
    """consent consents cookie-consent cookieconsent cookie-wall cookiewall cookies-wall collectconsent gdpr-consent gdpr
    privacy-gate privacygate privacy-wall privacywall privacy-consent myprivacy guce cmp zustimmung""".split()  # noqa: SIM905
)
# editions by country, where that is no code of a language
_COUNTRIES = frozenset(
    """us gb au nz cn jp kr mx br cl pe ve at be dk cz gr ua il eg sa ae qa pk in za ng ke gh ph sg hk
    tw""".split()  # noqa: SIM905
)


def astray(asked: str, led_to: str) -> Failure | None:
    """Why the page that an address led to is no article of that address; None where it may be.

    >>> astray("https://a.example/en/1", "https://a.example/fr/1").kind.value
    'edition'
    >>> astray("https://a.example/1", "https://consent.b.example/collect?to=1").kind.value
    'consent'
    >>> [astray("https://a.example/1", f"https://a.example/{each}") for each in ("en/1", "login-reform-fails")]
    [None, None]
    """
    if asked == led_to:
        return None
    for kind, names, what in (
        (FailureKind.CONSENT, _CONSENT, "a page that asks for consent"),
        (FailureKind.LOGIN, _LOGIN, "a login form"),
    ):
        if names & set(_names(led_to)) and not names & set(_names(asked)):
            return Failure(kind, f"redirected to {what}, {led_to}")
    before, after = _editions(asked), _editions(led_to)
    if site_of(asked) == site_of(led_to) and any(after[place] != code for place, code in before.items() if place in after):
        return Failure(FailureKind.EDITION, f"redirected to another edition, {led_to}")
    return None


def _segments(url: str) -> list[str]:
    return [each for each in urlsplit(url).path.lower().split("/") if each]


def _names(url: str) -> Iterator[str]:
    """The first label of an address's host, and the segments of its path without the endings of files."""
    yield host_of(url).partition(".")[0]
    for each in _segments(url):
        yield each.partition(".")[0]


def _editions(url: str) -> dict[str, str]:
    """Place ("host" or "path") -> the language or country that an address names there, such as "fr" or "en-us"."""
    first = {"host": host_of(url).partition(".")[0], "path": next(iter(_segments(url)), "")}
    return {place: name.replace("_", "-") for place, name in first.items() if _is_edition(name.replace("_", "-"))}


def _is_edition(name: str) -> bool:
    """Whether a name is a language's or a country's, or both.

    >>> [_is_edition(each) for each in ("fr", "en-us", "us", "tv", "news")]
    [True, True, True, False, False]
    """
    parts = name.split("-")
    known = LANGUAGES | _COUNTRIES
    return 1 <= len(parts) <= 2 and all(len(each) == 2 and each in known for each in parts)
