"""Lines at the end of an article that sign it: behind its last paragraph, in its container or a small box beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawler.markup.page_regions import box_of, stands_in_post
from newscrawler.metadata.authors.biographies import TOLD
from newscrawler.metadata.authors.bylines import label_of, says_by, split_names
from newscrawler.metadata.authors.credit_words import Kind
from newscrawler.metadata.authors.jobs import has_job_behind, without_place
from newscrawler.metadata.authors.persons import NAME, is_person
from newscrawler.metadata.authors.signatures import signature_of

if TYPE_CHECKING:
    from newscrawler.markup.blocks import Block, Node, Page

PROSE = 80  # characters of a paragraph
LONE, FAR = 60, 90  # characters of a line that signs, and of one that says so with a colon
SIGN_DEPTH = 3  # elements between a signature in a box of its own and what holds the text
SIGNED, LABELLED_BEHIND = 2, 8  # blocks behind the last paragraph that may be signatures, and those with a label and a colon
LONGEST = 160  # characters of a line that lists who reported
LABEL = 20  # characters of a label that is alone in a block
CARD, LINKED = 300, 12  # characters of a box that may be a card, and of the links in it


def last_paragraph(page: Page, at: int) -> Block | None:
    """The last paragraph of the container that holds most of the text below the headline."""
    prose = [block for block in page.blocks[at + 1 :] if block.good >= PROSE and block.node.parent is not None]
    if not prose:
        return None
    home = max((block.node.parent for block in prose), key=lambda each: each.good if each else 0)
    return next(block for block in reversed(prose) if block.node.parent is home)


def signed_lines(page: Page, last: Block | None, around: set[Node]) -> list[str]:
    """Lines behind the article's last paragraph that sign it: "Text: Ana Lind", "By" and a name."""
    if last is None:
        return []
    home = last.node.parent
    found = []
    begin = last.index + (_REPORTED.match(last.text) is None)  # that line is as long as a paragraph
    for block in page.blocks[begin : last.index + 1 + LABELLED_BEHIND]:
        if block.node.tag in ("h1", "h2", "h3"):
            break  # another article
        if stands_in_post(block.node, around):
            continue
        line = _with_label_of_author(page, block)
        is_near = block.index <= last.index + SIGNED
        signs = is_near and block.chars <= LONE and _signs(line)
        names = _named_without_label(line) if is_near and not signs and len(line) <= LONGEST else ()
        if (
            (signs or names or (len(line) <= FAR and _STATED.match(line) and says_by(line)))
            and not block.node.tag.startswith("h")
            and (block.node.parent is home or _is_beside(block, home, around))
        ):
            found.append(f"{TOLD}{', '.join(names)}" if names else line)
    return found


def _named_without_label(line: str) -> tuple[str, ...]:
    """Who signs an article by a line that needs to stand at its end to say so.

    >>> _named_without_label("（社会部　山田太郎）"), _named_without_label("uknow@gazette.example 홍길동 기자")
    (('山田太郎',), ('홍길동',))
    >>> _named_without_label("(Reporting by Ana Lind in Kelling and Bo Ek; Editing by Cy Day)")
    ('Ana Lind', 'Bo Ek')
    >>> _named_without_label("— Ana Lind, Associated Press"), _named_without_label("- Ana Lind said so")
    (('Ana Lind',), ())
    >>> _named_without_label("（おわり）"), _named_without_label("（関連記事）")
    ((), ())
    """
    if found := _REPORTED.match(line):
        names = split_names(line[found.end() :].partition("; Additional")[0].rstrip(" )."))
        return tuple(name for each in names if is_person(name := without_place(each)))
    if found := _DASHED.fullmatch(line):
        return (found["who"],) if is_person(found["who"]) else ()
    if line.isascii():
        return ()
    if found := _JAPANESE.fullmatch(line):
        names = tuple(re.split("[\u3001\u30fb,\uff0c]", found["who"]))
        return names if all(map(is_person, names)) and (len(names) > 1 or len(names[0]) > LEAST) else ()
    plain = _ADDRESS.sub("", _ADDRESS_BEFORE.sub("", line)).strip(_AROUND)
    return tuple(filter(is_person, split_names(plain))) if len(plain) <= LONE and has_job_behind(plain) else ()


_REPORTED = re.compile(r"\(?(?:Reporting|Writing|Reporting and writing) by ")
_DASHED = re.compile(rf"[\u2014\u2013-]{{1,2}}\s?(?P<who>{NAME.pattern})(?:,\s[A-Z][\w ]{{2,30}})?")
_HAN_NAME = "[\u4e00-\u9fff\u3005]{1,3}[ \u3000]?[\u3040-\u30ff\u4e00-\u9fff\u3005]{1,4}"
_JAPANESE = re.compile(
    rf"[(（〔【\[［](?:[\u4e00-\u9fff]{{1,6}}[部局班]\s)?(?P<who>{_HAN_NAME}(?:[\u3001\u30fb,，]{_HAN_NAME}){{0,4}})[)）〕】\]］]"
)
LEAST = 3  # characters of a Japanese name that stands alone, at most, which may be a word as well
_AROUND = " /[]【】()（）\u3000"
_ADDRESS_BEFORE = re.compile(r"^[\w.+-]+@[\w.-]+\s+")


_STATED = re.compile(r"[^\W\d_]{2,20}:\s\w")  # "Text: Ana Lind", of which a line may stand farther away


def _with_label_of_author(page: Page, block: Block) -> str:
    before = page.blocks[block.index - 1].text
    return f"{before} {block.text}" if len(before) <= LABEL and label_of(before) is Kind.AUTHOR else block.text


def _is_beside(block: Block, home: Node | None, around: set[Node]) -> bool:
    """Whether a line stands in a small box of its own beside the text, which is no other article's."""
    if home is None or home.parent is None or in_card(block, around) or box_of(block.node, around):
        return False
    step = block.node.parent
    for _ in range(SIGN_DEPTH):
        if step is None or step is home or step is home.parent:
            break
        if step.tag in OF_ITS_OWN or step.blocks > SIGNED:
            return False
        step = step.parent
    return step is home or step is home.parent


OF_ITS_OWN = frozenset({"article", "li"})


def _signs(line: str) -> bool:
    """Whether a line signs an article by what it begins with, or as such a sentence."""
    return says_by(line) or signature_of(line) is not None


_ADDRESS = re.compile(r"\s*[(\[]?[\w.+-]+@[\w.-]+[)\]]?$")


def in_card(block: Block, around: set[Node]) -> bool:
    """Whether a line shares a small box with a link: another article's card."""
    step: Node | None = block.node.parent
    while step is not None and step not in around and step.chars <= CARD:
        if step.links >= LINKED:
            return True
        step = step.parent
    return False
