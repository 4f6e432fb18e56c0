"""An assembler for the classic BPF programs that seccomp(2) takes, with labels.

Programs see `struct seccomp_data`: the call's number, the architecture, and six arguments of 64
bits, of which an instruction loads one half. Instructions are `struct sock_filter`.
"""

from __future__ import annotations

import struct

import attrs

NUMBER = 0
ARCHITECTURE = 4

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
NOTIFY = 0x7FC00000

# The kernel's limit, BPF_MAXINSNS.
_LONGEST = 4096
_LOAD_WORD = 0x20
_RETURN = 0x06
_JUMP = 0x05
_JUMP_EQUAL = 0x15
_JUMP_GREATER_OR_EQUAL = 0x35
_JUMP_ANY_BIT = 0x45
# A conditional jump has eight bits for each distance.
_FARTHEST = 255


def low(argument: int) -> int:
    """Where the low half of argument 0 to 5 is, on a little-endian machine."""
    return 16 + 8 * argument


def high(argument: int) -> int:
    """Where its high half is."""
    return low(argument) + 4


def errno(number: int) -> int:
    """The action that makes a call fail with this error."""
    return 0x00050000 | number


@attrs.frozen
class _Instruction:
    code: int
    operand: int = 0
    # Labels; None goes on with the next instruction.
    then: str | None = None
    otherwise: str | None = None

    @property
    def is_conditional(self) -> bool:
        return self.code in (_JUMP_EQUAL, _JUMP_GREATER_OR_EQUAL, _JUMP_ANY_BIT)


class Program:
    """Instructions in order; a label may be used before it is placed."""

    def __init__(self) -> None:
        self._instructions: list[_Instruction] = []
        self._labels: dict[str, int] = {}

    def place(self, label: str) -> None:
        """Names the next instruction."""
        if label in self._labels:
            raise ValueError(f"label {label} is placed twice")
        self._labels[label] = len(self._instructions)

    def append(self, other: Program) -> None:
        """Goes on with the instructions and labels of another program."""
        here = len(self._instructions)
        for label, position in other._labels.items():
            self._labels[label] = here + position
        self._instructions += other._instructions

    def load(self, offset: int) -> None:
        """Takes the 32 bits at `offset` of the call's data."""
        self._instructions.append(_Instruction(_LOAD_WORD, offset))

    def finish(self, action: int) -> None:
        self._instructions.append(_Instruction(_RETURN, action))

    def jump(self, label: str) -> None:
        self._instructions.append(_Instruction(_JUMP, then=label))

    def if_equal(self, value: int, then: str | None, otherwise: str | None = None) -> None:
        self._compare(_JUMP_EQUAL, value, then, otherwise)

    def if_at_least(self, value: int, then: str | None, otherwise: str | None = None) -> None:
        self._compare(_JUMP_GREATER_OR_EQUAL, value, then, otherwise)

    def if_any_bit(self, mask: int, then: str | None, otherwise: str | None = None) -> None:
        self._compare(_JUMP_ANY_BIT, mask, then, otherwise)

    def assemble(self) -> bytes:
        """The program's `struct sock_filter` array.

        Raises:
            ValueError: a label is missing or lies before its jump, or the program is too long.
        """
        # A jump too far for eight bits goes over an unconditional one behind it, which makes the
        # rest longer; so this is repeated until nothing changes.
        over: set[tuple[int, bool]] = set()
        while True:
            positions = self._positions(over)
            far = {
                (index, branch)
                for index, instruction in enumerate(self._instructions)
                if instruction.is_conditional
                for branch in (True, False)
                if self._distance(index, branch, positions) > _FARTHEST
            }
            if far <= over:
                break
            over |= far
        if positions[-1] > _LONGEST:
            raise ValueError(f"{positions[-1]} instructions are more than the kernel takes")
        return b"".join(
            self._encode(index, over, positions) for index in range(len(self._instructions))
        )

    def _compare(self, code: int, value: int, then: str | None, otherwise: str | None) -> None:
        self._instructions.append(_Instruction(code, value, then, otherwise))

    def _positions(self, over: set[tuple[int, bool]]) -> list[int]:
        """Where each instruction stands, and at last the length."""
        positions = [0]
        for index in range(len(self._instructions)):
            extra = ((index, True) in over) + ((index, False) in over)
            positions.append(positions[-1] + 1 + extra)
        return positions

    def _target(self, index: int, label: str) -> int:
        if label not in self._labels:
            raise ValueError(f"label {label} is not placed")
        if self._labels[label] <= index:
            raise ValueError(f"label {label} lies before a jump to it")
        return self._labels[label]

    def _distance(self, index: int, branch: bool, positions: list[int]) -> int:
        """Instructions to skip from the one behind this."""
        instruction = self._instructions[index]
        label = instruction.then if branch else instruction.otherwise
        target = index + 1 if label is None else self._target(index, label)
        return positions[target] - positions[index] - 1

    def _encode(self, index: int, over: set[tuple[int, bool]], positions: list[int]) -> bytes:
        instruction = self._instructions[index]
        code, operand = instruction.code, instruction.operand
        if not instruction.is_conditional:
            if code == _JUMP:
                operand = self._distance(index, True, positions)
            return _pack(code, 0, 0, operand)
        skips, behind = [], b""
        for branch in (True, False):
            distance = self._distance(index, branch, positions)
            if (index, branch) in over:
                place = len(behind) // 8
                skips.append(place)
                behind += _pack(_JUMP, 0, 0, distance - place - 1)
            else:
                skips.append(distance)
        return _pack(code, skips[0], skips[1], operand) + behind


def _pack(code: int, then: int, otherwise: int, operand: int) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, operand)
