"""Whether readers must pay: what a page states in schema.org's words, in JSON-LD or microdata, or by its content tier.

The article, its page and its parts may each say `isAccessibleForFree`.  One part that is withheld withholds: a page whose
beginning is free says so of the article as often as not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.metadata.structured import Claims

FREE = "isAccessibleForFree"
_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}
_TIERS = {"free": True, "metered": False, "locked": False}


def is_free(stated: object) -> bool | None:
    """What a value of `isAccessibleForFree` says: a boolean, its name, or its address at schema.org, alone or in a list.

    >>> is_free(False), is_free("True"), is_free("https://schema.org/False"), is_free([True, {"@value": "false"}])
    (False, True, False, False)
    >>> is_free("perhaps") is None
    True
    """
    if isinstance(stated, list):
        said = [each for each in map(is_free, stated) if each is not None]
        return all(said) if said else None
    if isinstance(stated, dict):
        return is_free(next((stated[key] for key in ("@value", "@id", "value", "name") if key in stated), None))
    if isinstance(stated, (str, bool, int)):
        return _BOOLEANS.get(str(stated).strip().rpartition("/")[2].lower())
    return None


def _free_flags(claims: Claims) -> Iterator[object]:
    parts = claims.jsonld.get("hasPart")
    for each in (claims.jsonld, claims.page, *(parts if isinstance(parts, list) else [parts]), *claims.parts):
        if isinstance(each, dict) and FREE in each:
            yield each[FREE]


def paywalled(claims: Claims) -> tuple[bool | None, str | None]:
    """(whether something is withheld from readers who do not pay, which claim said so); (None, None): nothing is stated."""
    for values, origin in ((_free_flags(claims), "json-ld"), (claims.accessible, "microdata")):
        said = [each for each in map(is_free, values) if each is not None]
        if said:
            return not all(said), origin
    tier = _TIERS.get(claims.meta.get("article:content_tier", "").strip().lower())
    return (None, None) if tier is None else (not tier, "meta article:content_tier")
