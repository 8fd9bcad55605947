"""What the documents say of the code must be so."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
GLOSSARY = (ROOT / "CONTEXT.md").read_text(encoding="utf-8")
ENTRIES = [part for part in GLOSSARY.split("\n\n") if part.startswith("**")]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", text_of(document))
    files = [target for target in targets if "://" not in target]
    assert not [file for file in files if not (document.parent / file).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_commands_exist(document: Path) -> None:
    named = re.findall(r"(?:^ {4}|`)make ([a-z]+)", text_of(document), flags=re.MULTILINE)
    assert set(named) <= TARGETS


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.split("**")[1])
def test_every_word_of_the_glossary_says_what_to_avoid(entry: str) -> None:
    assert "\n*Avoid:* " in entry


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z_]+(?:\.\w+)+)`", GLOSSARY))))
def test_code_that_the_glossary_names_exists(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    found = importlib.import_module(module)
    assert hasattr(found, attribute) or importlib.import_module(name)


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    "decision", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda path: path.name
)
def test_a_decision_takes_one_page_at_most(decision: Path) -> None:
    assert len(text_of(decision).splitlines()) <= 60
