"""Generate and explain from an editor, with a model that says what it is told to say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from editor import CAPABILITIES, Editor
from scripted_endpoint import SILENCE, Answer, ScriptedEndpoint, chunk, says, scripted_model, stream

CODE = "```python\ndef add(a, b):\n    return a + b\n```\nThis adds two numbers."


@asynccontextmanager
async def working(
    editor: Editor, project: Path, text: str, *answers: Answer, **start: Any
) -> AsyncIterator[tuple[str, ScriptedEndpoint]]:
    """An editor with `text` open, whose model gives `answers`."""
    async with scripted_model(*answers) as endpoint:
        settings = {"model": {"endpoint": endpoint.url, "assist": "scripted"}}
        settings.update(start.pop("settings", {}))
        await editor.start(project, settings=settings, **start)
        file = project / "module.py"
        file.write_bytes(text.encode())
        yield editor.open(file), endpoint


async def generate(editor: Editor, uri: str, at: str) -> str:
    actions = await editor.code_actions(uri, editor.cursor_in(uri, at))
    title = next(title for title in actions if title.startswith("Generate"))
    return await editor.choose(actions[title])


async def generated(editor: Editor, uri: str, at: str = "# ") -> dict[str, Any]:
    return await editor.finished(await generate(editor, uri, at))


async def test_a_comment_becomes_code_below_it_with_a_verdict(
    editor: Editor, project: Path
) -> None:
    async with working(editor, project, "# add two numbers\n", says(CODE)) as (uri, _):
        finished = await generated(editor, uri)
        assert finished["status"] == "ok"
        assert finished["result"] == {
            "verdict": "checked",
            "passed": 0,
            "total": 0,
            "sandbox": None,
        }
        text = "# add two numbers\ndef add(a, b):\n    return a + b\n"
        assert editor.documents[uri].text == text
        (verdict,) = await editor.diagnostics_until(uri, bool)
        assert verdict.severity == types.DiagnosticSeverity.Information
        assert verdict.range.start.line == 1
        assert verdict.message == "Parses, names exist. Not executed: no examples."
        assert "Generated, checked" in (await editor.hover(uri, 2) or "")


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        pytest.param(
            "class Cart:\n    def total(self):\n        # sum the prices\n\nx = 1\n",
            "```python\nreturn sum(self.prices)\n```",
            "class Cart:\n    def total(self):\n        # sum the prices\n"
            "        return sum(self.prices)\n\nx = 1\n",
            id="in a method, at its indentation",
        ),
        pytest.param(
            '"""Doc."""\n# the root of two\nx = 1\n',
            "```python\nimport math\n\ndef root():\n    return math.sqrt(2)\n```",
            '"""Doc."""\n\nimport math\n\n# the root of two\ndef root():\n'
            "    return math.sqrt(2)\n\n\nx = 1\n",
            id="its imports go to the top",
        ),
        pytest.param(
            "import math\r\n# the root of two\r\n",
            "```python\nimport math\nx = math.sqrt(2)\n```",
            "import math\r\n# the root of two\r\nx = math.sqrt(2)\r\n",
            id="imports that are there stay, line ends are the document's",
        ),
        pytest.param(
            "def add(a, b):\n    '''Add.'''\n    ...\n\n\nprint(add(1, 2))\n",
            '```python\ndef add(a, b):\n    """Add."""\n    return a + b\n```',
            "def add(a, b):\n    '''Add.'''\n    return a + b\n\n\nprint(add(1, 2))\n",
            id="the body of a stub replaces its placeholder",
        ),
        pytest.param(
            "s = '😀\f'\n\f\n# 写一个函数计算两个数的和",
            CODE,
            "s = '😀\f'\n\f\n# 写一个函数计算两个数的和\ndef add(a, b):\n    return a + b\n",
            id="any language, emoji, form feeds, no line end at the end",
        ),
        pytest.param(
            "# add\n",
            "```python\ndef add(a, b):\n    return a + b\n\nprint(add(1, 2))\n```",
            "# add\ndef add(a, b):\n    return a + b\n",
            id="a demonstration nobody asked for is dropped",
        ),
    ],
)
async def test_code_goes_where_it_belongs(
    editor: Editor, project: Path, before: str, said: str, after: str
) -> None:
    async with working(editor, project, before, says(said)) as (uri, _):
        at = "'''Add" if "'''" in before else next(x for x in ("# ",) if x in before)
        assert (await generated(editor, uri, at))["status"] == "ok"
        assert editor.documents[uri].text == after


async def test_what_does_not_parse_is_tried_again(editor: Editor, project: Path) -> None:
    broken = says("```python\ndef add(a, b:\n```")
    async with working(editor, project, "# add\n", broken, says(CODE)) as (uri, endpoint):
        assert (await generated(editor, uri))["result"]["verdict"] == "checked"
        temperatures = [body["temperature"] for body in endpoint.bodies]
        assert temperatures[0] == 0
        assert temperatures[1] > 0


async def test_a_name_that_does_not_exist_is_tried_again(editor: Editor, project: Path) -> None:
    invented = says("```python\nimport math\nprint(math.square_root(2))\n```")
    real = says("```python\nimport math\nprint(math.sqrt(2))\n```")
    async with working(editor, project, "# root of two\n", invented, real) as (uri, _):
        assert (await generated(editor, uri))["result"]["verdict"] == "checked"
        assert "square_root" not in editor.documents[uri].text


async def test_an_import_of_what_does_not_exist_is_tried_again(
    editor: Editor, project: Path
) -> None:
    (project / "billing.py").write_text("VAT = 19\n")
    invented = says("```python\nfrom billing import tax\n\nprint(tax())\n```")
    real = says("```python\nfrom billing import VAT\n\nprint(VAT)\n```")
    async with working(editor, project, "# print the tax\n", invented, real) as (uri, _):
        assert (await generated(editor, uri))["result"]["verdict"] == "checked"
        assert "from billing import VAT" in editor.documents[uri].text


async def test_names_that_never_exist_are_shown_as_errors(editor: Editor, project: Path) -> None:
    invented = says("```python\nimport math\nprint(math.square_root(2))\n```")
    async with working(editor, project, "# root of two\n", invented) as (uri, endpoint):
        finished = await generated(editor, uri)
        assert finished["result"]["verdict"] == "failed"
        assert len(endpoint.bodies) == 3
        (verdict,) = await editor.diagnostics_until(uri, bool)
        assert verdict.severity == types.DiagnosticSeverity.Error
        assert "square_root" in verdict.message


async def test_nothing_is_inserted_if_nothing_parses(editor: Editor, project: Path) -> None:
    async with working(editor, project, "# add\n", says("```python\ndef (:\n```")) as (uri, _):
        finished = await generated(editor, uri)
        assert finished["status"] == "failed"
        assert "parses" in finished["message"]
        assert editor.documents[uri].text == "# add\n"


async def test_the_users_examples_are_counted_and_not_executed(
    editor: Editor, project: Path
) -> None:
    text = "# add, add(1, 2) -> 3\n# add(0, 0) == 0\n"
    async with working(editor, project, text, says(CODE)) as (uri, _):
        result = (await generated(editor, uri))["result"]
        assert (result["verdict"], result["passed"], result["total"]) == ("checked", 0, 2)


async def test_what_jedi_knows_of_other_files_is_in_the_prompt(
    editor: Editor, project: Path
) -> None:
    (project / "billing.py").write_text(
        "def invoice(order_id: int, *, discount: float) -> float:\n"
        '    """The amount to pay."""\n    return 1.0\n'
    )
    text = "import billing\n\n# print the invoice of order 3\n"
    async with working(editor, project, text, says(CODE)) as (uri, endpoint):
        await generated(editor, uri)
        prompt = endpoint.bodies[-1]["messages"][-1]["content"]
        assert "billing.invoice(order_id: int, *, discount: float) -> float" in prompt
        assert "The amount to pay." in prompt


async def test_a_document_edited_meanwhile_is_left_alone(editor: Editor, project: Path) -> None:
    go = asyncio.Event()
    slow = (go, *says(CODE))
    async with working(editor, project, "# add\n", slow) as (uri, endpoint):
        task = await generate(editor, uri, "# ")
        await editor.until(lambda: endpoint.bodies)
        editor.append(uri, "x = 1\n")
        go.set()
        finished = await editor.finished(task)
        assert finished["status"] == "failed"
        assert editor.shown[-1].message == finished["message"]
        assert "changed" in finished["message"]
        assert editor.documents[uri].text == "# add\nx = 1\n"


async def test_an_edit_that_the_editor_refuses_is_a_failure(editor: Editor, project: Path) -> None:
    async with working(editor, project, "# add\n", says(CODE)) as (uri, _):
        editor.refuses_edits = True
        finished = await generated(editor, uri)
        assert finished["status"] == "failed"
        assert "did not apply" in finished["message"]


async def test_a_command_for_an_old_version_is_refused(editor: Editor, project: Path) -> None:
    async with working(editor, project, "# add\n", says(CODE)) as (uri, endpoint):
        actions = await editor.code_actions(uri, editor.cursor_in(uri, "# "))
        editor.append(uri, "x = 1\n")
        finished = await editor.finished(await editor.choose(actions["Generate from comment"]))
        assert finished["status"] == "failed"
        assert endpoint.bodies == []


async def test_a_command_sent_before_its_change_waits_for_it(editor: Editor, project: Path) -> None:
    """As Eglot was seen to do."""
    async with working(editor, project, "x = 1\n", says(CODE)) as (uri, _):
        zero = {"line": 1, "character": 0}
        place = {"uri": uri, "range": {"start": zero, "end": zero}, "version": 2}
        task = await editor.execute("jedimind.generate", place)
        editor.append(uri, "# add\n")
        assert (await editor.finished(task))["status"] == "ok"


async def test_clients_that_apply_no_edits_are_not_offered_any(
    editor: Editor, project: Path
) -> None:
    bare = {"textDocument": CAPABILITIES["textDocument"]}
    async with working(editor, project, "# add\n", says(CODE), capabilities=bare) as (uri, _):
        actions = await editor.code_actions(uri, editor.cursor_in(uri, "# "))
        assert not [title for title in actions if "Generate" in title]


async def test_clients_without_versioned_edits_get_plain_ones(
    editor: Editor, project: Path
) -> None:
    old = {**CAPABILITIES, "workspace": {"applyEdit": True}}
    async with working(editor, project, "# add\n", says(CODE), capabilities=old) as (uri, _):
        assert (await generated(editor, uri))["status"] == "ok"
        assert "def add" in editor.documents[uri].text


@pytest.mark.parametrize("stage", ["asking", "streaming"])
async def test_generation_can_be_cancelled_at_any_moment(
    editor: Editor, project: Path, stage: str
) -> None:
    silent = (SILENCE,) if stage == "asking" else (stream(chunk("```python\ndef ")), SILENCE)
    async with working(editor, project, "# add\n", silent, says(CODE)) as (uri, endpoint):
        task = await generate(editor, uri, "# ")
        await editor.until(lambda: endpoint.bodies)
        await editor.cancel(task)
        assert (await editor.finished(task))["status"] == "cancelled"
        await asyncio.wait_for(endpoint.left.wait(), 60)  # the model is told to stop
        assert editor.documents[uri].text == "# add\n"
        assert (await generated(editor, uri))["status"] == "ok"


async def test_cancelling_at_random_moments_always_ends_in_one_answer(
    editor: Editor, project: Path
) -> None:
    async with working(editor, project, "# add\n", says(CODE)) as (uri, _):
        for delay in range(12):
            if editor.documents[uri].text != "# add\n":
                editor.edit(uri, 0, len(editor.documents[uri].text), "# add\n")
            task = await generate(editor, uri, "# ")
            await asyncio.sleep(delay * 0.02)
            await editor.cancel(task)
            finished = await editor.finished(task)
            assert finished["status"] in ("ok", "cancelled")
            inserted = "def add" in editor.documents[uri].text
            assert inserted or finished["status"] == "cancelled"
            assert editor.log.count(f"finished {task}") == 1


async def test_an_explanation_is_hover_and_document_until_the_code_changes(
    editor: Editor, project: Path
) -> None:
    said = says("It adds.\n\n- ![x](http://evil.example/a.png) <script>")
    async with working(editor, project, "def add(a, b):\n    return a + b\n", said) as (uri, _):
        actions = await editor.code_actions(uri, editor.cursor_in(uri, "return"))
        finished = await editor.finished(await editor.choose(actions["Explain `add`"]))
        assert finished["status"] == "ok"
        assert finished["result"]["markdown"].startswith("It adds.")
        hover = await editor.hover(uri, 1) or ""
        assert hover.startswith("It adds.")
        assert "\\<script\\>" in hover  # shown, and no more than that
        (shown,) = editor.shown_documents
        assert "It adds." in Path(types_path(shown)).read_text()
        editor.append(uri, "\nx = 1\n")
        assert await editor.hover(uri, 1) is not None
        editor.edit(uri, 4, 7, "sum")
        assert await editor.hover(uri, 1) is None


def types_path(uri: str) -> str:
    return uri.removeprefix("file://")


async def test_an_endpoint_that_is_down_is_a_sentence(editor: Editor, project: Path) -> None:
    dead = {"model": {"endpoint": "http://127.0.0.1:9/v1", "assist": "none"}}
    async with working(editor, project, "# add\n", says(CODE), settings=dead) as (uri, _):
        finished = await generated(editor, uri)
        assert finished["status"] == "failed"
        assert "127.0.0.1:9" in finished["message"]
        assert editor.shown[-1].message == finished["message"]


async def test_a_missing_model_is_offered_and_no_is_an_answer(
    editor: Editor, project: Path
) -> None:
    none = {"model": {}}
    async with working(editor, project, "# add\n", says(CODE), settings=none) as (uri, _):
        editor.answers = {"not installed": "Not now"}
        finished = await generated(editor, uri)
        assert "491 MB" in editor.questions[0]
        assert finished["status"] == "failed"
        assert "jedimind model pull qwen2.5-coder-0.5b" in finished["message"]


async def test_a_question_about_one_model_does_not_keep_another_waiting(
    editor: Editor, project: Path
) -> None:
    async with working(editor, project, "# add\n", says(CODE)) as (uri, endpoint):
        connected = {"endpoint": endpoint.url, "assist": "scripted"}
        await generated(editor, uri)
        editor.never_answers = True
        editor.configuration = {"model": {"endpoint": None, "assist": "qwen2.5-coder-0.5b"}}
        change = types.DidChangeConfigurationParams({})
        editor.client.workspace_did_change_configuration(change)
        editor.append(uri, "# sub\n")
        waiting = await generate(editor, uri, "# sub")
        await editor.until(lambda: editor.questions)
        editor.configuration = {"model": connected}
        editor.client.workspace_did_change_configuration(change)
        assert (await generated(editor, uri, "# sub"))["status"] == "ok"
        await editor.cancel(waiting)


async def test_an_unknown_model_is_a_sentence(editor: Editor, project: Path) -> None:
    wrong = {"model": {"assist": "qwen2.5-coder-05b"}}
    async with working(editor, project, "# add\n", says(CODE), settings=wrong) as (uri, _):
        assert "Did you mean `qwen2.5-coder-0.5b`" in (await generated(editor, uri))["message"]


async def test_without_a_network_installing_fails_in_words(editor: Editor, project: Path) -> None:
    offline = {
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": "",
        "PIP_RETRIES": "0",
    }
    none = {"model": {}}
    async with working(
        editor, project, "# add\n", says(CODE), settings=none, environment=offline
    ) as (uri, _):
        editor.answers = {"not installed": "Install"}
        finished = await generated(editor, uri)
        assert finished["status"] == "failed"
        assert "cannot be downloaded" in finished["message"]
