"""Whether readers must pay: what a page states in schema.org's words, in JSON-LD, microdata or RDFa, or by its content tier.

The article, its page and its parts may each say `isAccessibleForFree`.  One part that is withheld withholds: a page whose
beginning is free says so of the article as often as not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawler.metadata.claims.microdata import FREE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.metadata.claims.structured import Claims

_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}
_PREFIXES = ("", "schema:", "https://schema.org/", "http://schema.org/")  # of schema.org's words
_LISTS = ("@list", "@set")
_VALUES = ("@value", *_LISTS, "@id", "value", "name")
MAX_DEPTH, MAX_STATED = 8, 200  # lists within lists, values
_TIERS = {"free": True, "metered": False, "locked": False}


def is_free(stated: object) -> bool | None:
    """What a value of `isAccessibleForFree` says: a boolean, its name, or its address at schema.org, alone or in a list.

    >>> is_free(False), is_free("True"), is_free("https://schema.org/False"), is_free([True, {"@value": "false"}])
    (False, True, False, False)
    >>> is_free({"@id": "schema:False"}), is_free({"@list": [True, "schema:False"]}), is_free("https://schema.org#True")
    (False, False, True)
    >>> is_free("perhaps") is None
    True
    """
    said = [each for each in map(_is_free_alone, _listed(stated)) if each is not None]
    return all(said) if said else None


def _is_free_alone(stated: object) -> bool | None:
    if isinstance(stated, dict):
        stated = next((stated[key] for key in _VALUES if key in stated), None)
    if isinstance(stated, (str, bool, int)):
        return _BOOLEANS.get(re.split(r"[/:#]", str(stated).strip())[-1].lower())
    return None


def _listed(value: object) -> list[object]:
    """The values of JSON-LD that may be a list, or an object that is one (`@list`, `@set`), within others too."""
    found = [value]
    for _ in range(MAX_DEPTH):
        found = [inner for each in found for inner in _inside(each)][:MAX_STATED]
    return found


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        value = next((value[key] for key in _LISTS if key in value), value)
    return value[:MAX_STATED] if isinstance(value, list) else [value]


def _values_of(node: object, name: str) -> list[object]:
    """The values of a property, by its name or with schema.org's prefix before it."""
    return [node[prefix + name] for prefix in _PREFIXES if prefix + name in node] if isinstance(node, dict) else []


def _free_flags(claims: Claims) -> Iterator[object]:
    parts = _listed(_values_of(claims.jsonld, "hasPart"))
    for each in (claims.jsonld, claims.page, *parts, *claims.parts):
        yield from _values_of(each, FREE)


def _in_meta_elements(claims: Claims) -> Iterator[str]:
    """What RDFa says in meta elements."""
    for prefix in _PREFIXES:
        name = f"{prefix}{FREE}".lower()
        yield from claims.metas.get(name) or filter(None, [claims.meta.get(name)])


def paywalled(claims: Claims) -> tuple[bool | None, str | None]:
    """(whether something is withheld from readers who do not pay, which claim said so); (None, None): nothing is stated."""
    sources = (
        (_free_flags(claims), "json-ld"),
        (claims.accessible, "microdata"),
        (_in_meta_elements(claims), f"meta {FREE}"),
    )
    for values, origin in sources:
        said = [each for each in map(is_free, values) if each is not None]
        if said:
            return not all(said), origin
    tier = _TIERS.get(claims.meta.get("article:content_tier", "").strip().lower())
    return (None, None) if tier is None else (not tier, "meta article:content_tier")
