"""What the page of a registration says of attendance and certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tpbis_events.attendance.presence import attended_days
from tpbis_events.certificates.badge_file import has_badge
from tpbis_events.certificates.changes import personal_changes
from tpbis_events.certificates.design import design_of
from tpbis_events.certificates.earning import Earned, earned_by
from tpbis_events.certificates.lookup import of_registration
from tpbis_events.certificates.model import Certificate
from tpbis_events.certificates.rules import Requirement
from tpbis_events.foundation import clock
from tpbis_events.programmes.model import SessionDay
from tpbis_events.registrations.model import Registration, State


@dataclass(frozen=True, slots=True)
class DayAttended:
    """A day of the session; `since` is the check-in, none when there is none; `begun` and `over` as the clock says."""

    day: SessionDay
    since: datetime | None
    begun: bool
    over: bool


class Step(StrEnum):
    """How far a certificate is."""

    MADE = "made"
    REVOKED = "revoked"
    READY = "ready"
    NOT_OVER = "not over"  # earned, but the days to come still change its hours
    UNSIGNED = "unsigned"  # earned, and the organizer hasn't said who signs
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class CertificatePanel:
    step: Step
    certificate: Certificate | None
    attended: int
    needed: int
    total: int
    jp: int
    requirements: tuple[Requirement, ...]
    may_letter: bool  # she was there, but fell short, and the event gives letters of attendance
    changed: tuple[str, ...]  # what a new version would say differently of her
    badge: bool  # there is a digital badge of it to download


def attendance_of(registration: Registration) -> list[DayAttended]:
    """Each day of the session with its check-in; nothing for who has no seat."""
    if registration.state is not State.SEATED:
        return []
    there = attended_days([registration.id])[registration.id]
    now = clock.now()
    return [
        DayAttended(
            day, there[day.id].checked_in_at if day.id in there else None, now >= day.starts_at, now >= day.ends_at
        )
        for day in registration.session.days
    ]


def certificate_of(registration: Registration) -> CertificatePanel | None:
    """Where the certificate stands; none for who has no seat, as no certificate can come of it."""
    if registration.state is not State.SEATED:
        return None
    certificate = of_registration(registration.id)
    earned = earned_by(registration)
    total = len(registration.session.days)
    step = _step(registration, certificate, earned, earned.standing.attended_days == total)
    return CertificatePanel(
        step,
        certificate,
        earned.standing.attended_days,
        earned.standing.needed_days,
        total,
        earned.jp,
        earned.requirements,
        step is Step.MISSING and _may_letter(registration, earned),
        personal_changes(registration, certificate, earned) if certificate and step is Step.MADE else (),
        certificate is not None and has_badge(certificate),
    )


def _step(registration: Registration, certificate: Certificate | None, earned: Earned, all_days: bool) -> Step:
    if certificate:
        return Step.REVOKED if certificate.revoked_at else Step.MADE
    if not earned.earned:
        return Step.MISSING
    if not all_days and clock.now() < registration.session.ends_at:
        return Step.NOT_OVER
    return Step.READY if registration.event.signatory_name else Step.UNSIGNED


def _may_letter(registration: Registration, earned: Earned) -> bool:
    event = registration.event
    there = earned.standing.attended_days > 0 and clock.now() >= registration.session.ends_at
    return there and design_of(event).letters and bool(event.signatory_name)
