"""What an organizer looks for in a roster, and the conditions that this makes of it.

Exports ask with the same words: `reports/found.py` adds what the rooms above know (attendance, certificates).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, false, or_, select, union_all
from sqlalchemy.orm import aliased

from tpbis_events.foundation.codes import read_back
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.folding import words_of
from tpbis_events.people.keep_words import EMAIL, PHONE
from tpbis_events.people.model import Person, PersonWord
from tpbis_events.programmes.model import Role, Session
from tpbis_events.registrations.model import Registration, State, Tag

SHORTEST_PHONE = 4  # fewer digits than these are the beginning of every number
MOST_WORDS = 6
HOME = "62"  # 0812... is kept as +62812...
_LAST = "\U0010ffff"


class Sort(StrEnum):
    """The orders of a roster; each is the order of its column, and of the requests among equals."""

    REQUEST = "request"
    NAME = "name"
    ROLE = "role"
    STATE = "state"
    INSTITUTION = "institution"


class Attended(StrEnum):
    YES = "yes"  # every day of the session
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Search:
    """What to show; what is empty doesn't narrow. `role` and `wave` are a slug and a number, the places are codes.

    `after` and `before` are ids of the registrations between which a page lies, in the order of `sort`.
    """

    words: str = ""
    role: str = ""
    state: str = ""
    province: str = ""  # of the session
    wave: int = 0
    regency: str = ""  # of the person
    country: str = ""
    tag: str = ""
    attended: str = ""
    certificate: str = ""  # yes or no
    support: bool = False
    no_email: bool = False
    sort: Sort = Sort.REQUEST
    after: int = 0
    before: int = 0


def conditions(search: Search, *, by: Actor) -> list[ColumnElement[bool]]:
    """The conditions on Registration joined with its Person, without reach, attendance and certificate.

    Contact and support are looked at only where the actor may see them: nobody learns them by searching.
    """
    found: list[ColumnElement[bool]] = []
    if search.role:
        found.append(Registration.role_id.in_(select(Role.id).where(Role.slug == search.role)))
    if search.state in set(State):
        found.append(Registration.state == State(search.state))
    if search.province:
        found.append(_in_sessions(Session.province_code == search.province))
    if search.regency:
        found.append(Person.regency_code == search.regency)
    if search.country:
        found.append(Person.country_code == search.country)
    if search.tag:
        found.append(Registration.id.in_(select(Tag.registration_id).where(Tag.word == search.tag)))
    if search.no_email:
        found.append(Person.email.is_(None))
    if search.support:
        found += [Person.support_needed.is_not(None), *_where_may(Act.SEE_SUPPORT, by)]
    if words := search.words.strip()[:200]:
        found.append(_matches(words, by))
    return found


def _matches(words: str, by: Actor) -> ColumnElement[bool]:
    """All words begin words of the name or institution; or it is the beginning of the e-mail address or phone number; or it is
    the reference. Each part goes by an index; together they name persons, however many registrations there are.
    """
    persons: list[Select[int]] = []
    if of_name := words_of(words)[:MOST_WORDS]:
        persons.append(_named(of_name))
    if contact := _contacts(words):
        begins = or_(*(_begins(PersonWord.word, each) for each in contact))
        wanted = select(PersonWord.person_id).where(begins)
        if where := _where_may(Act.SEE_CONTACT, by):
            wanted = wanted.join(Registration, Registration.person_id == PersonWord.person_id).where(*where)
        persons.append(wanted)
    if reference := read_back(words):
        persons.append(select(Registration.person_id).where(Registration.reference == reference))
    return Registration.person_id.in_(union_all(*persons)) if persons else false()


def _named(words: Collection[str]) -> Select[int]:
    """The persons who have all these words; the longest one, which is the rarest most often, is looked up first."""
    first, *others = sorted(words, key=len, reverse=True)
    wanted = select(PersonWord.person_id).where(_begins(PersonWord.word, first))
    for word in others:
        other = aliased(PersonWord)
        same = and_(other.person_id == PersonWord.person_id, _begins(other.word, word))
        wanted = wanted.where(select(other.person_id).where(same).exists())
    return wanted


def _contacts(words: str) -> list[str]:
    """The e-mail address and the phone numbers that this could be the beginning of, as they are kept."""
    found = []
    if not any(each.isspace() for each in words):
        found.append(EMAIL + words.casefold())
    digits = "".join(each for each in words if each.isascii() and each.isdigit())
    if len(digits) >= SHORTEST_PHONE and not any(each.isalpha() for each in words):
        found.append(PHONE + digits)
        if national := digits.lstrip("0"):
            found.append(PHONE + HOME + national)
    return found


def _begins(word: SQLColumnExpression[str], beginning: str) -> ColumnElement[bool]:
    """A range of the index, on both databases: words are sorted by their bytes."""
    return and_(word >= beginning, word < beginning + _LAST)


def _where_may(act: Act, by: Actor) -> list[ColumnElement[bool]]:
    provinces = by.provinces_for(act)
    return [] if provinces is None else [_in_sessions(Session.province_code.in_(provinces))]


def _in_sessions(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return Registration.session_id.in_(select(Session.id).where(which))
