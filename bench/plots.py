"""Line plots as SVG, by hand: two logarithmic axes, a line a contender."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

Points = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 400, 70, 150, 40, 50
#: Told apart by those who don't see red and green (Okabe and Ito).
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


def plot(title: str, across: str, up: str, lines: Mapping[str, Points]) -> str:
    return "\n".join((*_drawn(title, across, up, lines), ""))


def _drawn(title: str, across: str, up: str, lines: Mapping[str, Points]) -> Iterator[str]:
    xs, ys = (
        _Axis([x for points in lines.values() for x, _ in points]),
        _Axis([y for p in lines.values() for _, y in p]),
    )
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return _LEFT + xs.share(x) * (right - _LEFT), bottom - ys.share(y) * (bottom - _TOP)

    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    yield ' font-family="sans-serif" font-size="12">'
    yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>'
    yield f'<text x="{_LEFT}" y="22" font-size="15">{escape(title)}</text>'
    yield f'<text x="{(_LEFT + right) / 2}" y="{_HEIGHT - 12}" text-anchor="middle">{escape(across)}</text>'
    yield f'<text x="16" y="{_TOP - 8}">{escape(up)}</text>'
    for x in xs.ticks:
        at, _ = place(x, ys.low)
        yield f'<path d="M{at:.1f} {_TOP}V{bottom}" stroke="#ddd"/>'
        yield f'<text x="{at:.1f}" y="{bottom + 18}" text-anchor="middle">{x:,g}</text>'
    for y in ys.ticks:
        _, at = place(xs.low, y)
        yield f'<path d="M{_LEFT} {at:.1f}H{right}" stroke="#ddd"/>'
        yield f'<text x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{y:,g}</text>'
    for (name, points), colour in zip(lines.items(), _COLOURS, strict=False):
        placed = [place(x, y) for x, y in points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)
        yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in placed)
        yield f'<text x="{placed[-1][0] + 8:.1f}" y="{placed[-1][1] + 4:.1f}" fill="{colour}">{escape(name)}</text>'
    yield "</svg>"


class _Axis:
    """Whole powers of ten around the values."""

    def __init__(self, values: Sequence[float]) -> None:
        first = math.floor(math.log10(min(values)))
        last = max(math.ceil(math.log10(max(values))), first + 1)
        self.low, self._first, self._last = 10.0**first, first, last
        self.ticks = [10.0**power for power in range(first, last + 1)]

    def share(self, value: float) -> float:
        return (math.log10(value) - self._first) / (self._last - self._first)
