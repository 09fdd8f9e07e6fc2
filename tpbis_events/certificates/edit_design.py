"""Change how an event's certificates look, how they are numbered, earned, and what each role gets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from tpbis_events.audit.record import record
from tpbis_events.certificates import numbers, own_key
from tpbis_events.certificates.design import LAYOUTS, Design, design_of, kept
from tpbis_events.certificates.layouts import colour_of
from tpbis_events.certificates.model import Signing
from tpbis_events.certificates.numbers import BadTemplate
from tpbis_events.certificates.ornament import PAPER
from tpbis_events.certificates.sheet import Colour
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import CertificateKind, Event
from tpbis_events.programmes.texts import tidy

LONGEST_PLACE = 80
MOST_JP = 200
# How far a colour must stand out from the paper (WCAG 2.2): headings 7, small lines of text in the accent 4.5.
CONTRAST, ACCENT_CONTRAST = 7.0, 4.5
_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class DesignPlan:
    """What the office says; `kinds` are those of roles, by id. An empty template is the usual one."""

    design: Design
    kinds: Mapping[int, CertificateKind] = field(default_factory=dict)


@command
def edit_design(event_id: int, plan: DesignPlan, *, by: Actor) -> None:
    """For certificates from now on; those that were issued keep what they were issued with.

    Refuses layouts that there aren't, signing by the own key where there is none that works, colours that can't be read on
    the paper, templates that would give a number twice, rules out of range, and a letter as the kind of a role.
    """
    by.require(Act.PLAN, None)
    event = db.session.get(Event, event_id)
    if event is None:
        raise NotFound("event.unknown")
    design = examined(plan.design)
    before, after = asdict(design_of(event)), asdict(design)
    changed = {name for name in after if before[name] != after[name]}
    if "signing" in changed and design.signing == Signing.OWN.value:
        _require_own_key()
    event.certificate_design = kept(design)
    moved = {}
    for role in event.roles:
        kind = plan.kinds.get(role.id, role.certificate_kind)
        if kind is CertificateKind.LETTER:
            raise Invalid({"kinds": "choice.unknown"})
        if kind is not role.certificate_kind:
            role.certificate_kind = kind
            moved[f"role {role.slug}"] = kind.value
    if changed or moved:
        told = {name: _told(after[name]) for name in sorted(changed)} | moved
        record("certificate.design_changed", f"event:{event_id}", at=clock.now(), actor=by.label, after=told)


def examined(design: Design) -> Design:
    """The design as it is kept, or `Invalid` with what is wrong with each field; `template_<kind>` for the templates."""
    problems: dict[str, str] = {}
    colour, accent = design.colour.strip().lower(), design.accent.strip().lower()
    for name, code, least in (("colour", colour, CONTRAST), ("accent", accent, ACCENT_CONTRAST)):
        if not _HEX.fullmatch(code):
            problems[name] = "colour.form"
        elif contrast(colour_of(code), PAPER) < least:
            problems[name] = "colour.pale"
    if design.layout not in LAYOUTS:
        problems["layout"] = "choice.unknown"
    if design.signing not in [each.value for each in Signing]:
        problems["signing"] = "choice.unknown"
    place = tidy(design.issue_place)
    if not place or len(place) > LONGEST_PLACE:
        problems["issue_place"] = "text.too_long" if place else "text.missing"
    if not 0 <= design.jp_needed <= MOST_JP:
        problems["jp_needed"] = "jp.needed_range"
    if design.points_needed is not None and not 1 <= design.points_needed <= 100:
        problems["points_needed"] = "percent.range"
    templates = {kind: tidy(text) for kind, text in design.templates.items() if tidy(text)}
    for kind, template in templates.items():
        try:
            numbers.parse(template)
        except BadTemplate as bad:
            problems[f"template_{kind}"] = bad.code
    if problems:
        raise Invalid(problems)
    values = asdict(design) | {"colour": colour, "accent": accent, "issue_place": place, "templates": templates}
    return Design(**values)


def _require_own_key() -> None:
    """Only when it is chosen: an event that says so already can still change its colours after its key has ended."""
    problem = own_key.state().problem
    if problem:
        raise Invalid({"signing": problem})


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, from 1 to 21, as WCAG defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _told(value: object) -> object:
    return ", ".join(f"{name} {each}" for name, each in value.items()) if isinstance(value, Mapping) else value
