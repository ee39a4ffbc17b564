"""docs/dependencies.md against pyproject.toml, its pins, and what the installed packages say of themselves."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = dict(pin.split("==") for pin in PROJECT["tool"]["uv"]["constraint-dependencies"])
OWN = {
    canonicalize_name(name): (version, licence)
    for name, version, licence in re.findall(
        r"^\| ([\w.-]+) \| (\d[\d.]*) \| ([^|]+) \| [^|]{10,} \| [^|]{10,} \|$", PAGE, re.MULTILINE
    )
}
BROUGHT = {
    name: (version, licence)
    for licence, packages in re.findall(r"^\| ([^|]+) \| ((?:[\w.-]+ \d[\d.]*(?:, )?)+) \|$", PAGE, re.MULTILINE)
    for name, version in (each.split() for each in packages.split(", "))
}
FAMILIES = {
    "Apache": "apache", "BSD": "bsd", "MIT": "mit", "PSF": "psf", "Python Software Foundation": "psf", "LGPL": "lgpl", "MPL": "mpl",
    "Mozilla": "mpl", "ZPL": "zpl", "Public Domain": "public domain", "GPL": "gpl", "CNRI": "cnri",
}  # fmt: skip


def families(statement):
    return {family for word, family in FAMILIES.items() if re.search(rf"(?<![A-Za-z]){word}", statement, re.IGNORECASE)}


def requirements_of(name):
    try:
        return distribution(name).requires or ()
    except PackageNotFoundError:  # left out by `override-dependencies`
        return ()


def needed(name="newscrawler", extras=frozenset({""})):
    """The installed packages that a package needs, and those that these need."""
    found, waiting = {}, [(name, extras)]
    while waiting:
        name, extras = waiting.pop()
        for requirement in map(Requirement, requirements_of(name)):
            wanted = not requirement.marker or any(requirement.marker.evaluate({"extra": extra}) for extra in extras)
            key = canonicalize_name(requirement.name)
            if wanted and (key not in found or not found[key] >= requirement.extras):
                found[key] = found.get(key, set()) | requirement.extras
                waiting.append((requirement.name, requirement.extras | {""}))
    return set(found)


def stated(name):
    """What an installed package says of its licence."""
    metadata = distribution(name).metadata
    classifiers = [each for each in metadata.get_all("Classifier") or () if each.startswith("License ::")]
    short = [each for each in map(metadata.get, ("License-Expression", "License")) if each and len(each) < 60]
    return " ".join([*short, *classifiers])


def test_the_page_names_the_dependencies_with_their_versions():
    listed = {canonicalize_name(Requirement(each).name) for each in PROJECT["project"]["dependencies"]}
    assert OWN.keys() == listed
    assert {name: version for name, (version, _) in (OWN | BROUGHT).items()} == {name: PINS[name] for name in OWN | BROUGHT}


def test_the_page_names_all_that_comes_along():
    assert needed() <= OWN.keys() | BROUGHT.keys()
    assert not OWN.keys() & BROUGHT.keys()


@pytest.mark.parametrize("name", sorted(OWN | BROUGHT))
def test_a_licence_is_what_its_package_says(name):
    licence = (OWN | BROUGHT)[name][1]
    assert families(licence)
    try:
        said = stated(name)
    except PackageNotFoundError:  # needed on another system or Python only
        return
    assert families(licence) == families(said) or not families(said)


def test_nothing_asks_more_than_our_own_licence():
    """Of several licences one may be chosen; of one there is no choice."""
    assert [
        name for name, (_, licence) in (OWN | BROUGHT).items() if " OR " not in licence and "gpl" in families(licence)
    ] == []
