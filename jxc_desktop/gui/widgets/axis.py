"""Axes of charts: round steps from a lowest to a highest value, zero always among them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


def round_steps(top: float, lines: int = 4) -> tuple[float, float]:
    """A round step and the axis top that ``lines`` steps reach, for values up to ``top``."""
    if top <= 0:
        return 1.0, float(lines)
    raw = top / lines
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(s * power for s in (1, 1.5, 2, 2.5, 5, 7.5, 10) if s * power >= raw * 0.9999)
    return step, step * lines


@dataclass(frozen=True, slots=True)
class Axis:
    """``below`` steps under zero and ``above`` over it, each ``step`` wide."""

    step: float
    below: int
    above: int

    @property
    def marks(self) -> list[float]:
        """The values that get a line, from the lowest."""
        return [self.step * n for n in range(-self.below, self.above + 1)]

    def share(self, value: float) -> float:
        """Where ``value`` stands between the lowest (0) and the highest mark (1)."""
        return (value / self.step + self.below) / (self.below + self.above)


def axis_of(values: Sequence[float], lines: int = 4) -> Axis:
    """An axis of about ``lines`` steps that holds ``values`` and zero."""
    high, low = max([*values, 0.0]), min([*values, 0.0])
    step, _top = round_steps(high - low, lines)
    if not low:
        return Axis(step, 0, lines)
    return Axis(step, math.ceil(-low / step - 1e-9), math.ceil(high / step - 1e-9))


def aligned(first: Axis, second: Axis) -> tuple[Axis, Axis]:
    """The same two axes with as many steps below and above zero, so that their lines are the same."""
    below, above = max(first.below, second.below), max(first.above, second.above)
    return Axis(first.step, below, above), Axis(second.step, below, above)


def axis_words(value: float) -> str:
    """A mark in words: ``1,500``, ``0.75``."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")
