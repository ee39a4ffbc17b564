"""Which of the chosen blocks are not this article's after all.  Structure first, words last; each with its reason.

What it refuses to do: cut a paragraph for a word in it; cut so much that less than REST of the text is left.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING

from newscrawler.extraction.boilerplate import MAX_CREDIT, end_of_article
from newscrawler.extraction.dated_lines import only_dates
from newscrawler.extraction.line_kinds import is_control, leads_elsewhere, names_another_page, turns_the_page
from newscrawler.extraction.litter import (
    About,
    biographies,
    disclaimers,
    links_in_capitals,
    own_footer,
    prompts,
    tags_behind,
    withheld_rest,
    worded_captions,
    wordless,
)
from newscrawler.extraction.notices import is_notice
from newscrawler.extraction.other_articles import (
    MIN_TEXT_CHARACTERS,
    OPENING,
    REST,
    after_another_headline,
    ancestors,
    boxes_of_others,
    next_articles,
    teasers_behind,
)
from newscrawler.markup.blocks import first_words
from newscrawler.markup.containers import HEADINGS, KINDS, distances
from newscrawler.markup.page_regions import headline_at
from newscrawler.metadata.dates.labels import Role, role_of
from newscrawler.text import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.markup.blocks import Block, Node, Page

TEASER = 300  # characters
MOSTLY = 0.9  # of a block's characters
PARAGRAPH = 80  # characters of a text that nobody writes twice
_OF_TABLES = ("td", "th")  # whose cells say "Advertising" of what was earned by it
_OF_LISTS = ("li", *_OF_TABLES, "dt", "dd")
MIN_PARAGRAPHS, LENGTHS = 3, 1.2  # of a text that may say its lead twice; how much longer one of the two may be

_COMMENTS = re.compile(r"(?:^|[\s_-])(?:user-?)?comments?(?:$|[\s_-])|commentlist|comment-?(?:body|text|content|item|thread)"
                       r"|disqus|kommentare?\b|leserkommentar|comentarios?\b|commentaires?\b")  # fmt: skip
# what a container is called that asks something of the reader, or says who wrote
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:newsletters?|nl)(?:[\s_-]?(?:sign-?up|box|form|promo|subscribe|teaser|widget|cta|wrapper|container))?(?:$|\s)"
    r"|sign-?up-(?:box|form)|subscribe-(?:box|form|widget)|sharedaddy|jp-likes|(?:^|[\s_-])share-?(?:bar|buttons?|tools?|links?)\b"
    r"|social-?(?:share|sharing|bar|links|buttons?|media-links)\b|\bauthor-?(?:box|bio|card)\b|\babout-?(?:the-?)?author\b|\bbio-?box\b"
)
# what is called a box of facts
_FACTS = re.compile(
    r"(?:^|[\s_-])(?:fact|fakta?|fakten)s?[-_]?(?:box|boks|kasten|rut[ae]|kader|panel|laatikko|kast)(?:$|[\s_-])"
    r"|faktaruta|faktaboks|infokasten|faktenkasten|factbox|kadertekst|infokader|encadr[eé]|recuadro|despiece|saiba-?mais"
    r"|bilgi-?kutusu|kainalojuttu|tietolaatikko|taustakast"
    r"|(?:^|[\s_-])(?:scheda|ramka|vrezka|spravka|dovidka|keretes|ramecek|rámeček)(?:[_-]?(?:box|info|cikk))?(?:$|[\s_-])"
)
# what may be called so and be of the article: a table of what it is about, steps, prices
_BOX = re.compile(
    r"(?:^|[\s_-])(?:(?:background|hintergrund|achtergrond|bakgrunns?|baggrunds?|bakgrunds?|info)"
    r"[-_]?(?:box|boks|kasten|ruta|kast|blok|ramka|okvir)|kasten|kader|okvir|riquadro|caseta|quadro-info)(?:$|[\s_-])"
)
FACTS_CHARS = 2_500  # of such a box
TITLE = 80  # characters of the title of one
_CREDIT = re.compile(
    r"\bby-?line\b|\bauthors?\b|\bdate-?line\b|\b(?:pub(?:lish(?:ed)?|lication)?[-_]?)?date\b|\btime-?stamp\b"
)
AROUND = 2 * OPENING  # blocks at an end of a text, among which days may be those of a chronology
_LEAD = [name for name, _ in KINDS].index("lead")
ASIDE_CHARS = 700  # a container that holds more is not one
ASIDE_SHARE = 0.25  # nor one that holds more of the chosen text


def _holders(page: Page, chosen: list[int]) -> set[Node]:
    """All that hold one of these blocks, each looked at once."""
    found: set[Node] = set()
    for index in chosen:
        step: Node | None = page.blocks[index].node
        while step is not None and step not in found:
            found.add(step)
            step = step.parent
    return found


def before_headline(page: Page, chosen: list[int], about: About) -> dict[int, str]:
    """What stands above the headline, in another container than what stands below it: the top of a news page."""
    at = headline_at(page, about.title)
    if at is None:
        return {}
    blocks = page.blocks
    below = [index for index in chosen if index > at]
    if sum(blocks[index].chars for index in below) < MIN_TEXT_CHARACTERS:
        return {}
    homes = {blocks[index].node.parent for index in below}
    return {index: "above the headline" for index in chosen if index < at and blocks[index].node.parent not in homes}


def readers_comments(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """Blocks in a container of comments that does not hold the rest of the article too."""
    blocks, total = page.blocks, sum(page.blocks[index].chars for index in chosen)
    named = [node for node in _holders(page, chosen) if node.label and _COMMENTS.search(node.label)]
    if not named:
        return {}
    inside = Counter(node for index in chosen for node in ancestors(blocks[index].node))
    holding = {node for node in named if inside[node] < 0.9 * len(chosen)}
    found = {index: "a reader's comment" for index in chosen if not holding.isdisjoint(ancestors(blocks[index].node))}
    return found if sum(blocks[index].chars for index in found) < (1 - REST) * total else {}


def said_again(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """A container whose paragraphs, two at least, all come again in a fuller one: the introduction of a whole text.

    One paragraph alone may be said twice: a refrain, a question to everyone.
    """
    homes: defaultdict[Node, list[int]] = defaultdict(list)
    said: defaultdict[str, set[Node]] = defaultdict(set)
    for index in chosen:
        block = page.blocks[index]
        if block.chars >= PARAGRAPH and (home := block.node.parent) is not None:
            homes[home].append(index)
            said[block.text].add(home)
    found: dict[int, str] = {}
    for home, indexes in homes.items():
        others = set.intersection(*(said[page.blocks[index].text] for index in indexes)) - {home}
        if len(indexes) > 1 and any(other.good > home.good for other in others):
            found |= dict.fromkeys(indexes, "said again in a fuller text")
    return found


def lead_again(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """The lead said twice, as a lead and as the first paragraph: once, where the text goes on.

    What a text says a third time is no lead of it.
    """
    paragraphs = [page.blocks[index] for index in chosen if page.blocks[index].good]
    if len(paragraphs) < MIN_PARAGRAPHS:
        return {}
    lead = paragraphs[0]
    said, most = words(lead.text), LENGTHS * lead.chars
    places = [
        place
        for place, block in enumerate(paragraphs)
        if place and lead.chars <= LENGTHS * block.chars and block.chars <= most and words(block.text) == said
    ]
    if len(places) != 1 or places[0] >= OPENING:
        return {}
    return {lead.index: "the lead again"} if places[0] == 1 or _is_marked_lead(lead, paragraphs[places[0]]) else {}


def _is_marked_lead(lead: Block, again: Block) -> bool:
    """Whether the first of two blocks is set off as a lead; the refrain of a law is set like itself."""
    here, there = lead.node, again.node
    return (
        here.parent is not there.parent
        or here.tag != there.tag
        or (lead.bold >= MOSTLY * lead.chars and again.bold < MOSTLY * again.chars)
        or distances(here)[_LEAD] == 0 < distances(there)[_LEAD]
    )


def ways_elsewhere(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """Lines that send the reader to other pages, by what they say; an item of a list may be a link and be the article's."""
    found = {}
    for index in chosen:
        block = page.blocks[index]
        is_linked = block.links >= 0.45 * block.chars and block.chars < TEASER
        linked = is_linked and (leads_elsewhere(block.text) or turns_the_page(block.text))
        if linked or (block.node.tag not in _OF_LISTS and names_another_page(block.text)):
            found[index] = "a link to another page"
    return found


def controls(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """Lines that say nothing but what a control or a notice of the site says."""
    blocks = page.blocks
    found = {
        index: "a control of the page"
        for index in chosen
        if blocks[index].node.tag not in _OF_TABLES and is_control(blocks[index].text)
    }
    end = end_of_article([page.blocks[index].text for index in chosen])
    return dict.fromkeys(chosen[end:], "below the article's end") | found


def asides(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """Blocks of a small container that is called a newsletter's prompt, a bar to share with, or a box about the author."""
    most = ASIDE_SHARE * _size(page, chosen)
    verdicts: dict[Node, bool] = {}
    found = {}
    for index in chosen:
        for node in ancestors(page.blocks[index].node)[:4]:
            if node not in verdicts:
                verdicts[node] = node.chars <= most and (_is_aside(node) or _is_titled_box(page, node, index))
            if verdicts[node]:
                found[index] = "a box beside the article"
                break
    return found


def _is_aside(node: Node) -> bool:
    if not node.label:
        return False
    asks = node.chars <= ASIDE_CHARS and _ASIDE.search(node.label) is not None
    return asks or (node.chars <= FACTS_CHARS and _FACTS.search(node.label) is not None)


def credits_first(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """Bylines and dates, by their elements' names or their own words, before the first paragraph; dates at the end, too.

    Several days at one end, with no word of what they are of, are a chronology's.
    """
    blocks = page.blocks
    first = list(takewhile(lambda index: blocks[index].chars <= MAX_CREDIT, chosen[:OPENING]))
    found = {index for index in first if _is_called_credit(blocks[index])}
    last = [*takewhile(lambda index: not blocks[index].good and _is_dated(blocks[index]), reversed(chosen[-OPENING:]))]
    for end, around in ((first, chosen[:AROUND]), (last, chosen[-AROUND:])):
        dated = [index for index in around if index not in found and _is_dated(blocks[index])]
        if sum(role_of(blocks[index].text) is Role.UNSAID for index in dated) <= 1:
            found.update(set(dated) & set(end))
    return dict.fromkeys(found, "a byline or a date")


def _is_called_credit(block: Block) -> bool:
    return _CREDIT.search(block.node.label) is not None and not block.text.endswith((".", "!", "?", ":"))


def _is_dated(block: Block) -> bool:
    return block.chars <= MAX_CREDIT and block.node.tag not in _PARTS and only_dates(block.text)


def _is_titled_box(page: Page, node: Node, at: int) -> bool:
    """Whether an element is called a box, and has a title of its own over paragraphs; a table or a list has not.

    `at`: one of its blocks, which are a run.
    """
    if node.tag == "table" or node.chars > FACTS_CHARS or not node.label or not _BOX.search(node.label):
        return False
    first = at
    while first and node in ancestors(page.blocks[first - 1].node):
        first -= 1
    title = page.blocks[first]
    has_title = title.node.tag in HEADINGS or (title.chars <= TITLE and title.bold >= MOSTLY * title.chars)
    return has_title and 2 * node.good > node.chars


_PARTS = (*_OF_LISTS, *HEADINGS)


def own_headline(page: Page, chosen: list[int], about: About) -> dict[int, str]:
    """The headline again, as a heading or before everything else."""
    wanted = words(about.title or "")
    found = {}
    for place, index in enumerate(chosen):
        block = page.blocks[index]
        if not wanted or (place and block.node.tag not in HEADINGS) or block.chars > 400:
            continue
        said = first_words(block)
        # a kicker before it
        with_kicker = block.node.tag == "h1" and len(wanted) > 2 and said[-len(wanted) :] == wanted
        if said == wanted or with_kicker:
            found[index] = "the headline"
    return found


_RULES: tuple[Callable[[Page, list[int], About], dict[int, str]], ...] = (
    before_headline, readers_comments, next_articles, after_another_headline, boxes_of_others,
    teasers_behind, said_again, lead_again, ways_elsewhere,
    links_in_capitals, controls, wordless, prompts, asides, worded_captions, credits_first, own_headline, own_footer,
    biographies, tags_behind, withheld_rest, disclaimers,
)  # fmt: skip


_OF_ITS_SITE = (asides, own_footer, biographies, disclaimers)  # which say what is not the article's: its corrections are


def clean_blocks(page: Page, chosen: list[int], about: About) -> tuple[list[int], dict[int, str]]:
    """The chosen blocks that stay, and why the others go."""
    cut: dict[int, str] = {}
    kept = chosen
    for rule in _RULES:
        found = rule(page, kept, about)
        if found and rule in _OF_ITS_SITE:
            found = {index: why for index, why in found.items() if not is_notice(page.blocks[index])}
        rest = [index for index in kept if index not in found]
        least = 0 if rule is disclaimers else REST * _size(page, kept)  # some are longer than what they disclaim
        if found and rest and _size(page, rest) >= least:
            cut |= found
            kept = rest
    return kept, cut


def _size(page: Page, indexes: list[int]) -> int:
    return sum(page.blocks[index].chars for index in indexes)
