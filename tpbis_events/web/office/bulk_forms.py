"""What an act on many needs to be told, as a form for each."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField

from tpbis_events.people.actor import Act, Actor
from tpbis_events.registrations import counts
from tpbis_events.registrations.bulk_model import BulkAct
from tpbis_events.registrations.destinations import places_in
from tpbis_events.registrations.roster import Scope
from tpbis_events.web.presentation import in_language

# Which field a refusal is about.
FIELDS = {
    "registration.reason_missing": "reason",
    "decision.reason_missing": "reason",
    "move.reason_missing": "reason",
    "role.unknown": "quota_id",
    "tag.missing": "word",
}
_TOLD = _l("Everybody reads it in the mail; the audit log keeps it.")


class TagForm(FlaskForm):
    word = StringField(
        _l("Tag"),
        description=_l(
            "A short word, such as: speaker. The audit log keeps it, so write nothing about health or private life."
        ),
    )


class ReasonForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), description=_TOLD)


class ApproveForm(FlaskForm):
    reason = TextAreaField(_l("Note"), description=_l("The audit log keeps it, with your name."))


class MoveForm(FlaskForm):
    quota_id = SelectField(_l("To"), coerce=int, choices=[], validate_choice=False)
    reason = TextAreaField(_l("Reason"), description=_TOLD)


_FORMS: dict[BulkAct, type[FlaskForm]] = {
    BulkAct.APPROVE: ApproveForm,
    BulkAct.REJECT: ReasonForm,
    BulkAct.CANCEL: ReasonForm,
    BulkAct.MOVE: MoveForm,
    BulkAct.TAG: TagForm,
    BulkAct.UNTAG: TagForm,
}


def form_for(act: BulkAct, scope: Scope, by: Actor, *, first: bool = False) -> Any:
    """The form of an act; the first time it is empty, whatever the roster's form holds."""
    form = _FORMS[act](formdata=None) if first else _FORMS[act]()
    if isinstance(form, MoveForm):
        form.quota_id.choices = [
            (quota.id, f"{in_language(quota.session, 'name')}: {in_language(quota.role, 'name')} ({_seats(seats)})")
            for quota, seats in places_in(scope.event.id, by=by, act=Act.MOVE)
        ]
    return form


def _seats(seats: counts.SeatCounts) -> str:
    free = ngettext("%(num)s seat free", "%(num)s seats free", seats.free) if seats.free else _("full")
    if not seats.waiting:
        return str(free)
    return f"{free}, " + str(ngettext("%(num)s waiting", "%(num)s waiting", seats.waiting))
