"""The agenda of an edition: its items day by day, with JP; add one, change it, put them in order, take one out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField

from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.programmes.edit_agenda import ItemPlan, add_item, edit_item, move_item, remove_item
from tpbis_events.programmes.model import AgendaItem, AgendaKind
from tpbis_events.programmes.plans import Plan, plan_of
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside
from tpbis_events.web.office.plan_fields import KINDS, choices, put_problems, read_time, written_time

page = Blueprint("plan_agenda", __name__)

_TEXTS = "title_id title_en place_id place_en note_id note_en speakers".split()


class ItemForm(FlaskForm):
    day_number = StringField(
        _l("Day"), default="1", description=_l("1 is the first day of each session; 0 while it is not known.")
    )
    starts = StringField(_l("Begins at"))
    ends = StringField(_l("Until"))
    kind = RadioField(_l("Kind"), default=AgendaKind.TALK.value, choices=choices(KINDS), validate_choice=False)
    title_id = StringField(_l("Title in Indonesian"))
    title_en = StringField(_l("Title in English"))
    place_id = StringField(_l("Place in Indonesian"))
    place_en = StringField(_l("Place in English"))
    note_id = TextAreaField(_l("Note in Indonesian"))
    note_en = TextAreaField(_l("Note in English"))
    speakers = StringField(
        _l("Speakers"), description=_l("Names with titles, as the back of the certificate prints them.")
    )
    jp = StringField(_l("JP"), default="0", description=_l("Lessons of 45 minutes, as certificates state them."))


@page.get("/office/events/<event>/plan/agenda")
def index(event: str) -> str:
    plan = plan_of(event, by=acting())
    days: dict[int, list[AgendaItem]] = {}
    for item in plan.event.agenda:
        days.setdefault(item.day_number, []).append(item)
    return render_template(
        "office/plan_agenda/index.html",
        event=plan.event,
        days=days,
        jp=sum(item.jp for item in plan.event.agenda),
        kinds=KINDS,
        clock=written_time,
    )


@page.route("/office/events/<event>/plan/new-item", methods=["GET", "POST"])
def add(event: str) -> ResponseReturnValue:
    """A link may say the day and the hour at which the item before it ends."""
    plan = plan_of(event, by=acting())
    form, status = ItemForm(data=_following(plan)), 200
    if form.validate_on_submit():
        try:
            add_item(plan.event.id, _typed(form), by=acting())
        except Invalid as wrong:
            status = put_problems(form, wrong.problems)
            plan = plan_of(event, by=acting())
        else:
            flash(_("The item is in the agenda."), "success")
            return redirect(url_for("office.plan_agenda.index", event=event), 303)
    return render_template("office/plan_agenda/form.html", event=plan.event, item=None, form=form), status


@page.route("/office/events/<event>/plan/agenda/<int:item>", methods=["GET", "POST"])
def edit(event: str, item: int) -> ResponseReturnValue:
    plan = plan_of(event, by=acting())
    row = _item(plan, item)
    known: dict[str, Any] = {
        **{name: getattr(row, name) or "" for name in _TEXTS},
        "day_number": row.day_number,
        "starts": written_time(row.starts),
        "ends": written_time(row.ends),
        "kind": row.kind.value,
        "jp": row.jp,
    }
    form, status = ItemForm(data=known), 200
    if form.validate_on_submit():
        try:
            edit_item(row.id, _typed(form), by=acting())
        except Invalid as wrong:
            status = put_problems(form, wrong.problems)
            plan = plan_of(event, by=acting())
            row = _item(plan, item)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("office.plan_agenda.index", event=event), 303)
    return render_template("office/plan_agenda/form.html", event=plan.event, item=row, form=form), status


@page.post("/office/events/<event>/plan/agenda/<int:item>/move")
def move(event: str, item: int) -> ResponseReturnValue:
    row = _item(plan_of(event, by=acting()), item)
    move_item(row.id, up=request.form.get("to") == "up", by=acting())
    return redirect(url_for("office.plan_agenda.index", event=event), 303)


@page.post("/office/events/<event>/plan/agenda/<int:item>/remove")
def remove(event: str, item: int) -> ResponseReturnValue:
    row = _item(plan_of(event, by=acting()), item)
    remove_item(row.id, by=acting())
    flash(_("The item is taken out."), "success")
    return redirect(url_for("office.plan_agenda.index", event=event), 303)


def _item(plan: Plan, item: int) -> AgendaItem:
    row = next((each for each in plan.event.agenda if each.id == item), None)
    if row is None:
        raise NotFound("agenda.unknown")
    return row


def _following(plan: Plan) -> dict[str, Any]:
    """A new item begins where the last one of its day ends."""
    asked = request.args.get("day", "")
    day = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 1
    last = [item for item in plan.event.agenda if item.day_number == day]
    return {"day_number": day, "starts": written_time(last[-1].ends) if last else ""}


def _typed(form: ItemForm) -> ItemPlan:
    problems = {name: "time.missing" for name in ("starts", "ends") if _unreadable(form[name].data)}
    if form.kind.data not in set(AgendaKind):
        problems["kind"] = "choice.missing"
    if problems:
        raise Invalid(problems)
    texts: dict[str, str] = {name: form[name].data or "" for name in _TEXTS}
    return ItemPlan(
        day_number=beside.whole_number(form.day_number.data),
        kind=AgendaKind(form.kind.data),
        starts=read_time(form.starts.data),
        ends=read_time(form.ends.data),
        jp=beside.whole_number(form.jp.data or "0"),
        **texts,
    )


def _unreadable(typed: str | None) -> bool:
    return bool((typed or "").strip()) and read_time(typed) is None
