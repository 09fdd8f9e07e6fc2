"""Lines drawn as SVG: where ticks stand, and the path of each line. Pure geometry; the template writes the words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from tpbis_events.reports.over_time import Course

LEFT, RIGHT, TOP, BOTTOM = 58, 28, 26, 36  # margins, for numbers and the words of the axes
MOST_TICKS = 6  # of people
BETWEEN_DAYS = 80  # width that the words of a day need


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int


DESK, PHONE = (
    Size(1120, 320),
    Size(360, 260),
)  # one unit is about a pixel, so that words are as large as beside the drawing


@dataclass(frozen=True, slots=True)
class Tick:
    value: int
    at: float  # x of a tick of days, y of a tick of people


@dataclass(frozen=True, slots=True)
class Line:
    """`path` is the `d` of a path; the end is where its last number stands."""

    course: Course
    path: str
    end_x: float
    end_y: float


@dataclass(frozen=True, slots=True)
class Chart:
    size: Size
    lines: tuple[Line, ...]
    people: tuple[Tick, ...]
    days: tuple[Tick, ...]
    zero: float  # x of the first day of the meetings
    seats: float | None  # y of the seats there are, where that is in sight

    @property
    def left(self) -> int:
        return LEFT

    @property
    def right(self) -> int:
        return self.size.width - RIGHT

    @property
    def top(self) -> int:
        return TOP

    @property
    def bottom(self) -> int:
        return self.size.height - BOTTOM


def chart(courses: Sequence[Course], seats: int, size: Size) -> Chart | None:
    """The lines of one or two editions; None where nobody has registered yet. `seats` is drawn once it is within reach."""
    drawn = [each for each in courses if each.days]
    if not drawn:
        return None
    most = max(each.total for each in drawn)
    sees_seats = most * 3 >= seats > 0
    tall = steps_up_to(max(most, seats if sees_seats else 0))
    first = min(0, *(each.days[0] - 1 for each in drawn))  # lines begin at nobody, on the day before
    last = max(0, *(each.days[-1] for each in drawn))
    wide, high = size.width - LEFT - RIGHT, size.height - TOP - BOTTOM

    def x(day: int) -> float:
        return round(LEFT + (day - first) / max(last - first, 1) * wide, 1)

    def y(people: int) -> float:
        return round(TOP + high - people / tall[-1] * high, 1)

    return Chart(
        size,
        lines=tuple(Line(each, path_of(each, x, y), x(each.days[-1]), y(each.total)) for each in drawn),
        people=tuple(Tick(value, y(value)) for value in tall),
        days=tuple(Tick(day, x(day)) for day in days_between(first, last, wide // BETWEEN_DAYS)),
        zero=x(0),
        seats=y(seats) if sees_seats else None,
    )


def path_of(course: Course, x: Callable[[int], float], y: Callable[[int], float]) -> str:
    """From nobody on the day before, from day to day; of days on which nobody came only the last is told, it draws the same."""
    points = [(course.days[0] - 1, 0), *zip(course.days, course.sums, strict=True)]
    bends = [
        point
        for at, point in enumerate(points)
        if at in (0, len(points) - 1) or not points[at - 1][1] == point[1] == points[at + 1][1]
    ]
    return "M" + "L".join(f"{x(day):g} {y(people):g}" for day, people in bends)


def steps_up_to(most: int) -> list[int]:
    """Round numbers from 0 to the first that isn't below: 0, 200, 400, 600, 800, 1000 for 990."""
    step = next(step for step in _round_numbers() if step * (MOST_TICKS - 1) >= most)
    return list(range(0, max(most, 1) + step, step))


def _round_numbers() -> Iterator[int]:
    for power in count():
        yield from (number * 10**power for number in (1, 2, 5))


def days_between(first: int, last: int, most: int) -> list[int]:
    """At most so many days for the axis, at even distances, the first day of the meetings always among them."""
    for step in (1, 2, 7, 14, 28, 56, 112, 224):
        days = [day for day in range(first, last + 1) if day % step == 0]
        if len(days) <= most:
            return days
    return [0]
