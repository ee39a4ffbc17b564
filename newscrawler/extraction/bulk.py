"""Where on a page most of its text stands, and how far from there other things are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newscrawler.markup.blocks import Node, Page


def deepest(page: Page, share: float) -> tuple[Node, dict[Node, int]]:
    """The deepest node with that share of the page's good text, and how far up each of its ancestors is."""
    root = page.nodes[0]
    wanted = share * root.good
    best = root
    for node in page.nodes:
        if node.good >= wanted and node.depth > best.depth:
            best = node
    chain: dict[Node, int] = {}
    step: Node | None = best
    while step is not None:
        chain[step] = best.depth - step.depth
        step = step.parent
    return best, chain


class Meeting:
    """Steps from nodes up to where they meet a chain of ancestors, and from the chain's foot up to there."""

    def __init__(self, chain: dict[Node, int]) -> None:
        self.found = {node: (0, min(steps, 12)) for node, steps in chain.items()}

    def of(self, node: Node) -> tuple[int, int]:
        """(steps up from a node, steps up from the chain's foot) to where they meet, 12 at most."""
        found = self.found.get(node)
        if found is None:
            assert node.parent is not None
            up, there = self.of(node.parent)
            found = self.found[node] = (min(up + 1, 12), there)
        return found


def stands_in(container: Meeting, node: Node, steps: int) -> bool:
    """Whether a node stands within the foot of a chain, and no more than so many steps below it."""
    up, outside = container.of(node)
    return not outside and up <= steps
