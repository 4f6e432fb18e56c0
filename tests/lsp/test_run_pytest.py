"""Running one test from an editor, with the pytest of the project's Python."""

from __future__ import annotations

import venv
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from editor import Editor

SAVED = "def test_cart():\n    raise SystemExit('the file on disk')\n"
UNITTEST = """\
from unittest import TestCase

class CartCase(TestCase):
    def test_a(self):
        self.assertEqual(1, 2)
"""


async def opened(
    editor: Editor, project: Path, text: str, name: str = "test_cart.py", **start: Any
) -> str:
    """Open `text` as a file that has another text on disk."""
    await editor.start(project, **{"trusted": True, **start})
    (project / name).write_text(SAVED)
    return editor.open(project / name, text)


async def run(editor: Editor, uri: str, test: str) -> dict[str, Any]:
    """Choose *Run test* of a test, and wait for the end."""
    actions = await editor.code_actions(uri, editor.cursor_in(uri, f"{test}("))
    return await editor.finished(await editor.choose(actions[f"Run test {test}"]))


async def shown(editor: Editor, uri: str) -> list[tuple[str, int, str]]:
    found = await editor.diagnostics_until(uri, bool)
    return [
        (types.DiagnosticSeverity(each.severity or 0).name, each.range.start.line, each.message)
        for each in found
    ]


async def test_a_failure_is_an_error_with_pytests_explanation(
    editor: Editor, project: Path
) -> None:
    (project / "shop.py").write_text("def check(cart):\n    assert cart == [1]\n")
    source = (
        "import shop\n\ndef total(cart):\n    return sum(cart)\n\n"
        "def test_total():\n    print('adding')\n    assert total([1, 2]) == 4\n\n"
        "def test_check():\n    shop.check([])\n"
    )
    uri = await opened(editor, project, source)
    finished = await run(editor, uri, "test_total")
    assert finished["result"]["outcome"] == "exec.error"
    assert finished["result"]["tests"] == [{"name": "test_total", "status": "failed"}]
    ((severity, line, message),) = await shown(editor, uri)
    assert (severity, line) == ("Error", 7)
    assert message == "AssertionError: assert 3 == 4\n +  where 3 = total([1, 2])"
    hover = await editor.hover(uri, 6) or ""
    assert "test_total failed." in hover.replace("\\", "")
    assert ">       assert total([1, 2]) == 4\nE       assert 3 == 4" in hover
    assert "Captured stdout call:\n\n```text\nadding\n```" in hover

    await run(editor, uri, "test_check")
    found = await editor.diagnostics_until(uri, lambda found: len(found) == 2)
    last = found[-1]
    assert last.range.start.line == 10
    related = [
        (Path(each.location.uri).name, each.location.range.start.line, each.message)
        for each in last.related_information or []
    ]
    assert related == [("shop.py", 1, "in check")]


@pytest.mark.parametrize(
    ("test", "status", "sentence"),
    [
        ("test_passes", "passed", "test_passes passed."),
        ("test_skips", "skipped", "test_skips was skipped: no network."),
        ("test_expected", "xfailed", "test_expected failed, as it is expected to: issue 3."),
        ("test_better", "xpassed", "test_better passed, though it is expected to fail."),
    ],
)
async def test_what_did_not_fail_is_told_too(
    editor: Editor, project: Path, test: str, status: str, sentence: str
) -> None:
    source = (
        "import pytest\n\ndef test_passes(): pass\n\n"
        "def test_skips(): pytest.skip('no network')\n\n"
        "@pytest.mark.xfail(reason='issue 3')\ndef test_expected(): assert 0\n\n"
        "@pytest.mark.xfail\ndef test_better(): pass\n"
    )
    uri = await opened(editor, project, source)
    finished = await run(editor, uri, test)
    assert finished["result"]["outcome"] == "exec.ok"
    assert finished["result"]["tests"] == [{"name": test, "status": status}]
    line = next(n for n, text in enumerate(source.split("\n")) if f"def {test}(" in text)
    assert await shown(editor, uri) == [("Information", line, sentence)]


async def test_cases_that_fail_differently_are_apart(editor: Editor, project: Path) -> None:
    source = (
        "import pytest\n\nclass TestCart:\n"
        "    @pytest.mark.parametrize('n', [1, 2, 3, 4])\n    def test_small(self, n):\n"
        "        if n == 4:\n            raise KeyError(n)\n        assert n < 3\n"
    )
    uri = await opened(editor, project, source)
    finished = await run(editor, uri, "test_small")
    statuses = {case["name"]: case["status"] for case in finished["result"]["tests"]}
    assert statuses == {
        "TestCart::test_small[1]": "passed",
        "TestCart::test_small[2]": "passed",
        "TestCart::test_small[3]": "failed",
        "TestCart::test_small[4]": "failed",
    }
    assert sorted(await shown(editor, uri)) == [
        ("Error", 6, "KeyError: 4"),
        ("Error", 7, "AssertionError: assert 3 < 3"),
    ]
    assert "2 of 4 cases passed" in (await editor.hover(uri, 4) or "")


async def test_the_projects_configuration_and_conftest_count(editor: Editor, project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib -q\n")
    (project / "conftest.py").write_text(
        "import pytest\n\n@pytest.fixture\ndef cart(request):\n"
        "    return [str(request.config.rootpath), request.config.getoption('importmode')]\n"
    )
    (project / "tests").mkdir()
    source = "def test_cart(cart):\n    assert cart == 1\n"
    uri = await opened(editor, project, source, "tests/test_cart.py")
    await run(editor, uri, "test_cart")
    ((_, line, message),) = await shown(editor, uri)
    assert line == 1
    assert message.startswith(f"AssertionError: assert ['{project}', 'importlib'] == 1")


async def test_tests_in_packages_import_their_neighbours(editor: Editor, project: Path) -> None:
    (project / "shop").mkdir()
    (project / "shop" / "__init__.py").touch()
    (project / "shop" / "cart.py").write_text("SIZE = 3\n")
    source = "from .cart import SIZE\n\ndef test_size():\n    assert SIZE == 4\n"
    uri = await opened(editor, project, source, "shop/test_cart.py")
    await run(editor, uri, "test_size")
    assert await shown(editor, uri) == [("Error", 3, "AssertionError: assert 3 == 4")]


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        (
            "import missing_module\n\ndef test_a(): pass\n",
            0,
            "ModuleNotFoundError: No module named 'missing_module'",
        ),
        (
            "import pytest\n\n@pytest.fixture\ndef cart():\n    1 / 0\n\ndef test_a(cart): pass\n",
            4,
            "ZeroDivisionError: division by zero",
        ),
        ("x = = 1\n\ndef test_a(): pass\n", 0, "SyntaxError: invalid syntax"),
        (
            UNITTEST,
            4,
            "AssertionError: 1 != 2",
        ),
    ],
    ids=["import", "fixture", "syntax", "unittest"],
)
async def test_whatever_fails_is_shown_where_it_did(
    editor: Editor, project: Path, source: str, line: int, message: str
) -> None:
    uri = await opened(editor, project, source)
    assert (await run(editor, uri, "test_a"))["result"]["outcome"] == "exec.error"
    found = await editor.diagnostics_until(
        uri, lambda found: [each for each in found if str(each.code).startswith("exec.")]
    )
    mine = [each for each in found if str(each.code).startswith("exec.")]
    assert [(each.range.start.line, each.message) for each in mine] == [(line, message)]


async def test_a_missing_fixture_is_told_in_pytests_words(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, "def test_a(carts): pass\n")
    await run(editor, uri, "test_a")
    ((severity, line, message),) = await shown(editor, uri)
    assert (severity, line) == ("Error", 0)
    assert "fixture 'carts' not found" in message


async def test_without_pytest_there_is_a_next_step(editor: Editor, project: Path) -> None:
    environment = project / ".venv"
    venv.create(environment, with_pip=False)
    uri = await opened(editor, project, "def test_a(): pass\n")
    await run(editor, uri, "test_a")
    ((severity, line, message),) = await shown(editor, uri)
    assert (severity, line) == ("Error", 0)
    assert "-m pip install pytest" in message


async def test_a_file_that_was_never_saved_is_no_test_for_pytest(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, trusted=True)
    uri = editor.open(project / "test_new.py", "def test_a(): pass\n")
    finished = await run(editor, uri, "test_a")
    assert finished["status"] == "failed"
    assert "Save this file" in finished["message"]


async def test_a_test_that_does_not_end_is_stopped(editor: Editor, project: Path) -> None:
    source = "def test_a():\n    while True: pass\n"
    uri = await opened(editor, project, source, settings={"execution": {"timeout": 3}})
    finished = await run(editor, uri, "test_a")
    assert finished["result"]["outcome"] == "exec.timeout"
    ((_, _, message),) = await shown(editor, uri)
    assert "execution.timeout" in message
