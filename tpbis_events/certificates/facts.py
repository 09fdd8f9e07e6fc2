"""What a certificate says: plain facts, kept with each version as JSON and drawn from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from tpbis_events.programmes.model import CertificateKind

# Facts that each version has anew, whatever its text; the hours of the session are told by nothing but the badge.
OF_THE_VERSION = frozenset("number version code check_url issued_on_id issued_on_en begins ends".split())
# Facts that are the person's own, so that she may ask for a new version by herself when they differ.
OF_THE_PERSON = frozenset("full_name own_script_name nip position institution kind role_id role_en jp lessons".split())


@dataclass(frozen=True, slots=True)
class Lesson:
    """An item of the agenda that counted: on which day of the session (0: not known), who spoke, lessons of 45 minutes."""

    title_id: str
    title_en: str
    jp: int
    day: int = 0
    speakers: str = ""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """All that a certificate says. Dates come formatted; ``jp`` 0 means that no hours are stated.

    ``logos`` and ``signature`` are names (SHA-256) of images that are never changed; colours are ``#rrggbb``. ``begins`` and
    ``ends`` are the session's first and last moment, ``2027-08-08T00:30:00Z``; empty in versions of releases that knew no badges.
    """

    full_name: str
    own_script_name: str | None
    nip: str | None
    position: str
    institution: str
    role_id: str
    role_en: str
    event_name_id: str
    event_name_en: str
    place: str
    dates_id: str
    dates_en: str
    jp: int
    number: str
    version: int
    code: str
    check_url: str
    issued_on_id: str
    issued_on_en: str
    issue_place: str
    signatory_name: str
    signatory_position_id: str
    signatory_position_en: str
    specimen: bool
    issuer_id: str = "Perpustakaan Nasional Republik Indonesia"
    issuer_en: str = "National Library of Indonesia"
    kind: str = CertificateKind.PARTICIPANT.value
    layout: str = "frame"
    colour: str = "#213059"
    accent: str = "#8c592b"
    logos: tuple[str, ...] = ()
    signature: str | None = None
    lessons: tuple[Lesson, ...] = ()
    begins: str = ""
    ends: str = ""


def kept(facts: CertificateFacts) -> dict[str, Any]:
    """The facts as a version keeps them; the NIP is kept apart, encrypted."""
    return {name: value for name, value in asdict(facts).items() if name != "nip"}


def read(stored: Mapping[str, Any], nip: str | None) -> CertificateFacts:
    """The facts of a version again; what an older version of this product didn't keep is as it was drawn then."""
    values = dict(stored)
    values["logos"] = tuple(values.get("logos") or ())
    values["lessons"] = tuple(Lesson(**each) for each in values.get("lessons") or ())
    return CertificateFacts(**values, nip=nip)


def differences(old: CertificateFacts, new: CertificateFacts) -> frozenset[str]:
    """The names of facts that differ, without those that each version has anew."""
    names = asdict(old).keys() - OF_THE_VERSION
    return frozenset(name for name in names if getattr(old, name) != getattr(new, name))


def moment(at: datetime) -> str:
    """A moment as facts keep it, in UTC: `2027-08-08T08:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
