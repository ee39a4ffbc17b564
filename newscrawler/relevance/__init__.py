r"""An article's words in, a verdict with its reasons out.

title, lead, text --split--> words --lexicon.index--> terms at their places --score--> defence, diplomacy, relevance
                                  \--names.found--> countries, organisations, weapons ...

A term counts more in the title and the lead, and each repetition less than the one before.  Weight 0 makes a term
count for nothing and covers the shorter ones within it: a price war is no war.  The score is that of a small model
over the sums (`score`), so that every verdict is explained by its terms: no term, no relevance.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from newscrawler.items import TermMatch, TopicScore, Verdict
from newscrawler.relevance.acts import acts, sentence_starts
from newscrawler.relevance.gazetteer import STATES, Names, mentions
from newscrawler.relevance.lexicon import Lexicon, Term, Topic, extend, parse_lexicon, shipped_lexicon
from newscrawler.relevance.score import MOST, TYPICAL_WORDS, Evidence, features, stretches
from newscrawler.relevance.scripts import BEGINNING, unread_script
from newscrawler.relevance.senses import FIRM_WEIGHT
from newscrawler.relevance.splitting import Words, split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawler.relevance.gazetteer import Actor
    from newscrawler.relevance.phrase_matcher import Hit, Walk

__all__ = ["Lexicon", "Term", "Topic", "evidence", "extend", "judge", "parse_lexicon", "shipped_lexicon"]

KEEP, REVIEW, DROP = "keep", "review", "drop"
MAX_CHARACTERS = 100_000  # of a text; what comes later says nothing new
OPENING_WORDS = 60  # words of a text that stand for a lead where there is none
TITLE, LEAD, BODY = 3.0, 1.5, 1.0  # what a term counts in a topic's score
WEAK_WEIGHT = 1.0  # terms of this weight count only beside heavier ones, those under it only beside an act between states
MANY_WEAK, WEAK_IN_TITLE = 4, 1  # different weak terms that are evidence by themselves, and those of them in the title
MAX_REPEATED = 4  # places of a term in a part that count: one word said a hundred times is no article
WORTH = [math.sqrt(count) for count in range(MAX_REPEATED + 1)]  # of so many: each counts less than the one before
HALF_EVIDENCE = 9.0  # evidence at which a topic's score is .5
LEAST_STATES, LEAST_SPOKEN = 2, 2  # countries in title and opening, and different terms, to which another subject yields
MAX_SHOWN_TERMS = 5  # terms named in a reason
MAX_PLACES = 20  # of a term, kept for each part
OPENING_CHARACTERS = 1_000  # that hold the opening's words

_ORDER = itemgetter(0, 1)

Places = dict[Term, tuple[list[int], list[int], list[int]]]


@dataclass(frozen=True, slots=True)
class _Part:
    """Title, lead or body with the hits of terms and of names in it."""

    text: str
    words: Words
    terms: list[Hit]
    names: list[Hit]


def _parts(title: str | None, lead: str | None, text: str, walk: Walk) -> list[_Part]:
    texts = ((title or "")[:2_000], (lead or "")[:5_000], text[:MAX_CHARACTERS])
    split_texts = [(each, split(each)) for each in texts]
    return [_Part(each, words, *walk.hits(words)) for each, words in split_texts]


def _places(hits: Sequence[Sequence[Hit]]) -> Places:
    """Every term with the numbers of the words where it stands, in title, lead and body."""
    found: Places = {}
    for part, each in enumerate(hits):
        for at, offset, entry in each:
            where = found.get(entry.value)
            if where is None:
                where = found[entry.value] = ([], [], [])
            where[part].append(at + offset)
    return found


def _in_our_sense(lexicon: Lexicon, places: Places) -> Places:
    """The terms with their places; those that mean something else in this text weigh nothing."""
    elsewhere = lexicon.senses.elsewhere(places, lexicon.others)
    if not elsewhere:
        return places
    return {(replace(term, weight=0.0) if term in elsewhere else term): where for term, where in places.items()}


def _yielding(lexicon: Lexicon, places: Places, countries: int) -> Places:
    """The terms with their places; of a subject that yields to one which the text speaks of, they weigh nothing.

    Governments' tariffs move prices and shares, too: an article on these names two states, and no market in its title.
    """
    if countries < LEAST_STATES:
        return places
    spoken = Counter(term.topic for term in places if term.weight > WEAK_WEIGHT)
    titles = {term.topic for term, (title, _, _) in places.items() if title and term.weight}
    silent = {
        key
        for key in lexicon.others
        if (to := lexicon.topics[key].yields) and key not in titles and spoken[to] >= LEAST_SPOKEN
    }
    if not silent:
        return places
    return {(replace(term, weight=0.0) if term.topic in silent else term): where for term, where in places.items()}


def _weigh(lexicon: Lexicon, places: Places, parts: Sequence[Words], acted: tuple[int, int], *, spoken: bool) -> Evidence:
    """The sums; `spoken`: whether the title names who speaks for a state beside another one, which is as good as an act."""
    evidence = Evidence(words=[len(each.raw) for each in parts], acts=acted, strong=spoken or _strong(lexicon, places))
    no_lead, no_title = not parts[1].raw, not parts[0].raw
    least = 0.0 if spoken or any(acted) else WEAK_WEIGHT
    length = max(1, len(parts[2].raw))
    cut = stretches(length)
    for term, (title, lead, body) in places.items():
        topic, weight = lexicon.topics.get(term.topic or ""), term.weight
        # a name (of a weight under 1) is evidence beside an act between states, one of ours in the company of firmer ones
        if topic is None or not weight or not (topic.elsewhere or (evidence.strong and weight >= least)):
            continue
        opening = [at for at in body if at < OPENING_WORDS] if no_lead and body and body[0] < OPENING_WORDS else lead
        sums = (
            weight * _worth(title) if title else 0.0,
            weight * _worth(opening) if opening else 0.0,
            weight * _worth(body) if body else 0.0,
        )
        if topic.elsewhere:
            _add(evidence.elsewhere, sums, 1.0)
            evidence.kinds[term.topic or ""] = evidence.kinds.get(term.topic or "", 0.0) + sum(sums)
            continue
        evidence.terms += 1
        evidence.defence_terms += topic.defence >= MOST
        evidence.diplomacy_terms += topic.diplomacy >= MOST
        evidence.titled |= bool(title or (opening and no_title))
        if weight >= FIRM_WEIGHT:
            evidence.firm_terms += 1
            evidence.firm.update([min(cut - 1, at * cut // length) for at in body])  # a run of characters counts as one word
        _add(evidence.defence, sums, topic.defence)
        _add(evidence.diplomacy, sums, topic.diplomacy)
    if no_lead and parts[2].raw:
        evidence.words[1] = min(OPENING_WORDS, len(parts[2].raw))
    return evidence


def _worth(places: list[int]) -> float:
    """What a term counts that stands at some places of a part: each less than the one before, few of them at all."""
    return WORTH[len(places)] if len(places) < MAX_REPEATED else WORTH[MAX_REPEATED]


def _add(into: list[float], sums: tuple[float, float, float], share: float) -> None:
    if share:
        into[0] += share * sums[0]
        into[1] += share * sums[1]
        into[2] += share * sums[2]


def _strong(lexicon: Lexicon, places: Places) -> bool:
    """Whether a term speaks for us by itself; a weak one ("defence", "battle") counts in the company of such only.

    Or in that of many other weak ones, one of them in the title: they are about one thing.
    """
    others, weak, in_title = lexicon.others, 0, 0
    for term, (title, _, _) in places.items():
        if term.weight < WEAK_WEIGHT or term.topic is None or term.topic in others:
            continue
        if term.weight > WEAK_WEIGHT:
            return True
        weak += 1
        in_title += bool(title)
    return weak >= MANY_WEAK and in_title >= WEAK_IN_TITLE


def _topic_scores(topics: Mapping[str, Topic], places: Places) -> tuple[TopicScore, ...]:
    by_topic: dict[str, dict[str, float]] = {}
    for term, (title, lead, body) in places.items():
        key = term.topic
        if not term.weight or key is None or topics[key].elsewhere:
            continue
        value = BODY * _worth(body) if body else 0.0
        if title or lead:
            value += TITLE * _worth(title) + LEAD * _worth(lead)
        value *= term.weight
        terms = by_topic.setdefault(key, {})
        terms[term.text] = max(value, terms.get(term.text, 0.0))
    scores = []
    for key, terms in by_topic.items():
        weight, topic = sum(terms.values()), topics[key]
        ranked = tuple([text for _, text in sorted([(-value, text) for text, value in terms.items()])])
        scores.append(TopicScore(topic.id, topic.label, round(weight / (weight + HALF_EVIDENCE), 3), ranked, topic.scheme))
    return tuple(sorted(scores, key=lambda each: (-each.score, each.topic_id)))


def _matches(lexicon: Lexicon, places: Places) -> tuple[TermMatch, ...]:
    """The matched terms, weightiest first."""
    made = []
    for term, (title, lead, body) in places.items():
        topic = lexicon.topics.get(term.topic or "")
        shown = tuple(title[:MAX_PLACES]), tuple(lead[:MAX_PLACES]), tuple(body[:MAX_PLACES])
        match = TermMatch(term.text, term.language, topic.id if topic else None, term.weight, *shown)
        made.append((-term.weight * (4 * len(shown[0]) + len(shown[1]) + len(shown[2])), term.text, match))
    made.sort(key=_ORDER)
    return tuple([each[2] for each in made])


def _with_opening(parts: Sequence[_Part]) -> Sequence[Sequence[Hit]]:
    """The names in title, lead and body; where there is no lead, the body's opening stands for it."""
    title, lead, body = (part.names for part in parts)
    if parts[1].words.raw:
        return title, lead, body
    return title, [hit for hit in body if hit[0] < OPENING_WORDS], [hit for hit in body if hit[0] >= OPENING_WORDS]


def _acts(part: _Part, walk: Walk, actors: Sequence[Actor]) -> list[Hit]:
    """The acts in a part's opening; `actors`: the states named there."""
    if len({code for _, _, code in actors}) < 2:
        return []
    hits = walk.hits(Words(part.words.raw[:OPENING_WORDS], part.words.shouted))[0]
    if not hits:
        return []
    done = set(acts((at for at, _, _ in hits), actors, sentence_starts(part.text[:OPENING_CHARACTERS])))
    return [each for each in hits if each[0] in done]


def _is_spoken(title: _Part, lexicon: Lexicon, places: Places) -> bool:
    """Whether who speaks for a state stands in a title, and among the terms."""
    if not any(value[0] == "leader" for _, _, entry in title.names for value in entry.value if isinstance(value, tuple)):
        return False
    return any(
        at and 0 < term.weight < WEAK_WEIGHT and term.topic and term.topic not in lexicon.others
        for term, (at, _, _) in places.items()
    )


def _covered(part: _Part) -> set[int]:
    """The words for which a term speaks, or silences."""
    return {at + step for at, _, entry in part.terms for step in range(len(entry.pieces))}


def evidence(
    title: str | None, lead: str | None, text: str, lexicon: Lexicon, language: str | None = None
) -> tuple[Evidence, Places, list[Counter[tuple[str, str]]], tuple[Words, Words, Words]]:
    """All that a verdict is made from: sums, places of terms, names for each part, the words."""
    walk, acts_walk = lexicon.walk(language)
    parts = _parts(title, lead, text, walk)
    named = lexicon.names.found(_with_opening(parts))
    places = _places([part.terms for part in parts])
    codes = set().union(*named)
    acted = []
    head = {code for each in named[:2] for kind, code in each if kind in STATES}
    for number in (0, 1 if parts[1].words.raw else 2):
        actors = Names.actors([hit for hit in parts[number].names if hit[0] < OPENING_WORDS], codes)
        head.update(code for _, _, code in actors)
        if not number:
            in_title = {code for _, _, code in actors} | {code for kind, code in named[0] if kind in STATES}
        done = _acts(parts[number], acts_walk, actors)
        acted.append(sum(entry.value.weight > WEAK_WEIGHT for _, _, entry in done))
        said = _covered(parts[number]) if done else set()
        for at, offset, entry in done:
            if at not in said:
                places.setdefault(entry.value, ([], [], []))[number].append(at + offset)
    places = _yielding(lexicon, _in_our_sense(lexicon, places), len(head))
    words = tuple(part.words for part in parts)
    spoken = len(in_title) >= LEAST_STATES and _is_spoken(parts[0], lexicon, places)
    weighed = _weigh(lexicon, places, words, (acted[0], acted[1]), spoken=spoken)
    weighed.countries_head, weighed.states_title = len(head), len(in_title)
    weighed.countries = sum(count for each in named for (kind, _), count in each.items() if kind in STATES)
    return weighed, places, named, (words[0], words[1], words[2])


def judge(title: str | None, lead: str | None, text: str, lexicon: Lexicon, language: str | None = None) -> Verdict:
    """What an article is about.  `language` is a BCP 47 tag; None reads it with the safe terms of all languages."""
    weighed, places, named, _ = evidence(title, lead, text, lexicon, language)
    scores = lexicon.model.scores(features(weighed)) if not lexicon.model.own else _own_scores(weighed)
    if not weighed.strong:
        scores = dict.fromkeys(scores, 0.0)
    score, limits = round(scores["relevant"], 3), lexicon.thresholds
    decision = DROP if not weighed.strong or score < limits.review else KEEP if score >= limits.keep else REVIEW
    unread = _unread(f"{title or ''} {text[:BEGINNING]}", lexicon, language)
    if decision == DROP and (unread or _brief_of_unknown_language(language, weighed)):
        decision = REVIEW  # where little could be found, that nothing more was found says nothing
    matches = _matches(lexicon, places)
    against = {lexicon.topics[key].id for key in lexicon.others}
    speaking = (each.term for each in matches if each.weight and each.topic_id and each.topic_id not in against)
    shown = list(islice(speaking, MAX_SHOWN_TERMS))
    nothing = f"{decision}: no lexicon for {unread}" if unread else "no term of the lexicon"
    return Verdict(
        relevant=decision != DROP,
        score=score,
        reason=f"{decision}: score {score} of {limits.keep:g}: {', '.join(shown)}" if shown else nothing,
        topics=_topic_scores(lexicon.topics, places),
        mentions=mentions(lexicon.names, named),
        defence=round(scores["defence"], 3),
        diplomacy=round(scores["diplomacy"], 3),
        decision=decision,
        matches=matches,
        lexicon=lexicon.version,
    )


def _unread(text: str, lexicon: Lexicon, language: str | None) -> str | None:
    """What no lexicon is there for: a language, or letters of which the language is not known; None where there is one."""
    if not lexicon.reads(language):
        return f"the language {language}"
    script = None if language or lexicon.model.own else unread_script(text, lexicon.languages())
    return f"a language in {script} letters" if script else None


def _brief_of_unknown_language(language: str | None, weighed: Evidence) -> bool:
    """Whether a term of ours stands in a text that is too short to tell its language, and most of the lexicon silent."""
    return language is None and weighed.strong and sum(weighed.words) <= OPENING_WORDS


def _own_scores(weighed: Evidence) -> dict[str, float]:
    """Scores of a beat that replaces ours: evidence against the length, as no model was fitted to it."""

    def share(values: Sequence[float]) -> float:
        weight = TITLE * values[0] + LEAD * values[1] + values[2] / math.sqrt(max(0.25, weighed.words[2] / TYPICAL_WORDS))
        return weight / (weight + HALF_EVIDENCE / 2)

    defence, diplomacy = share(weighed.defence), share(weighed.diplomacy)
    return {"defence": defence, "diplomacy": diplomacy, "relevant": max(defence, diplomacy)}
