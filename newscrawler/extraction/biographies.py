"""Paragraphs at the end of an article that tell of its author: below "About the author", by her name, or as "the author"."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from newscrawler.extraction.notices import is_notice
from newscrawler.markup.blocks import HEADINGS
from newscrawler.metadata.authors.credit_words import shipped_credit_words
from newscrawler.text import words
from newscrawler.text.any_of import any_of

if TYPE_CHECKING:
    from newscrawler.markup.blocks import Block, Page

LONGEST = 450  # characters at most
ENDS = 3  # blocks at the end of a text among which one stands
SHORTEST_NAME = 5  # characters; a shorter one begins other words, too
JOB = 160  # characters behind a name within which it says what somebody is
_ROLE = (
    r"(?:correspondent|reporter|editor|writer|journalist|fellow|professor|analyst|author|director|columnist|researcher|lecturer"
    r"|freelance\w*|producer|contributor|historian|scholar|consultant|redakteur\w*|korrespondent\w*|autor\w*|journaliste?"
    r"|professeur|chercheu\w+|periodista|escritor\w*|profesor\w*|jornalista|professor\w*|giornalista|docente|redacteur|hoogleraar"
    r"|dziennikar\w+|redaktor\w*|skribent|forsker|forskare|toimittaja|novinář\w*|журналист\w*|корреспондент\w*|автор\w*"
    r"|журналіст\w*|yazar\w*|muhabir\w*)"
)
_IS = (
    r"(?:is|was|has been|covers|writes|reports|leads|teaches|joined|works|ist|schreibt|berichtet|arbeitet|est|couvre|écrit"
    r"|es|é|è|scrive|jest|pisze|är|skriver|er|on|je|is een|schrijft|работает|пишет|працює)"
)
_NAME = r"(?:[^\W\d_a-zа-я][\w.'’-]+ ){1,4}"
_WHO = re.compile(rf"\W*{_NAME}(?i:{_IS})\b.{{0,120}}\b(?i:{_ROLE})\b", re.DOTALL)
_IS_AFTER = re.compile(rf",? (?:{_IS}|,.{{0,60}},? {_IS})\b")
# what stands before a job without a verb: "Ana Lind — correspondent", "山田太郎：教授"
_MARK_AFTER = re.compile(r"\s?[—–,，、(（:：]")
_COLONS, ANSWER = ":：", 40  # what stands before somebody's words, too, which are seldom so few characters
_TITLED = re.compile(r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame)\.?\s+){1,3}")
# how a sentence begins that tells of "the author"; it goes on with what she is
_THE_AUTHOR = (
    (
        r"(?:the|this|our) (?:author|writer|columnist|essayist)s?(?: of this (?:article|piece|essay))? (?:is|are)"
        r"(?= (?:an?|the|currently|now|also|both|professors?|associate|assistant|chief|editors?|directors?|lecturers?"
        r"|former(?:ly)?|members?|historians?)\b)"
    ),
    r"(?:der|die|unsere?) (?:gast)?(?:autor|verfasser)(?:in(?:nen)?|en)? (?:ist|sind|lehrt|arbeitet|leitet|forscht)",
    r"l['’](?:auteur|auteure|autrice) (?:est|enseigne|dirige|travaille)", r"les (?:auteurs|auteures|autrices) sont",
    r"(?:el|la) autora? (?:es|fue|enseña|dirige|trabaja)", r"(?:los autores|las autoras) son",
    r"l['’](?:autore|autrice) (?:è|insegna|dirige|lavora)", r"(?:gli autori|le autrici) sono",
    r"(?:o autor|a autora) (?:é|foi|leciona|trabalha)", r"os autores são",
    r"de (?:auteur|schrijver|schrijfster) (?:is|doceert|werkt)", r"de auteurs zijn",
    r"(?:autor|autorka|autorzy|autorki) (?:jest|są|pracuje|kieruje|wykłada|je|jsou|sú|působí|pôsobí)",
    r"(?:autor|autorica|avtor|avtorica|autori) (?:je|su|so|este|sunt|on)", r"(?:аутор|ауторка) је",
    r"автор(?:ка|ы|и|ът|ката)?(?: (?:статьи|статті|материала|колонки))? (?:является|работает|є|працює|е|са)",
    r"(?:artikel|kronik)?författar(?:en|na) (?:är|arbetar|undervisar)", r"skribenten (?:är|er)",
    r"(?:artikel|kronikk?)?forfatter(?:en|ne) (?:er|arbejder|arbeider|underviser)",
    r"kirjoittaja(?:t)? (?:on|ovat|työskentelee)", r"(?:autorul|autoarea|autorii) (?:este|sunt|e|predă)",
    r"[οη] (?:συγγραφέας|αρθρογράφος) (?:είναι|διδάσκει|εργάζεται)", r"penulis (?:adalah|merupakan)", r"tác giả (?:là|hiện)",
    r"höfundur (?:er|starfar)", r"autors ir", r"autorius yra",
)  # fmt: skip
# the same in languages that need no verb, or have it at the end: what she is has to follow soon
_AUTHOR_ALONE = (
    r"автор(?:ка|ы|и)?(?: (?:статьи|статті|материала|колонки))?\s?[—–-]", r"a szerzők? ", r"(?:makalenin )?yazarı?,? ",
    r"(?:الكاتبة?|كاتبة? (?:هذا )?المقال|المؤلفة?) ", r"ה(?:כותבת?|מחברת?) ", r"نویسنده(?: مقاله)? ", r"लेखक ",
    r"(?:この記事の)?(?:筆者|著者)(?:は|、|：|:)", r"(?:本文)?作者(?:为|為|系|是|係|：|:)",
    r"(?:필자|글쓴이|저자)(?:는|은) ",
)  # fmt: skip
SOON = 60  # characters
_OF_AUTHOR = re.compile(rf"(?:{'|'.join(_THE_AUTHOR)})(?!\w)|(?P<alone>{'|'.join(_AUTHOR_ALONE)})", re.IGNORECASE)
_BEFORE = "*–—-•[（(_ \xa0"  # marks that set such a paragraph off
# what else somebody is who writes now and then, and jobs of those that no credit names
_ALSO = any_of((
    "ambassador", "diplomat", "officer", "captain", "colonel", "general", "admiral", "minister", "lawyer", "economist",
    "novelist", "botschafter", "offizier", "ambassadeur", "embajador", "ambasador", "посол", "大使", "学者", "學者", "교수",
    "연구원", "professzor", "kutató",
))  # fmt: skip


def biographies(page: Page, chosen: list[int], authors: tuple[str, ...]) -> set[int]:
    """Who wrote it and what else they do, in the last blocks; and all that follows "About the author" there."""
    blocks = page.blocks
    for place in range(max(len(chosen) - 2 * ENDS, 1), len(chosen)):
        if shipped_credit_words().heads_biography(blocks[chosen[place]].text):
            return set(chosen[place:])
    found: set[int] = set()
    for before, index in reversed(list(pairwise(chosen[max(len(chosen) - ENDS - 1, 0) :]))):
        if blocks[before].node.tag in HEADINGS:  # "Who we are" is a section of the article's own
            continue
        is_last = all(each in found or is_notice(blocks[each]) for each in chosen[chosen.index(index) + 1 :])
        if _is_biography(blocks[index], authors) or (is_last and tells_of_author(blocks[index].text, authors)):
            found.add(index)
    return found


def _is_biography(block: Block, authors: tuple[str, ...]) -> bool:
    if block.chars > LONGEST:
        return False
    text = _TITLED.sub("", block.text.lstrip(_BEFORE), count=1)
    if any(len(name) > SHORTEST_NAME and text.startswith(name) and _IS_AFTER.match(text[len(name) :]) for name in authors):
        return True
    return block.italic >= 0.6 * block.chars and _WHO.match(block.text) is not None


def tells_of_author(line: str, authors: tuple[str, ...]) -> bool:
    """Whether the last paragraph of an article says what its author is, whom it names or calls the author.

    >>> tells_of_author("The author is a professor of history in Nordby.", ())
    True
    >>> tells_of_author("Ana Lind, a reporter from Nordby, covers the sea.", ("Ana Lind",))
    True
    >>> tells_of_author("The author is suing the director.", ()), tells_of_author("The author is a friend of ours.", ())
    (False, False)
    """
    if len(line) > LONGEST:
        return False
    text = line.lstrip(_BEFORE)
    if (found := _OF_AUTHOR.match(text)) is not None:
        return _says_job(text[found.end() :][: SOON if found["alone"] else JOB])
    text = _TITLED.sub("", text, count=1)
    for name in authors:
        if text.startswith(name) and (len(name) > SHORTEST_NAME or not name.isascii()):
            rest = text[len(name) :]
            mark = _MARK_AFTER.match(rest)
            answers = mark is not None and mark[0][-1] in _COLONS and (len(rest) > ANSWER or rest.endswith(("?", "？")))
            return mark is not None and not answers and _says_job(rest[:JOB])
    return False


def _says_job(text: str) -> bool:
    """Whether a text says of somebody what they do, in its first sentence."""
    said = _SENTENCE_END.split(f"{text} ", maxsplit=1)[0].casefold()
    role = shipped_credit_words().role
    return any(map(role.has, words(said))) or role.within(said) or _ALSO(said) is not None


_SENTENCE_END = re.compile(r"[.!?。][\s」)）]")
