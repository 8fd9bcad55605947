"""What the house's rules say of every source file, checked on the files themselves."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]
FLOORS = PROJECT["tool"]["importlinter"]["root_packages"]
SOURCES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
MOST_LINES = 400
MOST_FUNCTION_LINES = 40


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def imported_by_call(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if called in {"import_module", "__import__"} and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


def test_every_package_is_listed_one_by_one() -> None:
    folders = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for top in [*FLOORS, "resources"]
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert folders == set(PROJECT["tool"]["setuptools"]["packages"])


def test_every_folder_with_code_is_a_package() -> None:
    assert not names([path for path in SOURCES if not path.with_name("__init__.py").exists()])


def test_every_resource_is_packed() -> None:
    packed = {
        path
        for package, patterns in PROJECT["tool"]["setuptools"]["package-data"].items()
        for pattern in patterns
        for path in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    files = {path for path in (ROOT / "resources").rglob("*") if path.is_file()}
    left_out = [path for path in files - packed if path.suffix not in {".py", ".pyc"}]
    assert not names(left_out)


@pytest.mark.parametrize("path", sorted((ROOT / "resources").rglob("*.py")), ids=str)
def test_resources_hold_no_code(path: Path) -> None:
    assert all(isinstance(node, ast.Expr) for node in tree_of(path).body)


@pytest.mark.parametrize(
    "name", names([path for path in SOURCES if ROOT / "domain" in path.parents])
)
def test_domain_imports_the_standard_library_and_numpy_alone(name: str) -> None:
    tops = {module.partition(".")[0] for module in imported(tree_of(ROOT / name))}
    assert tops - sys.stdlib_module_names <= {"numpy", "domain"}


def test_no_import_by_name_gets_round_the_contracts() -> None:
    culprits = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in SOURCES
        for module in imported_by_call(tree_of(path))
        for contract in CONTRACTS
        if contract["type"] == "forbidden"
        and ".".join(path.relative_to(ROOT).parts).startswith(
            tuple(f"{source}." for source in contract["source_modules"])
        )
        and module.partition(".")[0] in contract["forbidden_modules"]
    ]
    assert not culprits


def test_no_file_outgrows_its_purpose() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert not names([path for path, length in lengths.items() if length > MOST_LINES])


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code, from the line after the signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_function_outgrows_its_purpose() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and lines_of(node) > MOST_FUNCTION_LINES
    ]
    assert not long
