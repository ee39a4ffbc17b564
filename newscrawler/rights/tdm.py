"""TDMRep, the TDM Reservation Protocol (W3C Community Group, Final Report of 10 May 2024): headers, meta elements, the file.

`tdm-reservation` is 0 or 1; anything else is a protocol error, and states nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawler.discovery.robots import path_rule
from newscrawler.items.rights import RightsKind, RightsOrigin, Statement
from newscrawler.text.json_values import loads_json
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawler.discovery.robots import PathRule

MAX_BYTES = 1_000_000  # of a tdmrep.json; a longer one is read as none
MAX_RULES = 5_000


def reservations(values: Iterable[str], policies: Iterable[str], origin: RightsOrigin, url: str) -> Iterator[Statement]:
    """What the values of `tdm-reservation`, each of which may be a list, and of `tdm-policy` state at one place."""
    terms = next((address for each in policies if (address := absolute(each, url))), None)
    for value in dict.fromkeys(part.strip() for each in values for part in each.split(",")):
        if value in ("0", "1"):
            # of rights that are not reserved the policy is not looked at (section 5.2)
            yield Statement(RightsKind.TDM, value, origin, terms=terms if value == "1" else None)


@dataclass(frozen=True, slots=True)
class TdmRule:
    """One rule of a tdmrep.json: which paths, what is stated of them."""

    paths: PathRule
    stated: Statement


def _rule(entry: Any, url: str) -> TdmRule | None:
    if not isinstance(entry, dict):
        return None
    location, value, policy = entry.get("location"), entry.get("tdm-reservation"), entry.get("tdm-policy")
    if not isinstance(location, str) or not location.strip() or isinstance(value, bool) or str(value) not in ("0", "1"):
        return None
    policies = [policy] if isinstance(policy, str) else []
    stated = next(reservations([str(value)], policies, RightsOrigin.TDMREP, url))
    return TdmRule(path_rule(location.strip()), stated)


def parse_tdmrep(body: bytes, url: str) -> tuple[TdmRule, ...]:
    """The rules of a tdmrep.json at an address, in their order; none where it is no such file.  Never raises.

    A rule that is none costs itself alone.  One object for the array of one is read too.
    """
    if len(body) > MAX_BYTES:
        return ()
    try:
        told = loads_json(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return ()
    entries = told if isinstance(told, list) else [told]
    return tuple(rule for each in entries[:MAX_RULES] if (rule := _rule(each, url)) is not None)


def reserved_by_file(rules: Iterable[TdmRule], url: str) -> Statement | None:
    """What a tdmrep.json states of an address of its host: the first rule that matches (6.2); None: nothing."""
    return next((each.stated for each in rules if each.paths.applies_to(url)), None)
