"""Fit the weights of `events/model.toml` to the tuned half of labelled collections, and say what they are worth on
other events.

    uv run python benchmarks/fit_events.py DATA_DIR [--folds 5] [--shipped] [--archives DIR] [--write MODEL.toml]

DATA_DIR is that of `benchmarks/events.py`; the other half is never read. The articles of each collection are filed, and
each story is compared with those before it, as a run does: pairs with what they have in common, and whether they are of
one event. A logistic model is fitted for each kind of pair. A story counts once by those of its event and once by
others, not by its pairs; weights are drawn towards those that are shipped (`SHRINK`, so that kinds with few labels stay
as they are), and none may speak the other way than its name says.

Weights are judged by events that they were not fitted to: events are put into `--folds` parts by a hash of their names,
and for each part weights are fitted to the other parts, events are made by them, and the part is scored. `--shipped`
scores the shipped weights in the same parts instead of fitting. `--archives DIR` keeps the filed archives there for the
next time.
"""

import argparse
import hashlib
import json
import tempfile
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar
from unittest.mock import patch

import numpy as np
from dedup import open_archive
from events import filed, found_events, half
from scipy.optimize import minimize

from newscrawler.events.evidence import Evidence
from newscrawler.events.pairs import FEATURES, Model, kind_of_pair, shipped_weights
from newscrawler.events.window import Likeness, Window
from newscrawler.reprocess import grouping
from newscrawler.storage.archive import Archive
from newscrawler.storage.meaning import events

SHRINK = 0.3  # of the squared distance to the shipped weights, each by its own size; chosen by the parts
# what those that a story has nothing to do with count, against those of its event: chosen by the parts
OTHERS = {"within": 4.0, "across": 8.0}
LARGE = 30  # stories: pairs across hang on a few events that have more
AGAINST = ("other_names", "other_places", "other_dates", "days")  # what speaks against; the rest speaks for


@dataclass
class Pairs:
    """Pairs of one kind: a row of features each, whether of one event, the events of both, the story looked at."""

    rows: np.ndarray
    same: np.ndarray
    events: list[tuple[str, str]]
    story: np.ndarray


def part_of(event: str, folds: int) -> int:
    return hashlib.md5(f"part {event}".encode()).digest()[1] % folds


def tuned(path: Path) -> list[dict]:
    docs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted((doc for doc in docs if half(doc["event"]) == "tuned"), key=lambda doc: doc.get("time", ""))


def filed_archive(folder: Path, docs: list[dict]) -> Archive:
    is_new = not (folder / "news.db").exists()
    archive = open_archive(folder)
    if is_new:
        filed(archive, docs)
    return archive


class Recorded(Window):
    """A window that remembers what stories have in common, and only judges it anew where it is asked again.

    What is found does not hang on the weights; what two stories have in common does, a little, on what else was there.
    """

    near_of: ClassVar[dict[int, list[Likeness]]] = {}
    compared: ClassVar[dict[tuple[int, int], Likeness]] = {}

    def __init__(self, *given: object) -> None:
        self._given = given
        self._late: list[Evidence] = []
        self._model, self._is_read = given[0], False

    def _read_all(self) -> None:
        if not self._is_read:
            self._is_read = True
            super().__init__(*self._given)
            for one in self._late:
                super().forget(one.story)
                super().add(one)

    def add(self, one: Evidence) -> None:
        super().add(one) if self._is_read else self._late.append(one)

    def forget(self, story: int) -> None:
        if self._is_read:
            super().forget(story)

    def _again(self, one: Evidence, likeness: Likeness) -> Likeness:
        score, later = self._model.judge(one, likeness.other, likeness.features)
        return replace(likeness, score=score, later=later)

    def near(self, one: Evidence, days: float) -> list[Likeness]:
        if one.story not in self.near_of:
            self._read_all()
            self.near_of[one.story] = super().near(one, days)
        found = [self._again(one, each) for each in self.near_of[one.story]]
        return sorted(found, key=lambda each: (-each.score, each.other.story))

    def compare(self, one: Evidence, other: Evidence) -> Likeness:
        pair = (one.story, other.story)
        if pair not in self.compared:
            self._read_all()
            self.compared[pair] = super().compare(one, other)
        return self._again(one, self.compared[pair])


def made_by(archive: Archive, model: Model, memory: type[Recorded]) -> dict[str, int]:
    """Article -> its event, made by some weights."""
    with patch.object(grouping, "shipped_weights", lambda: model), patch.object(grouping, "Window", memory):
        grouping.regroup(archive)
    return found_events(archive)


def pairs_of(archive: Archive, docs: list[dict], memory: type[Recorded]) -> dict[str, Pairs]:
    """What each story had in common with those that were looked at for it, by kind of pair."""
    by = {doc["id"]: doc["event"] for doc in docs}
    sql = "SELECT stories.id, url_key FROM stories JOIN articles ON articles.id = stories.first_article_id"
    event = {story: by[key] for story, key in archive.db.execute(sql)}
    stories = {
        each.story: each for each in events.evidence_of(archive.db, grouping.Grouping(archive.db).encoder, list(event))
    }
    found = defaultdict(list)
    for story, likenesses in memory.near_of.items():
        for each in likenesses:
            other = each.other.story
            found[kind_of_pair(stories[story], each.other)].append((each.features, event[story], event[other], story))
    return {
        kind: Pairs(
            np.array([each[0] for each in rows]), np.array([each[1] == each[2] for each in rows]),
            [(each[1], each[2]) for each in rows], np.array([each[3] for each in rows]),
        )
        for kind, rows in found.items()
    }  # fmt: skip


def joined(some: list[dict[str, Pairs]]) -> dict[str, Pairs]:
    """The pairs of several collections."""
    found = {}
    for kind in shipped_weights().weights:
        parts = [each[kind] for each in some if kind in each]
        if parts:
            story = np.concatenate([each.story + at * 10_000_000 for at, each in enumerate(parts)])
            rows, same = (np.concatenate([getattr(each, name) for each in parts]) for name in ("rows", "same"))
            found[kind] = Pairs(rows, same, [event for each in parts for event in each.events], story)
    return found


def fitted_kind(pairs: Pairs, chosen: np.ndarray, prior: np.ndarray, others: float) -> np.ndarray:
    """Weights and bias of one kind; `prior`: those that they are drawn towards, `others`: what pairs of two events count."""
    rows, same, story = (each[chosen] for each in (pairs.rows, pairs.same, pairs.story))
    if not same.any() or same.all():
        return prior
    counted = np.zeros(len(rows))
    for value in (True, False):
        here = same == value
        _, place, number = np.unique(story[here], return_inverse=True, return_counts=True)
        counted[here] = (1 if value else others) / number[place]
    rows = np.hstack([rows, np.ones((len(rows), 1))])
    sign = np.where(same, 1.0, -1.0)
    scale = np.maximum(1.0, np.abs(prior))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (rows @ weights)
        away = (weights - prior) / scale
        value = (counted * np.logaddexp(0, -margin)).sum() + SHRINK * PER * (away * away).sum()
        slope = -counted * sign / (1 + np.exp(np.clip(margin, -500, 500)))
        return value, rows.T @ slope + 2 * SHRINK * PER * away / scale

    bounds = [(None, 0.0) if name in AGAINST else (0.0, None) for name in FEATURES] + [(None, None)]
    found: np.ndarray = minimize(loss, prior, jac=True, method="L-BFGS-B", bounds=bounds).x
    return found


PER = 1_000  # stories: the pull of the shipped weights is that of so many times SHRINK


def fitted(pairs: dict[str, Pairs], left_out: int | None, folds: int) -> Model:
    """Weights of all kinds, without the pairs of the events of one part."""
    weights = dict(shipped_weights().weights)
    for kind, each in pairs.items():
        parts = [left_out in (part_of(one, folds), part_of(other, folds)) for one, other in each.events]
        prior = np.array([*weights[kind][0], weights[kind][1]])
        found = fitted_kind(each, ~np.array(parts), prior, OTHERS[kind.split("-")[1]])
        weights[kind] = (tuple(float(value) for value in found[:-1]), float(found[-1]))
    return Model(weights)


def counts_of(docs: list[dict], made: dict[str, int], inside: list[bool]) -> dict[str, np.ndarray]:
    """(right, said, true) pairs that have a story of a part, and B-cubed sums of its stories: precision, recall, stories."""
    event, group, language = (
        np.unique(list(each), return_inverse=True)[1]
        for each in (
            [doc["event"] for doc in docs],
            [str(made.get(doc["id"], doc["id"])) for doc in docs],
            [doc["lang"] for doc in docs],
        )
    )
    here = np.array(inside)
    said, true = group[here][:, None] == group[None, :], event[here][:, None] == event[None, :]
    right = said & true
    apart = language[here][:, None] != language[None, :]
    places = np.flatnonzero(here)
    weight = np.full(said.shape, 0.5)  # a pair is met from both its sides, if in two parts
    weight[np.arange(len(places)), places] = 0
    sums = [(each * weight).sum() for each in (right, said, true)]
    across = [(each * weight * apart).sum() for each in (right, said, true)]
    precision, recall = right.sum(1) / said.sum(1), right.sum(1) / true.sum(1)
    cubed = [precision.sum(), recall.sum(), len(places)]
    return {"b_cubed": np.array(cubed), "pairs": np.array(sums), "across": np.array(across)}


def scored(archive: Archive, docs: list[dict], models: list[Model], memory: type[Recorded]) -> dict[str, np.ndarray]:
    """Counts of all parts of the events, each made by its own model: of what is of the part, with what is not."""
    found: Counter[str] = Counter()
    sizes = Counter(doc["event"] for doc in docs)
    small = [doc for doc in docs if sizes[doc["event"]] <= LARGE]
    made: dict[int, dict[str, int]] = {}
    for part, model in enumerate(models):
        if id(model) not in made:
            made[id(model)] = made_by(archive, model, memory)
        for some, name in ((docs, ""), (small, "small ")):
            inside = [part_of(doc["event"], len(models)) == part for doc in some]
            for kind, counts in counts_of(some, made[id(model)], inside).items():
                found[name + kind] = found[name + kind] + counts
    return found


def told(counts: dict[str, np.ndarray]) -> str:
    """Precision / recall / F1 of counts, in one line."""
    lines = []
    for name, (one, two, three) in counts.items():
        precision, recall = (
            (one / three, two / three) if name.endswith("b_cubed") else (one / max(two, 1), one / max(three, 1))
        )
        if name != "small pairs":
            lines.append(f"{name} {precision:.3f}/{recall:.3f}/{2 * precision * recall / max(precision + recall, 1e-9):.3f}")
    return "  ".join(lines)


def as_toml(model: Model) -> str:
    """The tables of `model.toml`."""
    tables = []
    for kind, (weights, bias) in model.weights.items():
        rows = [
            f"{name} = {round(value, 2) + 0.0}" for name, value in zip((*FEATURES, "bias"), (*weights, bias), strict=True)
        ]
        tables.append("\n".join([f"[pair.{kind}]", *rows]))
    return "\n\n".join(tables) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--shipped", action="store_true", help="score the shipped weights, fit nothing")
    parser.add_argument("--archives", type=Path, help="keep the filed archives here")
    parser.add_argument("--write", type=Path, help="write weights fitted to all parts here")
    given = parser.parse_args()
    shipped = shipped_weights()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        where = given.archives or Path(folder)
        collections = []
        for path in sorted(given.data.glob("*.jsonl")):
            docs, memory = tuned(path), type(path.stem, (Recorded,), {"near_of": {}, "compared": {}})
            archive = stack.enter_context(filed_archive(where / path.stem, docs))
            made_by(archive, shipped, memory)
            collections.append((path.stem, archive, docs, memory))
        pairs = joined([pairs_of(archive, docs, memory) for _, archive, docs, memory in collections])
        print({kind: (len(each.same), int(each.same.sum())) for kind, each in pairs.items()}, flush=True)
        models = [shipped if given.shipped else fitted(pairs, part, given.folds) for part in range(given.folds)]
        for name, archive, docs, memory in collections:
            print(name, told(scored(archive, docs, models, memory)), flush=True)
    text = as_toml(fitted(pairs, None, given.folds))
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
