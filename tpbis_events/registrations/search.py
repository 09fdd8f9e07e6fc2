"""What an organizer looks for in a roster, and the conditions that this makes of it.

Exports ask with the same words: `reports/found.py` adds what the rooms above know (attendance, certificates).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, and_, false, func, or_, select, union_all

from tpbis_events.foundation.codes import read_back
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.folding import words_of
from tpbis_events.people.keep_words import EMAIL, PHONE
from tpbis_events.people.model import Person, PersonWord
from tpbis_events.programmes.model import Role, Session
from tpbis_events.registrations.model import Registration, State, Tag

SHORTEST_PHONE = 4  # fewer digits than these are the beginning of every number
MOST_WORDS = 6
FEW = 1000
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


@dataclass(frozen=True, slots=True)
class Few:
    """That the words of a search name few persons, and by which of them these are looked up: the rarest word of a name (none
    where all are common) and the contacts.
    """

    word: str | None


def few(search: Search) -> Few | None:
    """Whether words name few enough persons to begin with them, rather than to go through a roster in its order. One query,
    and none without words; its cost is bounded whatever is in the tables.
    """
    words, contacts = words_of(search.words)[:MOST_WORDS], _contacts(search.words.strip())
    if not search.words.strip():
        return None
    looked = [*words, *contacts]
    numbers = db.session.execute(select(*(_up_to(word) for word in looked))).one() if looked else ()
    often = dict(zip(looked, numbers, strict=True))
    rarest = min(words, key=lambda word: often[word], default=None)
    if any(often[each] > FEW for each in contacts) or (rarest and often[rarest] > FEW):
        return None
    return Few(rarest)


def conditions(search: Search, *, by: Actor, few: Few | None = None) -> list[ColumnElement[bool]]:
    """The conditions on Registration joined with its Person, without reach, attendance and certificate.

    With `few` the words are looked up by their index; without it each row is asked whether it has them. Contact and support
    are looked at only where the actor may see them: nobody learns them by searching.
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
        found.append(_matches(words, by, few))
    return found


def _matches(words: str, by: Actor, few: Few | None) -> ColumnElement[bool]:
    """All words begin words of the name or institution; or it is the beginning of the e-mail address or phone number; or it is
    the reference.
    """
    of_name = words_of(words)[:MOST_WORDS]
    ways: list[ColumnElement[bool]] = []
    if of_name:
        rarest = few.word if few else None
        first = [_has_one_of([rarest], few)] if rarest else []
        ways.append(and_(*first, *(_has_one_of([word], None) for word in of_name if word != rarest)))
    if contacts := _contacts(words):
        ways.append(and_(_has_one_of(contacts, few), *_where_may(Act.SEE_CONTACT, by)))
    if reference := read_back(words):
        ways.append(Registration.reference == reference)
    if few and len(ways) > 1:  # one list of ids, so that no database goes through everybody for an OR
        return Registration.id.in_(union_all(*(select(Registration.id).where(way).correlate(None) for way in ways)))
    return or_(*ways) if ways else false()


def _has_one_of(words: list[str], few: Few | None) -> ColumnElement[bool]:
    """Whether the person has a word that begins like one of these: looked up by the words, or asked of the row."""
    begins = or_(*(_begins(PersonWord.word, word) for word in words))
    if few:
        return Registration.person_id.in_(select(PersonWord.person_id).where(begins))
    # Not EXISTS: PostgreSQL would then read the words of everybody into a table first, for a page of fifty.
    asked = select(PersonWord.person_id).where(PersonWord.person_id == Registration.person_id, begins).limit(1)
    return asked.scalar_subquery().is_not(None)


def _up_to(word: str) -> ScalarSelect[int]:
    """How many rows a word has, counted no further than FEW and one."""
    some = select(PersonWord.person_id).where(_begins(PersonWord.word, word)).limit(FEW + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


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
