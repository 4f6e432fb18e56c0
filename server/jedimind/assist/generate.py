"""Generate: from a comment or a stub to code in its place, checked."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from jedimind.analysis.process import AnalysisProcess
from jedimind.assist import answer, examples, prompts, verdict
from jedimind.assist.checks import check, parses
from jedimind.assist.definitions import definitions_for
from jedimind.assist.pipeline import Candidate, Sampling, first_sound
from jedimind.assist.placement import Placement, place
from jedimind.assist.source_file import SourceFile
from jedimind.assist.window import around, shown_lines
from jedimind.errors import UserError
from jedimind.model.chat import ChatModel, Message
from jedimind.settings import GenerateSettings
from jedimind.syntax import GenerateTarget, Tree
from jedimind.text import Position

# Far more than code has. An endpoint that ignores `max_tokens` must not keep us reading.
_MOST_CHARACTERS_PER_TOKEN = 16

_FORMS = {
    "module": (
        "If it asks for something to be computed or returned from inputs, write one function for "
        "it with type hints; otherwise write plain statements."
    ),
    "block": "The mark stands in an indented block: write the statements that go there.",
}


class NothingGenerated(UserError):
    """The model gave no code that could stand in the document."""


@attrs.frozen(eq=False)
class Job:
    """What to generate, and where."""

    target: GenerateTarget
    tree: Tree
    file: SourceFile


@attrs.frozen(eq=False)
class Generation:
    """Code in its place, and what is known about it."""

    placement: Placement
    verdict: verdict.Verdict


async def generate(
    job: Job, model: ChatModel, analysis: AnalysisProcess, report: Callable[[str], None]
) -> Generation:
    """The best candidate for `job`; `report` is told what is being done.

    Raises:
        NothingGenerated: no candidate even parses.
        ModelError: the model cannot be used.
    """
    settings = job.file.settings.generate
    report("reading what the code can use")
    known = await definitions_for(
        analysis,
        job.file.place(job.tree.text.string, _beginning(job.target, job.target.replaced.start)),
        job.target.instruction,
        settings.context_tokens,
        shown_lines(job.tree, job.target),
    )
    messages = prompt(job, known)
    parsed_before = await parses(analysis, job.tree.text.string)

    async def draw(sampling: Sampling) -> Candidate[Placement]:
        report("writing" if sampling.attempt == 0 else f"writing, attempt {sampling.attempt + 1}")
        said = await _answer(model, messages, settings, sampling, report)
        code = _fitted(job.target, said)
        placement = place(job.tree, job.target, code)
        report("checking")
        place_after = job.file.place(
            placement.after.string, _beginning(job.target, placement.lines.start)
        )
        checked = await check(analysis, place_after, placement, parsed_before=parsed_before)
        return Candidate(placement, checked)

    candidate = await first_sound(draw, settings)
    if candidate.report.syntax_error is not None:
        raise NothingGenerated(
            f"The model wrote nothing that parses: {candidate.report.syntax_error}. "
            "Say in other words what the code should do, or use a larger model."
        )
    given = examples.find(job.target.instruction)
    return Generation(candidate.content, verdict.of_checks(candidate.report, len(given)))


def prompt(job: Job, definitions: str) -> list[Message]:
    """The messages for `job`; `definitions` is what Jedi knows, as stub-like code."""
    target = job.target
    known = prompts.section("The file can use:", definitions)
    before, after = around(job.tree, target)
    if target.kind == "stub":
        return prompts.fill(
            "complete",
            definitions=known,
            file=job.file.path.name,
            before=before,
            name=target.name,
            header=target.header,
            instruction=target.instruction,
        )
    return prompts.fill(
        "generate",
        definitions=known,
        file=job.file.path.name,
        before=before,
        after=after,
        instruction=target.instruction,
        form=_FORMS["block" if target.indent else "module"],
    )


def _beginning(target: GenerateTarget, line: int) -> Position:
    """Where code for `target` begins if it begins on `line`."""
    return Position(line, len(target.indent))


async def _answer(
    model: ChatModel,
    messages: list[Message],
    settings: GenerateSettings,
    sampling: Sampling,
    report: Callable[[str], None],
) -> str:
    said = ""
    most = settings.max_tokens * _MOST_CHARACTERS_PER_TOKEN
    async with model.stream_chat(
        messages,
        max_tokens=settings.max_tokens,
        temperature=sampling.temperature,
        seed=sampling.seed,
    ) as stream:
        async for piece in stream:
            said += piece
            report(f"writing, {len(said)} characters")
            if answer.code_is_complete(said) or len(said) > most:
                break
    return said[:most]


def _fitted(target: GenerateTarget, said: str) -> str:
    """The code in an answer, as it goes in the target's place."""
    code = answer.without_mark(answer.code_block(said))
    if target.kind == "stub":
        return answer.body_of(code, target.name) or code
    return answer.without_demonstration(code)
