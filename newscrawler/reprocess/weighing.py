"""What other weights would do to an archive: two lexicons in, the decisions that differ out.  Writes nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newscrawler.relevance import judge
from newscrawler.relevance.language import language_of
from newscrawler.storage.articles import texts_to_judge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlite_utils import Database

    from newscrawler.relevance import Lexicon

CHUNK = 200
Change = tuple[str, str]  # decision with the old weights, with the new ones


def changed_decisions(
    db: Database,
    lexicons: tuple[Lexicon, Lexicon],
    terms: Collection[tuple[str, str]],
    progress: Callable[[int], object] = lambda number: None,
) -> Counter[Change]:
    """How many articles of an archive get which other decision.

    `lexicons`: with the old weights and with the new ones; `terms`: (language, term) whose weight differs.
    """
    old, new = lexicons
    found: Counter[Change] = Counter()
    last = 0
    while stored := texts_to_judge.judged_articles(db, after=last, limit=CHUNK):
        for each in stored:
            language = each.language if each.language_origin else language_of(each.text, each.language)[0]
            parts = each.title, each.lead, each.text
            before = judge(*parts, old, language)
            if not any((match.language, match.term) in terms for match in before.matches):
                continue
            after = judge(*parts, new, language)
            if after.decision != before.decision:
                found[before.decision, after.decision] += 1
        last = stored[-1].id
        progress(len(stored))
    return found
