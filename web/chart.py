"""The timeline as a list of bars: each a link, and a small drawing as tall as the list is high.

Heights are in hundredths of it. The languages with the most matches have a shade each; all others share one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup
from msgspec import Struct

from search.results import Bar, Timeline
from search.searching import SearchRequest
from web.choices import anytime, bounds, within
from web.links import Links

#: Shades for languages; the stylesheet has as many, and one for the others.
SHADES = 5
HEIGHT = 100
#: A bar is never lower than that, or one article among thousands would not be seen.
_LEAST = 1.5
#: Up to so many bars each have a label below; of more, every fifth period.
_LABELLED = 16


class Piece(Struct, frozen=True):
    """A rectangle of a bar: from the top, in hundredths, as SVG has numbers."""

    shade: int
    top: str
    height: str


class Column(Struct, frozen=True):
    """`address` is that of the results of its period, `label` the period or year to be told below, if any is."""

    bar: Bar
    address: str
    pieces: tuple[Piece, ...]
    label: str | None

    @property
    def drawn(self) -> Markup:
        """As SVG, of numbers only."""
        return Markup(
            "".join([f'<rect class="s{one.shade}" y="{one.top}" height="{one.height}"/>' for one in self.pieces])
        )


class Chart(Struct, frozen=True):
    """`legend` are the languages with a shade of their own, `others` whether there are more.

    `vague` are counts of what is dated too vaguely for a bar, with the request for it. `wider` leads out again, period
    by period; None stands for all of time. `highest` is the bar that sets the scale, if any article is counted.
    """

    unit: str
    columns: tuple[Column, ...]
    legend: tuple[tuple[str, int], ...]
    others: bool
    vague: tuple[tuple[Bar, SearchRequest], ...]
    undated: int
    wider: tuple[tuple[str | None, SearchRequest], ...]
    highest: Bar | None


def chart(timeline: Timeline, request: SearchRequest, shares: bool, links: Links) -> Chart:
    shades = _shades(timeline.bars)
    top = max((_size(bar, shares) for bar in timeline.bars), default=0.0)
    periods = [bar.period for bar in timeline.bars]
    few, years = len(periods) <= _LABELLED, {period[:4] for period in periods}
    address = links.differing(request, "after", "before")

    def column(bar: Bar) -> Column:
        after, before = bounds(bar.period)
        height = HEIGHT * _size(bar, shares) / top if top else 0.0
        return Column(
            bar,
            address(f"after={after}&before={before}"),
            tuple(_pieces(bar, shades, height)),
            _label(bar.period, len(years) > 1) if few or _is_round(bar.period) else None,
        )

    return Chart(
        unit=timeline.unit,
        columns=tuple(map(column, timeline.bars)),
        legend=tuple(list(shades.items())[:SHADES]),
        others=len(shades) > SHADES,
        vague=tuple((bar, within(request, bar.period)) for bar in timeline.vague),
        undated=timeline.undated,
        wider=tuple(_wider(request)),
        highest=max(timeline.bars, key=lambda bar: _size(bar, shares)) if top else None,
    )


def _size(bar: Bar, shares: bool) -> float:
    if not shares:
        return float(bar.count)
    return bar.count / bar.published if bar.published else 0.0


def _shades(bars: tuple[Bar, ...]) -> dict[str, int]:
    """The number of each language's shade, from 1, the most frequent first; 0 for those that have none."""
    total: Counter[str] = Counter()
    for bar in bars:
        total.update(dict(bar.languages))
    ranked = sorted(total, key=lambda language: (-total[language], language))
    return {language: place if place <= SHADES else 0 for place, language in enumerate(ranked, 1)}


def _pieces(bar: Bar, shades: dict[str, int], height: float) -> Iterator[Piece]:
    """From the bottom up, the most frequent language of all lowest, so that it can be compared along the list."""
    if not bar.count:
        return
    height, bottom = max(height, _LEAST), float(HEIGHT)
    parts: Counter[int] = Counter()
    for language, count in bar.languages:
        parts[shades[language]] += count
    for shade in sorted(parts, key=lambda shade: (shade == 0, shade)):
        part = height * parts[shade] / bar.count
        bottom -= part
        yield Piece(shade, f"{bottom:.3g}", f"{part:.3g}")


def _is_round(period: str) -> bool:
    """Every fifth decade, year or day; every third month."""
    match len(period):
        case 9:
            return int(period[:3]) % 5 == 0
        case 7:
            return int(period[-2:]) % 3 == 1
        case _:
            return int(period[-2:]) % 5 == 0


def _label(period: str, are_several_years: bool) -> str:
    """A month that begins another year is called after it."""
    return period[:4] if are_several_years and len(period) == 7 and period.endswith("-01") else period


def _wider(request: SearchRequest) -> Iterator[tuple[str | None, SearchRequest]]:
    if not (request.after or request.before):
        return
    yield None, anytime(request)
    period = request.after
    if period and period == request.before:
        yield from ((period[:length], within(request, period[:length])) for length in (4, 7) if length < len(period))
