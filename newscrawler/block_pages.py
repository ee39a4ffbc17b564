"""Pages that stand where an article was asked for: not found, blocked, a login, a consent.  Data, and one look-up each.

Matched on the lower-case words of a text joined by single spaces (`text.words`), whose characters of scripts
without spaces are words of their own.
"""

from __future__ import annotations

import re

from newscrawler.text import words

# a page that says so in its title or in few words is none
NOT_FOUND = (
    "page not found", "404 not found", "error 404", "404 error", "page cannot be found", "page could not be found",
    "page you requested", "page you are looking for", "page you were looking for", "no longer available",
    "page doesn't exist", "page does not exist", "article not found", "content is unavailable", "content not available",
    "page has been removed", "article has been removed", "story has been removed", "story has been deleted",
    "page no longer exists", "page introuvable", "page non trouvée",
    "page n'existe pas", "page n'existe plus", "n'est plus disponible", "seite nicht gefunden", "seite wurde nicht gefunden",
    "nicht mehr verfügbar", "seite existiert nicht", "artikel existiert nicht", "página no encontrada",
    "no se encuentra disponible", "ya no está disponible",
    "página no existe", "pagina non trovata", "non è più disponibile", "página não encontrada", "não foi encontrada",
    "pagina niet gevonden", "niet meer beschikbaar", "sidan kunde inte hittas", "sidan finns inte", "siden finnes ikke",
    "siden blev ikke fundet", "sivua ei löytynyt", "strona nie została znaleziona", "nie znaleziono strony",
    "stránka nenalezena", "страница не найдена", "сторінку не знайдено",
    "az oldal nem található", "η σελίδα δεν βρέθηκε",
    "sayfa bulunamadı", "pagina nu a fost găsită", "الصفحة غير موجودة",
    "لم يتم العثور على", "הדף לא נמצא", "صفحه یافت نشد",
    "पेज नहीं मिला", "halaman tidak ditemukan", "không tìm thấy trang", "页面不存在",
    "页面未找到", "找不到页面", "找不到網頁",
    "頁面不存在", "页面没有找到", "您访问的页面", "ページが見つかりません", "見つかりませんでした", "お探しのページ",
    "公開を終了",
    "stranica ne postoji", "tražite ne postoji", "tražili ne postoji", "vijest ne postoji", "članak ne postoji",
    "stranica nije pronađena", "stranica nije nađena", "страница не постоји", "страница није пронађена",
    "страницата не съществува", "страницата не е намерена", "страницата не постои", "stran ne obstaja",
    "strani ni mogoče najti", "stránka neexistuje", "stránka nebyla nalezena", "stránka sa nenašla",
    "strona nie istnieje", "страница не существует", "сторінка не існує", "az oldal nem létezik",
    "sayfa mevcut değil", "η σελίδα δεν υπάρχει", "pagina nu există", "faqja nuk u gjet", "faqja nuk ekziston",
    "lehekülge ei leitud", "lapa nav atrasta", "puslapis nerastas", "síðan fannst ekki", "demandée n'existe pas",
    "demandée est introuvable", "recherchez n'existe pas", "pagina bestaat niet", "angeforderte seite",
    "페이지를 찾을 수 없습니다", "존재하지 않는 페이지", "삭제된 기사", "삭제되었거나",
)  # fmt: skip

# a page that stands before the site for now: it refuses us, or the site is being mended
BLOCKED = (
    "attention required cloudflare", "you have been blocked", "you are unable to access", "why have i been blocked",
    "cloudflare ray id", "checking your browser", "checking if the site connection is secure", "just a moment",
    "ddos protection by", "performing security verification", "verifying you are human", "pardon our interruption",
    "request unsuccessful incapsula", "incapsula incident", "the request could not be satisfied", "request was blocked",
    "request has been blocked", "request blocked", "your ip has been blocked", "your ip address has been blocked",
    "unusual traffic from your", "too many requests", "bot detection", "automated access", "suspicious activity from your",
    "web application firewall", "security check to access", "support id is", "reference error edgesuite",
    "we will be back soon", "we'll be back soon", "we'll be right back", "be back shortly", "be back online shortly",
    "down for maintenance", "site is under maintenance", "website is under maintenance", "currently under maintenance",
    "undergoing maintenance", "undergoing scheduled maintenance", "performing scheduled maintenance", "maintenance mode",
    "temporarily unavailable", "service unavailable", "temporarily down", "website is currently unavailable",
    "site is currently unavailable", "internal server error", "bad gateway", "gateway timeout",
    "error establishing a database", "an unexpected error occurred", "something went wrong",
    "site en maintenance", "maintenance en cours",
    "site est en cours de maintenance", "momentanément indisponible", "temporairement indisponible", "wartungsarbeiten",
    "wartungsmodus", "vorübergehend nicht erreichbar", "vorübergehend nicht verfügbar", "sitio en mantenimiento",
    "en mantenimiento", "temporalmente no disponible", "ha sido bloqueado", "sito in manutenzione", "in manutenzione",
    "temporaneamente non disponibile", "site em manutenção", "em manutenção", "temporariamente indisponível",
    "in onderhoud", "tijdelijk niet beschikbaar", "tillfälligt otillgänglig", "midlertidig utilgjengelig",
    "midlertidigt utilgængelig", "huoltokatko", "przerwa techniczna", "trwają prace techniczne", "tymczasowo niedostępna",
    "probíhá údržba", "dočasně nedostupná", "prebieha údržba", "dočasne nedostupná", "stranica je u izradi",
    "održavanje u tijeku", "stranica je na održavanju", "privremeno nedostupna", "privremeno nedostupan",
    "сайт је привремено недоступан", "технические работы", "временно недоступен", "временно недоступна",
    "доступ ограничен", "технічні роботи", "тимчасово недоступний", "временно недостъпен", "karbantartás alatt",
    "υπό συντήρηση", "bakım çalışması", "bakımdayız", "geçici olarak hizmet", "în mentenanță", "în curs de mentenanță",
    "الموقع تحت الصيانة", "תחזוקה", "در دست تعمیر", "sedang dalam pemeliharaan", "đang bảo trì", "系统维护", "系統維護",
    "网站维护", "網站維護", "正在维护", "访问被拒绝", "访问过于频繁", "メンテナンス中", "점검 중", "접근이 차단",
)  # fmt: skip

# a page that asks to log in, to pay, to consent or to prove to be a person
WALL = (
    "log in to continue", "log in to read", "sign in to continue", "sign in to read", "please log in", "please sign in",
    "subscribe to continue", "subscribe to read", "to continue reading", "to read the full", "subscribers only",
    "for subscribers", "already a subscriber", "already have an account", "create a free account", "register to read",
    "this content is reserved", "this article is for", "start your free trial", "unlock this article",
    "free articles", "unlimited access", "become a member", "exclusively to our members", "available to members",
    "members only", "cancel at any time", "log in here", "log in to your account",
    "verify you are human", "you are a robot", "enable javascript", "are you a robot", "we use cookies",
    "accept cookies", "access denied", "réservé aux abonnés", "réservée aux abonnés", "déjà abonné", "connectez vous",
    "identifiez vous", "pour lire la suite",  "jetzt anmelden", "bitte anmelden", "melden sie sich an",
    "jetzt abonnieren", "nur für abonnenten", "weiterlesen mit", "um weiterzulesen", "inicia sesión", "iniciar sesión",
    "suscríbete", "suscríbase", "para seguir leyendo", "solo para suscriptores", "accedi per", "abbonati per",
    "riservato agli abbonati", "contenuto riservato", "faça login", "assine para", "exclusivo para assinantes",
    "conteúdo exclusivo", "log in om", "inloggen om", "voor abonnees", "logga in för", "för prenumeranter",
    "logg inn for", "for abonnenter", "log ind for", "kirjaudu sisään",
    "tilaajille", "zaloguj się", "dla prenumeratorów",
    "dla subskrybentów", "pro předplatitele", "přihlaste se", "войдите, чтобы",
    "войдите чтобы", "только для подписчиков",
    "оформите подписку", "увійдіть, щоб", "увійдіть щоб", "лише для передплатників", "jelentkezzen be", "előfizetőknek",
    "συνδεθείτε", "για συνδρομητές", "giriş yapın", "abone olun", "autentificați vă", "سجل الدخول", "تسجيل الدخول",
    "للمشتركين فقط", "התחברו", "למנויים", "وارد شوید", "लॉग इन करें",
    "silakan masuk", "khusus pelanggan", "đăng nhập để",
    "登录后", "请登录", "登入後", "請登入", "订阅后", "會員專屬", "会员专享", "ログインして", "会員限定", "有料会員",
    "続きを読むには",
    "로그인이 필요", "로그인 후", "구독자 전용", "회원 전용",
)  # fmt: skip

# addresses that a login form has
LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|log-?on|auth|sso|account|register|subscribe|abo|anmelden|connexion|identification|paywall|consent)"
    r"(?:[/._?-]|$)",
    re.IGNORECASE,
)


def _joined(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({" ".join(words(line)) for line in lines}))


def _pattern(cues: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:^|(?<= ))(?:{'|'.join(map(re.escape, sorted(_joined(cues), key=len, reverse=True)))})(?= |$)")


_NOT_FOUND, _WALL, _BLOCKED = _pattern(NOT_FOUND), _pattern(WALL), _pattern(BLOCKED)


def not_found(value: str) -> str | None:
    """The cue by which a short text or a title says that the page is not there."""
    found = _NOT_FOUND.search(" ".join(words(value[:5_000])))
    return found[0] if found else None


def asks(parts: list[str]) -> int:
    """How many different ways of asking to log in, to pay or to consent words hold."""
    return len(set(_WALL.findall(" ".join(parts))))


def wall(value: str) -> str | None:
    """The cue by which a text asks to log in, to pay or to consent."""
    found = _WALL.search(" ".join(words(value[:20_000])))
    return found[0] if found else None


def blocked(value: str) -> str | None:
    """The cue by which a title or a text of few words refuses us, or says that the site is away for now."""
    found = _BLOCKED.search(" ".join(words(value[:20_000])))
    return found[0] if found else None
