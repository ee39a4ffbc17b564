"""Strings in, strings out: cleaning, words, hashes.  No HTML here."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HASH_VERSION = "1"
MOST_BETWEEN = 4  # words that the * of a phrase stands for
_Text = TypeVar("_Text", str, str | None)
_Meaning = TypeVar("_Meaning")

# Scripts written without spaces between words: Han, kana, Thai, Lao, Khmer, Myanmar.  One character
# counts as one word there, for hashing, for terms and for search.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
_SPACED_WORD = re.compile(r"\w+")
_UNSPACED_CHARACTER = re.compile(rf"([{UNSPACED}])")
_BETWEEN = re.compile(rf"(?<=[{UNSPACED}])([\x02\x03]*) (?=[\x02\x03]*[{UNSPACED}])")
# what nobody sees and what parts a word for search: soft hyphen, zero-width space, word joiner, byte order mark.  Not the
# zero-width joiners (U+200C, U+200D), which Persian, Hindi and others spell with
INVISIBLE = "\xad\u200b\u2060\ufeff"
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
# control characters but tab and newline, NUL among them; lone surrogates; what nobody sees
_UNSTORABLE = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff{INVISIBLE}]")
_UNPARSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = bytes({*range(9), 11, 12, *range(14, 32)})
_BAD_REFERENCE = re.compile(
    rb"&#(?:[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|0*(?:[0-8]|1[124-9]|2\d|3[01]|55(?:29[6-9]|[3-9]\d{2})|5[67]\d{3}));"
)
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\s*\n\s*")
_CSV_FIELD = re.compile(r'"[^"]*(?:""[^"]*)*"|[^,"\r\n]+')
# a sentence ends with its punctuation; also where no space follows it
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+|(?<=[。！？｡])[」』”’）]*|\n+")
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@|＝＋－＠]")
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*")


def without_bad_references(markup: bytes) -> bytes:
    """Markup without references to control characters and surrogates, at which parsers stumble.

    >>> without_bad_references(b"a&#xD800;b&#55296;c&#2;d&#64;&#10;")
    b'abcd&#64;&#10;'
    """
    return _BAD_REFERENCE.sub(b"", markup)


def parsable(markup: str) -> str:
    """Text without characters that XML forbids: one of them, and extraction finds no text at all."""
    try:
        raw = markup.encode()
    except UnicodeEncodeError:  # lone surrogates
        return _UNPARSABLE.sub("", markup)
    # bytes are looked through ten times as fast as characters
    clean = len(raw.translate(None, _CONTROLS)) == len(raw) and "\ufffe" not in markup and "\uffff" not in markup
    return markup if clean else _UNPARSABLE.sub("", markup)


def clean(value: str, limit: int = 1_000_000) -> str:
    r"""Text as we store it: no control characters, lone surrogates or soft hyphens, single spaces, one newline a paragraph.

    >>> clean(" a\x00  b\r\n\n c\ud800 ")
    'a b\nc'
    """
    value = _UNSTORABLE.sub("", value[: 2 * limit].replace("\r\n", "\n").replace("\r", "\n"))
    return _BREAKS.sub("\n", _SPACES.sub(" ", value)).strip()[:limit]


def storable(value: _Text) -> _Text:
    r"""Text without what SQLite or a terminal stumbles over, its layout as it is; None stays None.

    >>> storable("a\x00\n b\ud800"), storable(None)
    ('a\n b', None)
    """
    return _UNSTORABLE.sub("", value) if value else value


def clean_line(value: str | None, limit: int = 1_000) -> str | None:
    r"""One line of text for a field, None where nothing is left.

    >>> clean_line(" Ministers\n meet ")
    'Ministers meet'
    """
    if not value:
        return None
    line = " ".join(value.split())
    if line.isprintable():  # as nearly all are
        return line[:limit].rstrip() or None
    return clean(line, limit) or None


def is_unspaced(word: str) -> bool:
    """Whether a word (of `words`) is a character of a script written without spaces.

    >>> is_unspaced("防"), is_unspaced("nato"), is_unspaced("")
    (True, False, False)
    """
    return word[:1] >= "\u0e00" and _UNSPACED_CHARACTER.match(word) is not None


def has_unspaced(value: str) -> bool:
    """Whether a text holds any character of such a script."""
    return _UNSPACED_CHARACTER.search(value) is not None


def words(value: str) -> list[str]:
    """The words of a text, NFKC and lower case; one character a word where no spaces are written.

    >>> words("Île-de-France: 防衛省, F-16s")
    ['île', 'de', 'france', '防', '衛', '省', 'f', '16s']
    """
    if value.isascii():
        return _SPACED_WORD.findall(value.lower())
    value = unicodedata.normalize("NFKC", value).lower()
    return (_WORD if has_unspaced(value) else _SPACED_WORD).findall(value)  # the simpler one is faster


def sentences(value: str) -> list[str]:
    """Sentences of a text, by their punctuation; also where no space follows it.

    >>> sentences("It sails. Why? 船が出た。港は空だ。")
    ['It sails.', 'Why?', '船が出た。', '港は空だ。']
    """
    return [part for each in _SENTENCE.split(value) if (part := each.strip())]


@dataclass(frozen=True, slots=True)
class PhraseIndex(Generic[_Meaning]):
    """Phrases to be found among `words`, with what each means; a look-up a word, however many phrases there are.

    `by_first`: first word -> (pieces between the phrase's stars, meaning), longest first.
    """

    by_first: Mapping[str, Sequence[tuple[tuple[tuple[str, ...], ...], _Meaning]]]

    @classmethod
    def of(cls, phrases: Mapping[str, _Meaning]) -> PhraseIndex[_Meaning]:
        """An index of phrases; a * in one stands for up to four words."""
        by_first = defaultdict(list)
        for phrase, meaning in phrases.items():
            pieces = tuple(piece for each in phrase.split("*") if (piece := tuple(words(each))))
            if pieces:
                by_first[pieces[0][0]].append((pieces, meaning))
        for known in by_first.values():
            known.sort(key=lambda each: -sum(map(len, each[0])))
        return cls(dict(by_first))

    def find(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, _Meaning]]:
        """(first word, the word behind its last, meaning) of each phrase, in order; none begins within another.

        >>> list(PhraseIndex.of({"not found": 1, "was * not found": 2}).find(words("It was here, not found. Not found.")))
        [(1, 5, 2), (5, 7, 1)]
        """
        free = 0
        for at, token in enumerate(tokens):
            if at < free:
                continue
            for pieces, meaning in self.by_first.get(token, ()):
                if end := _end_of(pieces, tokens, at):
                    yield at, end, meaning
                    free = end
                    break


def _end_of(pieces: Sequence[tuple[str, ...]], tokens: Sequence[str], at: int) -> int | None:
    """The word behind a phrase that begins at a word; None where another one does."""
    end = at
    for number, piece in enumerate(pieces):
        starts = range(end, end + (MOST_BETWEEN if number else 0) + 1)
        start = next((start for start in starts if tuple(tokens[start : start + len(piece)]) == piece), None)
        if start is None:
            return None
        end = start + len(piece)
    return end


def shingles(tokens: Sequence[str]) -> list[tuple[str, ...]]:
    """The runs of three words, in order; fewer words are one run, none are none.

    Stored copies are found by the hashes of such runs (dedup.fingerprints), which are taken from the bytes for speed.

    >>> shingles(["four", "frigates", "left", "port"]), shingles(["ahoy"]), shingles([])
    ([('four', 'frigates', 'left'), ('frigates', 'left', 'port')], [('ahoy',)], [])
    """
    return list(zip(tokens, tokens[1:], tokens[2:], strict=False)) or ([tuple(tokens)] if tokens else [])


def content_hash(value: str) -> str:
    """Stable name of a text's words: version, dash, 32 hexadecimal digits.

    Letter case, punctuation and layout do not count.  The same on every machine and Python version; when
    the rule changes, so does HASH_VERSION.

    >>> content_hash("Ministers  meet.") == content_hash("ministers meet")
    True
    """
    joined = " ".join(words(value)).encode("utf-8", "replace")
    return f"{HASH_VERSION}-{hashlib.blake2b(joined, digest_size=16).hexdigest()}"


def joined(value: str) -> str:
    """Undo `segmented` for reading: no spaces between characters of an unspaced script.

    >>> joined("NATO 事 務 総 長")
    'NATO 事務総長'
    """
    return _BETWEEN.sub(r"\1", value)


def segmented(value: str) -> str | None:
    """The text with spaces around each character of an unspaced script; None where there is none.

    SQLite's tokenizer takes a run of Han characters for one word, so search keeps this beside the text.

    >>> segmented("NATO事務総長")
    'NATO 事 務 総 長'
    """
    if not _UNSPACED_CHARACTER.search(value):
        return None
    return " ".join(_UNSPACED_CHARACTER.sub(r" \1 ", value).split())


def defused(cell: str) -> str:
    r"""A cell of a CSV file that no spreadsheet takes for a formula (OWASP, CSV injection); numbers stay numbers.

    >>> defused('=HYPERLINK("x")'), defused("-5 degrees"), defused("-4.5"), defused("plain")
    ('\'=HYPERLINK("x")', "'-5 degrees", '-4.5', 'plain')
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def defused_csv(records: str) -> str:
    r"""Whole records of a CSV file, each cell defused.

    >>> defused_csv('a,"=1+1",-2,@x\\n')
    'a,"\'=1+1",-2,\'@x\\n'
    """
    return _CSV_FIELD.sub(lambda field: _defused_field(field[0]), records)


def _defused_field(field: str) -> str:
    return f'"{defused(field[1:-1])}"' if field[:1] == '"' else defused(field)
