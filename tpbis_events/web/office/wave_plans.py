"""The wave planner: sessions laid on waves, days and officers, as a board to change and as a calendar to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.programmes.model import Wave
from tpbis_events.programmes.wave_plan import Card, WavePlan, wave_plan
from tpbis_events.registrations.assign_waves import Spot, assign_waves
from tpbis_events.registrations.counts import registered_in
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import wave_form, wave_words
from tpbis_events.web.office.change_words import province_name
from tpbis_events.web.office.schedule_form import PROBLEMS
from tpbis_events.web.office.wave_form import Wanted
from tpbis_events.web.office.wave_words import Told
from tpbis_events.web.refusals import sentence

page = Blueprint("wave_plans", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as it stands on the board: where it is or would be, who is registered, what is wrong."""

    card: Card
    spot: Spot
    was: str
    people: int
    told: tuple[Told, ...]
    slots: tuple[int | None, ...]  # the officers that the card shows

    @property
    def beside(self) -> tuple[int, ...]:
        """Who travels beside those."""
        return tuple(sorted(self.spot.officers)[len(self.slots) :])


@dataclass(frozen=True, slots=True)
class Column:
    wave: Wave | None
    cards: tuple[Shown, ...]


@page.route("/office/events/<event>/waves", methods=["GET", "POST"])
def show(event: str) -> ResponseReturnValue:
    """POST with `step` save stores the whole board; any other shows it with its conflicts and stores nothing."""
    plan = wave_plan(event, by=acting())
    if request.method != "POST":
        return _board(plan, wave_form.as_it_is(plan), {}), 200
    wanted = wave_form.wanted(plan, request.form)
    faults = dict(wanted.faults)
    if not faults and request.form.get("step") == "save":
        try:
            outcome = assign_waves(plan.event.id, wanted.assignments, wanted.dates, by=acting())
        except Refusal as no:
            if no.status in (403, 404):
                raise
            plan = wave_plan(event, by=acting())
            return _board(plan, wave_form.on_top_of(plan, wanted), _faults(no)), no.status
        changed = outcome.sessions + outcome.waves
        told = ngettext("%(num)s change is stored.", "%(num)s changes are stored.", changed)
        flash(told if changed else _("Nothing was different."), "success" if changed else "info")
        return redirect(url_for(".show", event=event), 303)
    return _board(plan, wanted, faults, checked=True), 422 if faults else 200


@page.get("/office/events/<event>/waves/calendar")
def calendar(event: str) -> str:
    """Month by month: sessions, holidays, and the dates of the waves."""
    plan = wave_plan(event, by=acting())
    as_it_is = wave_form.as_it_is(plan)
    windows = as_it_is.as_windows(plan)
    return render_template(
        "office/wave_plans/calendar.html",
        event=plan.event,
        plan=plan,
        months=wave_words.months(plan, as_it_is.meetings(plan), windows),
        weekdays=wave_words.weekdays(),
        told=wave_words.told(plan, plan.found()),
    )


def _faults(no: Refusal) -> dict[str, str]:
    """The fields that a refusal is about; what is about none stands above the board."""
    if isinstance(no, Invalid):
        return {name: str(PROBLEMS.get(code, code)) for name, code in no.problems.items()}
    title, text = sentence(no)
    return {"": f"{title}. {text}"}


def _board(plan: WavePlan, wanted: Wanted, faults: Mapping[str, str], *, checked: bool = False) -> str:
    found = plan.found(wanted.meetings(plan), wanted.as_windows(plan))
    people = registered_in(plan.event.id)
    was = request.form if checked else {}  # what a refused page was made from is out of date
    columns: dict[int | None, list[Shown]] = {wave.id: [] for wave in plan.waves} | {None: []}
    for card in plan.cards:
        spot = wanted.spots[card.session.id]
        officers = sorted(spot.officers)[: wave_form.OFFICERS_ON_A_CARD]
        slots = (*officers, *[None] * (wave_form.OFFICERS_ON_A_CARD - len(officers)))
        columns.get(spot.wave_id, columns[None]).append(
            Shown(
                card,
                spot,
                was.get(f"was-{card.session.id}") or wave_form.written(wave_form.spot_of(card)),
                people.get(card.session.id, 0),
                tuple(wave_words.of_card(card, plan, found)),
                slots,
            )
        )
    waves = {wave.id: wave for wave in plan.waves}
    return render_template(
        "office/wave_plans/show.html",
        event=plan.event,
        plan=plan,
        columns=[
            Column(
                waves.get(id_ or 0), tuple(sorted(cards, key=lambda each: (each.spot.first_day, each.card.session.id)))
            )
            for id_, cards in columns.items()
        ],
        windows=wanted.windows,
        was_of_wave={wave.id: was.get(f"was-wave-{wave.id}") or wave_form.written_window(wave) for wave in plan.waves},
        told=wave_words.told(plan, found),
        faults=faults,
        checked=checked,
        province_name=province_name,
    )
