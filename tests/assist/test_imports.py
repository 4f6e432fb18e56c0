"""Imports of generated code join those of the file."""

from jedimind.assist.imports import grouped, split, taken_from


def test_statements_are_compared_name_by_name() -> None:
    present = split(["from a import b, c as d", "import x, y.z", "import (broken"])
    assert list(present) == ["from a import b", "from a import c as d", "import x", "import y.z"]


def test_imports_are_taken_from_the_top_level_only() -> None:
    code = "import a\nfrom b import (\n    c,\n)\n\ndef f():\n    import d\n"
    statements, rest = taken_from(code)
    assert statements == ["import a", "from b import c"]
    assert rest == "def f():\n    import d"


def test_code_that_shares_a_line_with_an_import_is_left_alone() -> None:
    assert taken_from("import a; x = 1") == ([], "import a; x = 1")


def test_missing_names_are_grouped_by_module() -> None:
    names = ["from b import z", "import q", "from b import a", "import c"]
    assert grouped(names) == ["import c", "import q", "from b import a, z"]
