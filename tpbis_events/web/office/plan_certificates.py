"""How an edition's certificates look, are numbered and earned; its logos and signature; and samples before any is issued."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField

from tpbis_events.certificates import images, own_key
from tpbis_events.certificates.add_image import MOST, add_image, remove_image
from tpbis_events.certificates.design import PALETTE, Design, design_of
from tpbis_events.certificates.edit_design import DesignPlan, edit_design, examined
from tpbis_events.certificates.images import Purpose
from tpbis_events.certificates.model import Image, Signing
from tpbis_events.certificates.preview import next_number, samples
from tpbis_events.certificates.wording import images_of
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.people.actor import Act
from tpbis_events.programmes.model import CertificateKind, Event
from tpbis_events.programmes.plans import plan_of
from tpbis_events.web import signing_words
from tpbis_events.web.accounts import acting
from tpbis_events.web.certificate_words import KINDS, LAYOUTS, PALETTES, PROBLEMS, PURPOSES
from tpbis_events.web.office import beside
from tpbis_events.web.office.plan_fields import choices, put_problems

page = Blueprint("plan_certificates", __name__)

OWN = "own"
_TEMPLATES = {kind.value: f"template_{kind.value}" for kind in CertificateKind}
_OF_ROLES = {kind: words for kind, words in KINDS.items() if kind != CertificateKind.LETTER.value}


class DesignForm(FlaskForm):
    layout = RadioField(_l("Layout"), choices=choices(LAYOUTS), validate_choice=False)
    palette = SelectField(
        _l("Colours"), choices=choices(PALETTES | {OWN: _l("Own colours, as written here")}), validate_choice=False
    )
    colour = StringField(_l("Main colour"), description=_l("As #213059. It is used when own colours are chosen."))
    accent = StringField(_l("Second colour"), description=_l("As #8c592b."))
    issue_place = StringField(_l("Place of issue"), description=_l("Stands before the date, for example Jakarta."))
    agenda_page = BooleanField(_l("A back page with the lessons attended, their speakers and JP"))
    letters = BooleanField(_l("A letter of attendance for those who were there but fell short"))
    signing = RadioField(_l("How the files are signed"), choices=choices(signing_words.WAYS), validate_choice=False)
    jp_needed = StringField(_l("JP needed"), description=_l("0 when only the share of days counts."))
    points_needed = StringField(
        _l("Points needed in the test after the event, in percent"), description=_l("Empty when no test is asked.")
    )
    evaluation_needed = BooleanField(_l("The evaluation must be handed in"))
    commitment_needed = BooleanField(_l("A commitment must be entered"))
    template_participant = StringField(_l("Number for participants"))
    template_speaker = StringField(_l("Number for speakers"))
    template_moderator = StringField(_l("Number for moderators"))
    template_committee = StringField(_l("Number for committee members"))
    template_letter = StringField(_l("Number of letters of attendance"))


class ImageForm(FlaskForm):
    purpose = SelectField(_l("What it is"), choices=choices(PURPOSES), validate_choice=False)
    name = StringField(_l("Whose it is"), description=_l("For example: Colombo Plan."))
    file = FileField(_l("Picture"))


@page.route("/office/events/<event>/plan/certificate", methods=["GET", "POST"])
def edit(event: str) -> ResponseReturnValue:
    row = plan_of(event, by=acting()).event
    form, status = DesignForm(data=_known(design_of(row))), 200
    if form.validate_on_submit():
        try:
            edit_design(row.id, DesignPlan(_typed(form), _kinds(row)), by=acting())
        except Invalid as wrong:
            status = _put(form, wrong)
            row = plan_of(event, by=acting()).event
        else:
            flash(_("Saved. Certificates that were issued already stay as they are."), "success")
            return redirect(url_for(".edit", event=event), 303)
    return _page(row, form, ImageForm()), status


@page.post("/office/events/<event>/plan/certificate/preview")
def preview(event: str) -> ResponseReturnValue:
    """What is typed into the form as samples, saved or not: one for each kind of name that is hard to print."""
    from tpbis_events.certificates.drawing import draw_all

    row = plan_of(event, by=acting()).event
    form = DesignForm()
    asked = request.form.get("kind", "")
    kind = CertificateKind(asked) if asked in KINDS else CertificateKind.PARTICIPANT
    try:
        content = draw_all(samples(row, examined(_typed(form)), kind), _("Samples"))
    except Invalid as wrong:
        status = _put(form, wrong)
        return _page(row, form, ImageForm()), status
    headers = {"Content-Disposition": 'inline; filename="contoh-sertifikat.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@page.post("/office/events/<event>/plan/certificate/images")
def add(event: str) -> ResponseReturnValue:
    row = plan_of(event, by=acting()).event
    form = ImageForm()
    sent = request.files.get("file")
    try:
        if form.purpose.data not in PURPOSES:
            raise Invalid({"purpose": "choice.missing"})
        content = sent.stream.read(images.MOST_BYTES + 1) if sent else b""
        add_image(row.id, Purpose(form.purpose.data), form.name.data or "", content, by=acting())
    except Invalid as wrong:
        status = _put(form, wrong)
        row = plan_of(event, by=acting()).event
        return _page(row, DesignForm(formdata=None, data=_known(design_of(row))), form), status
    flash(_("The picture is on the certificates from now on."), "success")
    return redirect(url_for(".edit", event=event, _anchor="images"), 303)


@page.post("/office/events/<event>/plan/certificate/images/<int:image>/remove")
def remove(event: str, image: int) -> ResponseReturnValue:
    row = _image(event, image)
    remove_image(row.id, by=acting())
    flash(_("The picture is taken out. Certificates that show it already keep it."), "success")
    return redirect(url_for(".edit", event=event, _anchor="images"), 303)


@page.get("/office/events/<event>/plan/certificate/images/<int:image>.png")
def picture(event: str, image: int) -> Response:
    file = images.path_of(_image(event, image).sha256)
    if not file.is_file():  # a backup without it was restored
        raise NotFound("certificate.unknown_image")
    return Response(file.read_bytes(), mimetype="image/png")


def _image(event: str, image: int) -> Image:
    row = plan_of(event, by=acting()).event
    found = next((each for each in images_of(row.id) if each.id == image), None)
    if found is None:
        raise NotFound("certificate.unknown_image")
    return found


def _page(row: Event, form: DesignForm, image_form: ImageForm) -> str:
    design, key = design_of(row), own_key.state()
    kinds = {role.certificate_kind for role in row.roles} or {CertificateKind.PARTICIPANT}
    kinds |= {CertificateKind.LETTER} if design.letters else set()
    return render_template(
        "office/plan_certificates/form.html",
        event=row,
        form=form,
        image_form=image_form,
        layouts=LAYOUTS,
        kinds=KINDS,
        role_kinds=_OF_ROLES,
        images=images_of(row.id),
        purposes=PURPOSES,
        most=MOST,
        numbers=[(KINDS[kind.value], next_number(row, design, kind)) for kind in CertificateKind if kind in kinds],
        templates=list(_TEMPLATES.values()),
        may_sign=acting().may(Act.SIGN_CERTIFICATES, None),
        signing_notes=signing_words.notes(key, row.zone),
        # An event that says so already may keep it: what was chosen once is shown, with what is wrong now.
        signing_closed=[Signing.OWN.value] if key.problem and design.signing != Signing.OWN.value else [],
    )


def _known(design: Design) -> dict[str, Any]:
    known = asdict(design)
    pair = (design.colour, design.accent)
    known["palette"] = next((name for name, colours in PALETTE.items() if colours == pair), OWN)
    known |= {field: design.templates.get(kind, "") for kind, field in _TEMPLATES.items()}
    known["jp_needed"] = str(design.jp_needed)
    known["points_needed"] = "" if design.points_needed is None else str(design.points_needed)
    return known


def _typed(form: DesignForm) -> Design:
    own = (form.colour.data or "", form.accent.data or "")
    colour, accent = own if form.palette.data == OWN else PALETTE.get(form.palette.data or "", ("", ""))
    points = (form.points_needed.data or "").strip()
    return Design(
        layout=form.layout.data or "",
        colour=colour,
        accent=accent,
        issue_place=form.issue_place.data or "",
        signing=form.signing.data or Signing.NONE.value,
        agenda_page=form.agenda_page.data,
        letters=form.letters.data,
        templates={kind: form[field].data or "" for kind, field in _TEMPLATES.items()},
        jp_needed=beside.whole_number(form.jp_needed.data or "0"),
        points_needed=beside.whole_number(points) if points else None,
        evaluation_needed=form.evaluation_needed.data,
        commitment_needed=form.commitment_needed.data,
    )


def _kinds(event: Event) -> dict[int, CertificateKind]:
    """What each role gets, as far as the form says so."""
    said = {role.id: request.form.get(f"kind_{role.id}", "") for role in event.roles}
    return {role_id: CertificateKind(kind) for role_id, kind in said.items() if kind in _OF_ROLES}


def _put(form: FlaskForm, wrong: Invalid) -> int:
    return put_problems(form, {name: _said(code) for name, code in wrong.problems.items()})


def _said(code: str) -> str:
    return signing_words.problem(code) if code.startswith("certificate.key_") else str(PROBLEMS.get(code, code))
