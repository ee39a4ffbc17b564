"""What a line of an article is by its own words: a prompt, a control, a caption, a way elsewhere; or a line of the article.

Each is a whole line, bounded in length, that addresses the reader, names nothing but a control, or speaks of the site's own
links; one that reports of newsletters, applications, commissions or advertisements does none of these.
"""

from __future__ import annotations

import re
from functools import cache

from newscrawler.agencies import PICTURE_SIGNATURES
from newscrawler.extraction.phrases import (
    COMMISSIONS,
    folded,
    only_says_what_pages_do,
    shipped_wording,
    without_networks,
    without_numbers,
)
from newscrawler.text import has_unspaced
from newscrawler.text.any_of import any_of

PROMPT, CONTROL, STANDS_FOR, CAPTION = 300, 100, 500, 260  # characters at most
SHORTEST_PROMPT = 6  # characters; shorter ones are buttons
SHARING = 60  # characters of a line that names a network to share with
_BEHIND_A_ROW = frozenset(":：、")
COUNTED = 7  # words of who stands where, in brackets
HEAD = 60  # characters of what a box is headed with
POINTER = 200  # characters of a line that names another page
CREDIT = 90  # characters at the end of a caption that say whose picture it is

# where a sentence ends, and where a line is divided by marks
_SENTENCES = re.compile(r"[.!?…。！？؟।](?=[\s\"'”’»)\]]|$|[^\x00-\x7f])[\"'”’»)\]]*|[:：–—|>»\u2022\u25b6\n]|\s-\s")
_CLAUSES = re.compile("[,،、，]| और ")
_QUOTED = re.compile(r"\s*[\"“”„«»‘「『]")
_POLITE = re.compile(
    r"^ (?:please|just|simply|bitte|por favor|per favore|veuillez|proszę|prosim|lutfen|пожалуиста|будь ласка) "
)
_PARTS = re.compile(r"[|·•/›»>\n]+|\.{3}|…|\s[-–—]\s")
_POINTS = re.compile(r"[^:：|៖፦՝]{2,40}[:：|៖፦՝]\s*\S")
# controls and notices with words of their own between
_NOTICE = re.compile(
    r"(?:sort(?:ing|ed)? by\b.{0,40}|filter by\b.{0,40}|(?:#\w+\W*){2,}|embed\s?:.{0,200}|"
    r"view (?:this )?(?:post )?on (?:instagram|twitter|x)|"
    r"(?:(?:source link|related articles|back to top(?: button)?)\W*){2,}|"
    r"(?:article|story) continues (?:below|after).{0,40}|"
    r"the article continues.{0,60}|(?:scroll|swipe) (?:down )?(?:to|for) .{0,40}|follow us on.{0,60}|"
    r"sign up (?:for|to).{0,80}newsletters?.{0,40}|(?:this video is|video) (?:not |un)available.{0,80}|"
    r"by (?:signing up|subscribing|clicking).{0,60}you agree to .{0,120}|"
    r"(?:enjoying|like|liked|enjoy) (?:this|the) (?:story|article|post|piece)\?.{0,120}"
    r"\b(?:subscri|sign up|support|donat|shar).{0,60}|"
    r"(?:get|receive|want) .{0,120}\.? (?:sign up|subscribe) (?:for|to|here|now|today)\b.{0,60}|"
    r"if you (?:like|liked|enjoy|enjoyed|value) (?:what we do|our work|our reporting|this(?: story| article)?)\b.{0,60}"
    r"\b(?:subscri|support|donat).{0,60}|"
    r"you have (?:read |used )?\d+ .{0,40}\barticles?\b.{0,20}\b(?:left|remaining|this month).{0,60}|"
    r"add .{2,60} (?:as|to) (?:a|your) preferred sources?\b.{0,40}|"
    r"this (?:audio|voice|narration|recording) (?:is|was) (?:auto-?|ai-?|computer-?|automatically )generated.{0,120}|"
    r"(?:follow|join) the .{2,40} channels? on (?:whatsapp|telegram|viber|youtube)\b.{0,60}|"
    r"(?:this|the) (?:content|video|post|map) is (?:provided|hosted) by .{0,160})\W*",
    re.IGNORECASE,
)
_COMMISSION = re.compile("|".join(COMMISSIONS), re.IGNORECASE)
_may_tell_commission = any_of(("commission", "compensation", "provision", "comisi", "comiss", "prowizj"))
_CLAUSE = re.compile(r"[^(（,،、:：;；)）]+")
_CREDIT_MARK = r"\s?(?:[:：/៖፦՝]|by\b|via\b|courtesy)"
_may_credit = any_of(
    ("/", "|", ":", "：", "៖", "፦", "՝", "by", "via", "courtesy", "fot. ", "Fot. ")
)  # one of which stands in every credit
_TAKEN_BY = re.compile(r"[\u4e00-\u9fff ]{2,20}[摄攝][)）]?\W*$")


def is_prompt(line: str) -> bool:
    """Whether a line asks something of its reader on the site's behalf, or says what the site earns by its links.

    >>> is_prompt("Sign up for our morning newsletter and never miss a story."), is_prompt("Laden Sie unsere App herunter!")
    (True, True)
    >>> is_prompt("If you buy through links on this page, we may earn a small commission.")
    True
    >>> is_prompt("The ministry will send a newsletter to everyone who signed up for alerts, it said.")
    False
    """
    if not SHORTEST_PROMPT <= len(line) <= PROMPT:
        return False
    return (shipped_wording().thing.are_within(folded(line)) and _asks(line)) or _earns(line)


def _asks(line: str) -> bool:
    """Whether a sentence of a line tells its reader to do something; what a line quotes tells its own reader."""
    wording = shipped_wording()
    if _QUOTED.match(line) and not line.rstrip().endswith(("!", "！")):
        return False
    for sentence in _SENTENCES.split(line):
        said = _POLITE.sub(" ", folded(sentence))
        if wording.ask.begin(said) or wording.request.end(said):
            return True
        clauses = _CLAUSES.split(sentence)
        if len(clauses) > 1 and any(wording.request.end(folded(each)) for each in clauses):
            return True
        if wording.lead_in.begin(said) and any(wording.ask.begin(folded(each)) for each in clauses[1:]):
            return True
    return False


def _earns(line: str) -> bool:
    wording, said = shipped_wording(), folded(line)
    if wording.affiliate.are_in(said):
        return wording.we.are_in(said) or wording.earns.are_in(said)
    if wording.link.are_in(said) and wording.earns.are_in(said):
        return wording.we.are_in(said)
    return bool(_may_tell_commission(line.lower()) and _COMMISSION.search(line)) and wording.we.are_in(said)


def is_control(line: str) -> bool:
    """Whether a line says nothing but what a control, a label or a notice of the site says.

    >>> is_control("Please enable JavaScript to go on."), is_control("Parliament may enable JavaScript courses, she said.")
    (True, False)
    >>> is_control("Betöltés…"), is_control("3 min read"), is_control("Teilen | Drucken"), is_control("Loading took a day.")
    (True, True, True, False)
    """
    wording = shipped_wording()
    if len(line) <= CONTROL:
        said = without_numbers(folded(line))
        if (
            said in wording.control.whole
            or only_says_what_pages_do(said)
            or (said != "  " and all(map(_is_one_control, _PARTS.split(line))))
        ):
            return True
    if len(line) > STANDS_FOR:
        return False
    return wording.stands_for.begin(folded(line)) or _NOTICE.fullmatch(line) is not None


def _is_one_control(part: str) -> bool:
    said = without_numbers(folded(part))
    return not said.strip() or said in shipped_wording().control.whole or _offers_to_share(said)


def _offers_to_share(said: str) -> bool:
    """Whether a folded text says no more than with which network the page is to be shared: "Partager sur Facebook"."""
    if len(said) > SHARING:
        return False
    rest = without_networks(said)
    return rest != said and rest in shipped_wording().share.whole


def leads_elsewhere(line: str) -> bool:
    """Whether a line begins as those do that send the reader to another page.

    >>> leads_elsewhere("Lesen Sie auch: Fregatten in Kiel"), leads_elsewhere("Frigates in Kiel")
    (True, False)
    """
    return shipped_wording().elsewhere.begin(without_numbers(folded(line)))


def names_another_page(line: str) -> bool:
    """Whether a line that is no link names another page all the same, behind a colon.

    >>> names_another_page("Διαβάστε επίσης: Δύο φρεγάτες"), names_another_page("They read Homer: a song")
    (True, False)
    """
    if len(line) > POINTER or not _POINTS.match(line):
        return False
    label = re.split("[:：|៖፦՝]", line, maxsplit=1)[0].strip()
    known = not shipped_wording().elsewhere.whole.isdisjoint({folded(label)}) or _is_one_control(label)
    return known and (" " in label or not label.isascii()) and any(map(str.isalpha, label))


def turns_the_page(line: str) -> bool:
    """Whether a line names the article before or behind this one, after a control and a colon.

    >>> turns_the_page("← Previous: Two frigates"), turns_the_page("Nordby: two frigates")
    (True, False)
    """
    label, colon, _ = line.partition(":")
    return bool(colon) and len(label) <= HEAD and _is_one_control(label) and any(map(str.isalpha, label))


def heads_other_articles(line: str) -> bool:
    """Whether a line says nothing but what boxes of other articles are headed with.

    >>> heads_other_articles("Auch interessant:"), heads_other_articles("More stories from the harbour of Nordby")
    (True, False)
    """
    if len(line) > HEAD:
        return False
    wording, said = shipped_wording(), folded(line)
    return said in wording.others.whole or said in wording.elsewhere.whole


def is_caption(line: str) -> bool:
    """Whether a line says by its own words that it stands under a picture: who stands where, or whose picture it is.

    >>> is_caption("Ministers Lind and Berg (from left) in Nordby."), is_caption("A frigate at sea. Photo: Ana Lind/AP")
    (True, True)
    >>> is_caption("Ministers in Kyiv (Ukrinform/Jo Berg)"), is_caption("Little is left to right the ship, she said.")
    (True, False)
    """
    if len(line) > CAPTION:
        return False
    if _says_where(line):
        return True
    end = line[-CREDIT:]
    if _may_credit(end) and _signed().search(end) is not None:
        return True
    return line.rstrip(" .。)）").endswith(("摄", "攝")) and _TAKEN_BY.search(line) is not None


@cache
def _signed() -> re.Pattern[str]:
    """How a caption ends that says whose picture it is.  Made when first asked for: most commands read no page."""
    credits = "|".join(map(re.escape, shipped_wording().credits))
    return re.compile(
        r"(?:^|[\s(（|.。\"”’)）」–—-])"
        rf"(?:(?i:{credits}){_CREDIT_MARK}.{{2,60}}|[Ff]ot\. [\w(].{{2,60}}"
        rf"|(?:{PICTURE_SIGNATURES})(?: ?(?:Photo|Images|Foto))? ?[/|] ?[\w .'’/-]{{2,40}})\W*$"
    )


def _says_where(line: str) -> bool:
    """Whether a clause of a line says who stands where.

    "(left)" is in brackets, "from left" a clause of its own or before a name; "left to right" begins one.
    """
    wording, said = shipped_wording(), folded(line)
    if not (
        wording.order.are_in(said)
        or wording.from_side.are_in(said)
        or (("(" in line or "（" in line) and wording.side.are_in(said))
    ):
        return False
    for found in _CLAUSE.finditer(line):
        clause = folded(found[0])
        before, after = line[: found.start()].rstrip()[-1:], line[found.end() : found.end() + 1]
        bracketed = before in ("(", "（")
        if wording.order.begin(clause):
            return True
        if bracketed and after in (")", "）") and (clause in wording.side.whole or _ends_with_side(clause)):
            return True
        if not before and after in _BEHIND_A_ROW and _ends_with_side(clause):  # "In the first row, from left:"
            return True
        if wording.from_side.begin(clause) and _stands_apart(
            found[0], bracketed or not before, after in tuple(":：,、،)）")
        ):
            return True
    return False


def _ends_with_side(clause: str) -> bool:
    """Whether a short folded clause says the how many-eth somebody is, or in which row: "druga od lewej", "前排左起"."""
    wording = shipped_wording()
    return clause.count(" ") <= COUNTED + 1 and (wording.from_side.end(clause) or wording.order.end(clause))


def _stands_apart(clause: str, opens: bool, closes: bool) -> bool:
    """Whether a clause that begins with "from left" is no part of a sentence.

    It opens a line or a bracket, and is followed by a mark, by a name, or by what no spaces set apart.
    """
    if closes and shipped_wording().from_side.whole.issuperset({folded(clause)}):
        return True
    return opens and (has_unspaced(clause) or any(each[:1].isupper() for each in clause.split()[1:4]))
