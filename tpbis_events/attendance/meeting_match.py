"""Who of a session somebody in the list of a video call is: surely, perhaps, or nobody that can be told. Pure: no database.

Sure is an address that one person of the session has, or the whole name of one person. Everything else is left to a hand, with
the likeliest named first: a part of a name, two of one name, one address of several, an address that says one and a name that
says another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tpbis_events.attendance.display_names import Parts, alike, likeness, parts_of, spellings_of, weights_of
from tpbis_events.attendance.meeting_list import Visit
from tpbis_events.people.folding import folded, words_of

MOST_CANDIDATES = 5
WORTH_A_LOOK = 0.3
SAME = 1.0


@dataclass(frozen=True, slots=True)
class Expected:
    """One who has a seat, as far as matching needs her."""

    reference: str
    full_name: str
    own_script_name: str
    email: str
    role_id: int


class By(StrEnum):
    """What a match rests on."""

    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Candidate:
    person: Expected
    score: int  # percent


@dataclass(frozen=True, slots=True)
class Match:
    """A visit with whom it surely is, or with who it may be, the likeliest first; with neither nobody could be told."""

    visit: Visit
    sure: Expected | None = None
    by: By | None = None
    candidates: tuple[Candidate, ...] = ()


def matches_of(visits: Sequence[Visit], people: Sequence[Expected], *, place: str = "") -> tuple[Match, ...]:
    """One match for each visit, in their order. `place` is the session's city and province: words that tell nobody apart."""
    noise = frozenset(words_of(place)) - _words_of_names(people)
    session = _Names(people, noise)
    by_address: dict[str, list[Expected]] = {}
    for each in people:
        if each.email:
            by_address.setdefault(folded(each.email), []).append(each)
    return tuple(
        _match(visit, by_address.get(visit.email, []) if visit.email else [], session.like(visit.name), session.names)
        for visit in visits
    )


class _Names:
    """The names of a session, to be found by words that are like theirs."""

    def __init__(self, people: Sequence[Expected], noise: frozenset[str]) -> None:
        self._noise = noise
        self._people = {each.reference: each for each in people}
        self.names = {each.reference: _names(each, noise) for each in people}
        self._weights = weights_of(parts for both in self.names.values() for parts in both)
        self._bearers: dict[str, set[str]] = {}  # of a word
        self._words: dict[str, set[str]] = {}  # by their first letter
        for reference, both in self.names.items():
            for word in {word for parts in both for word in (*parts.words, parts.joined)}:
                self._bearers.setdefault(word, set()).add(reference)
                self._words.setdefault(word[:1], set()).add(word)

    def like(self, display_name: str) -> list[tuple[float, Expected]]:
        """Everybody whose name is like it at all, with how much, the likeliest first."""
        spellings = spellings_of(display_name, noise=self._noise)
        words = {word for parts in spellings for word in (*parts.words, parts.joined)}
        near = {
            reference
            for word in words
            for other in self._words.get(word[:1], ())
            if alike(word, other)
            for reference in self._bearers[other]
        }
        scored = (
            (
                max(likeness(n, s, self._weights) for n in self.names[reference] for s in spellings),
                self._people[reference],
            )
            for reference in near
        )
        found = [each for each in scored if each[0] >= WORTH_A_LOOK]
        return sorted(found, key=lambda each: (-each[0], each[1].full_name, each[1].reference))


def _match(
    visit: Visit,
    at_address: Sequence[Expected],
    found: Sequence[tuple[float, Expected]],
    names: Mapping[str, tuple[Parts, ...]],
) -> Match:
    whole = [person for score, person in found if score >= SAME]
    if at_address:
        named = [person for person in whole if person in at_address]
        if len(named) == 1 or (len(at_address) == 1 and not whole):
            return Match(visit, (named or list(at_address))[0], By.EMAIL)
        others = [each for each in found if each[1] not in at_address]
        scores = {person.reference: score for score, person in found}
        first = [(max(scores.get(each.reference, 0.0), 0.5), each) for each in at_address]
        return Match(visit, candidates=_candidates([*first, *others]))
    if len(whole) == 1 and (_is_telling(whole[0], names) or len(found) == 1):
        return Match(visit, whole[0], By.NAME)
    return Match(visit, candidates=_candidates(found))


def _is_telling(person: Expected, names: Mapping[str, tuple[Parts, ...]]) -> bool:
    """A name of one word is hers alone only when nobody else in the session bears that word: somebody may leave words out."""
    return all(len(parts.words) > 1 for parts in names[person.reference])


def _candidates(found: Sequence[tuple[float, Expected]]) -> tuple[Candidate, ...]:
    ordered = sorted(found, key=lambda each: -each[0])[:MOST_CANDIDATES]
    return tuple(Candidate(person, round(score * 100)) for score, person in ordered)


def _names(person: Expected, noise: frozenset[str]) -> tuple[Parts, ...]:
    both = (parts_of(person.full_name, noise=noise), parts_of(person.own_script_name, noise=noise))
    return tuple(dict.fromkeys(parts for parts in both if parts.words))


def _words_of_names(people: Sequence[Expected]) -> frozenset[str]:
    """A word of the place that somebody bears as a name stays one."""
    return frozenset(word for each in people for word in words_of(each.full_name))
