"""Every route, asked by every right, in the own province and in another: who gets in is what this table says, no more.

A new route fails here until it has its line. The line names the act that the page asks for; who holds an act is said once
more in HOLDERS, by hand, so that a right that grew by mistake is seen too.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.builders import Place, an_account, an_event, registered, somebody
from tests.cast import BALI, sign_in
from tests.conftest import _app
from tests.queries import counted
from tpbis_events.attendance.keep_photo import attach_photo
from tpbis_events.attendance.keep_receipts import Amount, open_receipts
from tpbis_events.attendance.photo_file import PhotoFile
from tpbis_events.attendance.print_sheet import print_sheet
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import ACTS, COMMAND_LINE, Act
from tpbis_events.people.model import Account, Grant, Right
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.call_model import Call
from tpbis_events.registrations.model import Registration

ELSEWHERE = "12"


@dataclass(frozen=True, slots=True)
class Needs:
    """The act that a page asks for, of a place (`in_province`) or wherever; `to_send` is that of its POST, where it differs."""

    act: Act
    in_province: bool = True
    to_send: Act | None = None

    def of(self, method: str) -> Act:
        return self.to_send if method == "POST" and self.to_send else self.act


SEES_NO_EVENT = 0  # 403 or 404: no province is told by either
PUBLIC = "everybody, and alike"
BY_LINK = "who holds the link; no right opens it"
SIGNED_IN = "every account, about itself"

ANYWHERE = {"in_province": False}
# What these give is looked at or taken out by POST, since it is written down; nothing else changes.
OF_A_LOOK = (Act.EXPORT, Act.SEE_MAIL)
EXPECTED: dict[str, Needs | str] = {
    "account.codes.enter": PUBLIC,
    "account.columns.choose": SIGNED_IN,
    "account.own.end_one": SIGNED_IN,
    "account.own.end_others": SIGNED_IN,
    "account.own.password": SIGNED_IN,
    "account.own.show": SIGNED_IN,
    "account.passwords.ask": PUBLIC,
    "account.passwords.asked": PUBLIC,
    "account.passwords.choose": BY_LINK,
    "account.second_factor.renew": SIGNED_IN,
    "account.second_factor.show": SIGNED_IN,
    "account.second_factor.turn_off": SIGNED_IN,
    "bounces.take": PUBLIC,
    "door.home.show": Needs(Act.SEE_DOOR, **ANYWHERE),
    "door.questionnaires.show": Needs(Act.SEE_DOOR),
    "door.signatures.sign": Needs(Act.SEE_DOOR, to_send=Act.MARK_ATTENDANCE),
    "door.sessions.check_in": Needs(Act.MARK_ATTENDANCE),
    "door.sessions.show": Needs(Act.SEE_DOOR),
    "door.sessions.undo": Needs(Act.MARK_ATTENDANCE),
    "door.links.open_": BY_LINK,
    "door.links.show": BY_LINK,
    "door.shell.manifest": PUBLIC,
    "door.shell.show": PUBLIC,
    "door.shell.worker": PUBLIC,
    "door.sync.now": Needs(Act.SEE_DOOR),
    "door.sync.take": Needs(Act.MARK_ATTENDANCE),
    "door.sync.take_along": Needs(Act.SEE_DOOR),
    "door.sync.token": Needs(Act.SEE_DOOR),
    "door.walk_ins.choose": Needs(Act.REGISTER),
    "door.walk_ins.enter": Needs(Act.REGISTER),
    "door.walk_ins.instead": Needs(Act.SUBSTITUTE),
    "health.alive": PUBLIC,
    "health.ready": PUBLIC,
    "my.certificates.badge": BY_LINK,
    "my.all_certificates.archive": BY_LINK,
    "my.all_certificates.download": BY_LINK,
    "my.all_certificates.show": BY_LINK,
    "my.certificates.download": BY_LINK,
    "my.certificates.issue": BY_LINK,
    "my.commitments.show": BY_LINK,
    "my.commitments.update": BY_LINK,
    "my.certificates.reissue": BY_LINK,
    "my.corrections.ask": BY_LINK,
    "my.links.ask": PUBLIC,
    "my.links.asked": PUBLIC,
    "my.links.send": PUBLIC,
    "my.messages.choose": BY_LINK,
    "my.messages.show": BY_LINK,
    "my.online.join": BY_LINK,
    "my.offers.accept": BY_LINK,
    "my.offers.decline": BY_LINK,
    "my.questionnaires.index": BY_LINK,
    "my.questionnaires.show": BY_LINK,
    "my.registrations.calendar": BY_LINK,
    "my.registrations.cancel": BY_LINK,
    "my.registrations.correct": BY_LINK,
    "my.registrations.done": BY_LINK,
    "my.registrations.qr": BY_LINK,
    "my.registrations.show": BY_LINK,
    "my.still_coming.answer": BY_LINK,
    "my.substitutes.name": BY_LINK,
    "office.account_acts.disable": Needs(Act.MANAGE_ACCOUNTS, **ANYWHERE),
    "office.account_acts.enable": Needs(Act.MANAGE_ACCOUNTS, **ANYWHERE),
    "office.account_acts.give": Needs(Act.MANAGE_ACCOUNTS, **ANYWHERE),
    "office.account_acts.mail_link": Needs(Act.MANAGE_ACCOUNTS, **ANYWHERE),
    "office.account_acts.remove_second_factor": Needs(Act.MANAGE_ACCOUNTS, **ANYWHERE),
    "office.account_acts.show_link": Needs(Act.MANAGE_ACCOUNTS, **ANYWHERE),
    "office.account_acts.sign_out": Needs(Act.MANAGE_ACCOUNTS, **ANYWHERE),
    "office.account_acts.take": Needs(Act.MANAGE_ACCOUNTS, **ANYWHERE),
    "office.accounts.index": Needs(Act.MANAGE_ACCOUNTS, **ANYWHERE),
    "office.accounts.open_": Needs(Act.MANAGE_ACCOUNTS, **ANYWHERE),
    "office.accounts.show": Needs(Act.MANAGE_ACCOUNTS, **ANYWHERE),
    "office.applications.index": Needs(Act.DECIDE),
    "office.attendance.mark": Needs(Act.MARK_ATTENDANCE),
    "office.devices.index": Needs(Act.MANAGE_DOOR),
    "office.devices.take_back": Needs(Act.MANAGE_DOOR),
    "office.scans.index": Needs(Act.MANAGE_DOOR),
    "office.scans.settle": Needs(Act.MANAGE_DOOR),
    "office.attendance_records.open_": Needs(Act.SEE_ATTENDANCE),
    "office.attendance_records.show": Needs(Act.SEE_ATTENDANCE),
    "office.attendance_reports.show": Needs(Act.SEE_ROSTER),
    "office.attendance_reports.take": Needs(Act.EXPORT),
    "office.audit.index": Needs(Act.SEE_AUDIT, **ANYWHERE),
    "office.bulk.act": Needs(Act.TAG),
    "office.bulk.ask": Needs(Act.TAG),
    "office.bulk.go_on": Needs(Act.TAG, **ANYWHERE),
    "office.bulk.show": Needs(Act.TAG, **ANYWHERE),
    "office.calls.as_well": Needs(Act.TELL),
    "office.calls.index": Needs(Act.TELL),
    "office.calls.show": Needs(Act.TELL),
    "office.calls.told": Needs(Act.TELL),
    "office.certificate_batches.act_on_event": Needs(Act.ISSUE_CERTIFICATE),
    "office.certificate_batches.act_on_session": Needs(Act.ISSUE_CERTIFICATE),
    "office.certificate_batches.event": Needs(Act.ISSUE_CERTIFICATE),
    "office.certificate_batches.session": Needs(Act.ISSUE_CERTIFICATE),
    "office.certificate_batches.show": Needs(Act.ISSUE_CERTIFICATE),
    "office.certificate_batches.stop": Needs(Act.ISSUE_CERTIFICATE),
    "office.certificates.download": Needs(Act.ISSUE_CERTIFICATE),
    "office.certificates.issue": Needs(Act.ISSUE_CERTIFICATE),
    "office.certificates.reissue": Needs(Act.ISSUE_CERTIFICATE),
    "office.certificates.revoke": Needs(Act.REVOKE_CERTIFICATE),
    "office.entries.register": Needs(Act.REGISTER),
    "office.exports.event": Needs(Act.EXPORT),
    "office.exports.session": Needs(Act.EXPORT),
    "office.exports.take_event": Needs(Act.EXPORT),
    "office.exports.take_session": Needs(Act.EXPORT),
    "office.home.show": Needs(Act.SEE_ROSTER, **ANYWHERE),
    "office.imports.ask": Needs(Act.IMPORT),
    "office.imports.done": Needs(Act.IMPORT),
    "office.imports.preview": Needs(Act.IMPORT),
    "office.imports.template": Needs(Act.IMPORT),
    "office.invitations.index": Needs(Act.INVITE),
    "office.invitations.take_back": Needs(Act.INVITE),
    "office.mail.address": Needs(Act.SEE_MAIL, **ANYWHERE),
    "office.mail.give_one_up": Needs(Act.RESEND_MAIL, **ANYWHERE),
    "office.live.event": Needs(Act.SEE_ROSTER),
    "office.live.session": Needs(Act.SEE_ROSTER),
    "office.kept_mail.html": Needs(Act.SEE_MAIL, **ANYWHERE),
    "office.kept_mail.index": Needs(Act.SEE_MAIL, **ANYWHERE),
    "office.kept_mail.part": Needs(Act.SEE_MAIL, **ANYWHERE),
    "office.kept_mail.show": Needs(Act.SEE_MAIL, **ANYWHERE),
    "office.letters.edit": Needs(Act.CHANGE_LETTERS),
    "office.letters.index": Needs(Act.CHANGE_LETTERS),
    "office.letters.look": Needs(Act.CHANGE_LETTERS),
    "office.letters.reset": Needs(Act.CHANGE_LETTERS),
    "office.mail.html": Needs(Act.SEE_MAIL, **ANYWHERE),
    "office.mail.index": Needs(Act.SEE_MAIL, **ANYWHERE),
    "office.mail.many": Needs(Act.RESEND_MAIL, **ANYWHERE),
    "office.mail.resend": Needs(Act.RESEND_MAIL, **ANYWHERE),
    "office.mail.show": Needs(Act.SEE_MAIL, **ANYWHERE),
    "office.mail_addresses.clear": Needs(Act.RESEND_MAIL, **ANYWHERE),
    "office.mail_addresses.index": Needs(Act.SEE_MAIL, **ANYWHERE),
    "office.dashboard.show": Needs(Act.SEE_ROSTER),
    "office.messages.discard": Needs(Act.WRITE_MAIL),
    "office.messages.edit": Needs(Act.WRITE_MAIL),
    "office.messages.html": Needs(Act.WRITE_MAIL),
    "office.messages.index": Needs(Act.WRITE_MAIL),
    "office.messages.new": Needs(Act.WRITE_MAIL),
    "office.messages.schedule": Needs(Act.WRITE_MAIL),
    "office.messages.show": Needs(Act.WRITE_MAIL),
    "office.messages.stop": Needs(Act.WRITE_MAIL),
    "office.messages.test": Needs(Act.WRITE_MAIL),
    "office.messages.unschedule": Needs(Act.WRITE_MAIL),
    "office.messages.write": Needs(Act.WRITE_MAIL),
    "office.meeting_lists.ask": Needs(Act.MARK_ATTENDANCE),
    "office.meeting_lists.check": Needs(Act.MARK_ATTENDANCE),
    "office.moves.move": Needs(Act.MOVE),
    "office.online.change": Needs(Act.MANAGE_DOOR),
    "office.online.show": Needs(Act.MANAGE_DOOR),
    "office.orders.discard": Needs(Act.EXPORT, **ANYWHERE),
    "office.orders.fetch": Needs(Act.EXPORT, **ANYWHERE),
    "office.orders.index": Needs(Act.EXPORT, **ANYWHERE),
    "office.clones.start": Needs(Act.PLAN),
    "office.papers.event": Needs(Act.PRINT_SHEETS),
    "office.papers.print_": Needs(Act.PRINT_SHEETS),
    "office.papers.show": Needs(Act.SEE_ATTENDANCE),
    "office.papers.signed": Needs(Act.SEE_ATTENDANCE),
    "office.papers.take": Needs(Act.PRINT_SHEETS),
    "office.plan_agenda.add": Needs(Act.PLAN),
    "office.plan_agenda.edit": Needs(Act.PLAN),
    "office.plan_agenda.index": Needs(Act.PLAN),
    "office.plan_agenda.move": Needs(Act.PLAN),
    "office.plan_agenda.remove": Needs(Act.PLAN),
    "office.signing.bring": Needs(Act.SIGN_CERTIFICATES, **ANYWHERE),
    "office.signing.show": Needs(Act.SIGN_CERTIFICATES, **ANYWHERE),
    "office.signing.take_out": Needs(Act.SIGN_CERTIFICATES, **ANYWHERE),
    "office.corrections.decide": Needs(Act.CORRECT),
    "office.corrections.index": Needs(Act.CORRECT, **ANYWHERE),
    "office.plan_certificates.add": Needs(Act.PLAN),
    "office.plan_certificates.edit": Needs(Act.PLAN),
    "office.plan_certificates.picture": Needs(Act.PLAN),
    "office.plan_certificates.preview": Needs(Act.PLAN),
    "office.plan_certificates.remove": Needs(Act.PLAN),
    "office.plan_events.edit": Needs(Act.PLAN),
    "office.plan_events.new": Needs(Act.PLAN, **ANYWHERE),
    "office.plan_programmes.edit": Needs(Act.PLAN, **ANYWHERE),
    "office.plan_programmes.new": Needs(Act.PLAN, **ANYWHERE),
    "office.plan_provinces.add": Needs(Act.PLAN),
    "office.plan_reminders.edit": Needs(Act.PLAN),
    "office.plan_roles.add": Needs(Act.PLAN),
    "office.plan_roles.edit": Needs(Act.PLAN),
    "office.plan_roles.move": Needs(Act.PLAN),
    "office.plan_roles.remove": Needs(Act.PLAN),
    "office.plan_roles.seats": Needs(Act.PLAN),
    "office.plan_sessions.add": Needs(Act.PLAN),
    "office.plan_sessions.edit": Needs(Act.PLAN),
    "office.plan_sessions.remove": Needs(Act.PLAN),
    "office.plan_sessions.seats": Needs(Act.PLAN),
    "office.plan_waves.add": Needs(Act.PLAN),
    "office.plan_waves.edit": Needs(Act.PLAN),
    "office.plan_waves.remove": Needs(Act.PLAN),
    "office.plans.index": Needs(Act.PLAN, **ANYWHERE),
    "office.plans.preview": Needs(Act.PLAN),
    "office.plans.show": Needs(Act.PLAN),
    "office.publications.publish": Needs(Act.PLAN),
    "office.publications.show": Needs(Act.PLAN),
    "office.publications.take_back": Needs(Act.PLAN),
    "office.registrations.accept": Needs(Act.ANSWER_OFFER),
    "office.registrations.approve": Needs(Act.DECIDE),
    "office.registrations.cancel": Needs(Act.CANCEL),
    "office.registrations.decline": Needs(Act.ANSWER_OFFER),
    "office.registrations.number": Needs(Act.SEE_NUMBER),
    "office.registrations.reinstate": Needs(Act.REINSTATE),
    "office.registrations.reject": Needs(Act.DECIDE),
    "office.registrations.show": Needs(Act.SEE_ROSTER),
    "office.registrations.tags": Needs(Act.TAG),
    "office.rosters.event": Needs(Act.SEE_ROSTER),
    "office.reschedules.answer": Needs(Act.CORRECT),
    "office.reschedules.changes": Needs(Act.SEE_ROSTER),
    "office.reschedules.show": Needs(Act.RESCHEDULE),
    "office.rosters.show": Needs(Act.SEE_ROSTER),
    "office.receipts.index": Needs(Act.RECEIPTS),
    "office.receipts.print_": Needs(Act.RECEIPTS),
    "office.receipts.remove": Needs(Act.RECEIPTS),
    "office.receipts.show": Needs(Act.RECEIPTS),
    "office.seats.change": Needs(Act.CHANGE_SEATS),
    "office.sessions.cancel": Needs(Act.CANCEL_SESSION),
    "office.sheets.attach": Needs(Act.PRINT_SHEETS),
    "office.sheets.fetch": Needs(Act.SEE_ATTENDANCE),
    "office.sheets.key": Needs(Act.PRINT_SHEETS),
    "office.sheets.look": Needs(Act.SEE_ATTENDANCE),
    "office.sheets.settle": Needs(Act.PRINT_SHEETS),
    "office.sheets.show": Needs(Act.SEE_ATTENDANCE),
    "office.sheets.withdraw": Needs(Act.PRINT_SHEETS),
    "office.substitutes.enter": Needs(Act.SUBSTITUTE),
    "office.waiting.priority": Needs(Act.SERVE_WAITING),
    "office.waiting.show": Needs(Act.SERVE_WAITING),
    "office.wave_plans.calendar": Needs(Act.PLAN),
    "office.wave_plans.show": Needs(Act.PLAN),
    "office.ways.role": Needs(Act.CHANGE_WAYS),
    "office.ways.show": Needs(Act.CHANGE_WAYS),
    "office.commitments.enter": Needs(Act.CORRECT),
    "office.commitments.index": Needs(Act.SEE_RESULTS),
    "office.commitments.show": Needs(Act.SEE_RESULTS, to_send=Act.CORRECT),
    "office.questionnaires.begin": Needs(Act.QUESTION),
    "office.questionnaires.edit": Needs(Act.QUESTION),
    "office.questionnaires.index": Needs(Act.QUESTION),
    "office.questionnaires.preview": Needs(Act.QUESTION),
    "office.questionnaires.publish": Needs(Act.QUESTION),
    "office.questionnaires.remove": Needs(Act.QUESTION),
    "office.questionnaires.show": Needs(Act.QUESTION),
    "office.questionnaires.take_back": Needs(Act.QUESTION),
    "office.questions.add": Needs(Act.QUESTION),
    "office.questions.edit": Needs(Act.QUESTION),
    "office.questions.move": Needs(Act.QUESTION),
    "office.questions.remove": Needs(Act.QUESTION),
    "office.results.index": Needs(Act.SEE_RESULTS),
    "office.results.show": Needs(Act.SEE_RESULTS),
    "own_first_page": SIGNED_IN,
    "public.badges.status": PUBLIC,
    "public.certificates.ask": PUBLIC,
    "public.certificates.check_file": PUBLIC,
    "public.certificates.show": PUBLIC,
    "public.events.show": PUBLIC,
    "public.home.show": PUBLIC,
    "public.invitations.form": BY_LINK,
    "public.nominations.propose": BY_LINK,
    "public.nominations.show": BY_LINK,
    "public.nominations.withdraw": BY_LINK,
    "public.privacy.show": PUBLIC,
    "public.questionnaires.done": PUBLIC,
    "public.questionnaires.send": PUBLIC,
    "public.questionnaires.show": PUBLIC,
    "public.register.form": PUBLIC,
    "public.sessions.calendar": PUBLIC,
    "public.sessions.show": PUBLIC,
    "security.login": PUBLIC,
    "security.logout": PUBLIC,
    "security.static": PUBLIC,
    "static": PUBLIC,
}  # fmt: skip
# Who holds which act. Whoever changes a right changes it here as well.
HOLDERS: dict[Act, str] = {
    Act.SEE_OFFICE: "administrator national pic auditor finance",
    Act.SEE_ROSTER: "national pic auditor finance",
    Act.EXPORT: "national pic auditor finance",
    Act.SEE_AUDIT: "administrator national auditor",
    Act.SEE_MAIL: "national auditor",
    Act.SEE_DOOR: "national pic door",
    Act.MARK_ATTENDANCE: "national pic door",
    Act.MANAGE_ACCOUNTS: "administrator",
    Act.CHANGE_LETTERS: "national",
    Act.TELL: "national pic",
    Act.MANAGE_DOOR: "national pic",
    Act.PRINT_SHEETS: "national pic",
    Act.RECEIPTS: "national finance",
    Act.SEE_ATTENDANCE: "national pic auditor",
    Act.QUESTION: "national",
    Act.SEE_RESULTS: "national pic auditor",
    Act.RESEND_MAIL: "national",
    Act.CHANGE_SEATS: "national",
    Act.CHANGE_WAYS: "national",
    Act.CANCEL_SESSION: "national",
    Act.PLAN: "national",
    Act.RESCHEDULE: "national",
    Act.REVOKE_CERTIFICATE: "national",
    Act.SIGN_CERTIFICATES: "national",
    **dict.fromkeys(
        (
            Act.SEE_NUMBER, Act.SEE_CONTACT, Act.SEE_SUPPORT, Act.REGISTER, Act.DECIDE, Act.INVITE, Act.MOVE,
            Act.SUBSTITUTE, Act.REINSTATE, Act.SERVE_WAITING, Act.ANSWER_OFFER, Act.CANCEL, Act.CORRECT,
            Act.ISSUE_CERTIFICATE, Act.TAG, Act.WRITE_MAIL, Act.IMPORT,
        ),
        "national pic",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Who:
    """One who asks: a right, over one province or all."""

    right: Right | None
    province: str | None = None

    @property
    def name(self) -> str:
        return f"{self.right or 'nobody'} of {self.province or 'everywhere'}"

    def holds(self, act: Act) -> bool:
        return self.right is not None and self.right.value in HOLDERS[act].split()

    def reaches(self, province: str) -> bool:
        return self.right is not None and self.province in (None, province)

    def refusal(self, rule: Rule, method: str, province: str) -> int | None:
        """The status that refuses her here, or none when she gets in."""
        needed = EXPECTED[rule.endpoint]
        if isinstance(needed, str):
            return 303 if needed == SIGNED_IN and self.right is None else None
        if self.right is None:
            return 303
        act, door = needed.of(method), rule.endpoint.startswith("door.")
        if not self.holds(Act.SEE_DOOR if door else Act.SEE_OFFICE):
            return 403
        if not needed.in_province:
            return None if self.holds(act) else 403
        if not self.reaches(province):
            return 404
        of_event = "event" in rule.arguments and "session" not in rule.arguments
        if of_event and not self.holds(Act.SEE_ROSTER):
            return SEES_NO_EVENT
        return None if self.holds(act) else 403


CAST = (
    Who(None),
    Who(Right.DOOR, BALI),
    Who(Right.PIC, BALI),
    Who(Right.FINANCE, BALI),
    Who(Right.AUDITOR),
    Who(Right.NATIONAL),
    Who(Right.ADMINISTRATOR),
)
OF_LITTLE_RIGHT = (Who(None), Who(Right.DOOR, BALI), Who(Right.NATIONAL))  # enough where no right is asked


class Refusals(logging.Handler):
    """The codes of what was refused since it was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == "access.refused":
            self.codes.append(record.facts["code"])  # type: ignore[attr-defined]


class Matrix:
    """The database with both provinces, everybody signed in, and a way back to how it was."""

    def __init__(self, app: Flask, file: Path) -> None:
        self.app, self.file, self.log = app, file, Refusals()
        logger = logging.getLogger("tpbis")
        logger.addHandler(self.log)
        logger.setLevel(logging.INFO)
        # Nothing here has to outlive a power cut, and a slow disk would make minutes of it.
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
        db.engine.dispose()
        self.names = {code: _names(an_event(provinces=(code,))[code, "village"]) for code in (BALI, ELSEWHERE)}
        self.clients = {who: app.test_client() for who in CAST}
        self.tokens = {who: _sign_in(client, who) for who, client in self.clients.items()}
        _settled()
        shutil.copy(file, file.with_suffix(".before"))

    def back(self) -> None:
        _settled()
        shutil.copy(self.file.with_suffix(".before"), self.file)

    def ask(self, who: Who, rule: Rule, method: str, province: str) -> TestResponse:
        with self.app.test_request_context():
            from flask import url_for

            url = url_for(rule.endpoint, **{name: self.names[province][name] for name in rule.arguments})
        self.log.codes.clear()
        data = {"csrf_token": self.tokens[who], "what": "csv"} if method == "POST" else None
        with counted() as statements:
            answer = self.clients[who].open(url, method=method, data=data, buffered=True)
        if any(statement.startswith(("INSERT", "UPDATE", "DELETE")) for statement in statements):
            self.back()
        return answer

    def refused(self) -> list[str]:
        return list(self.log.codes)


def _settled() -> None:
    """Nothing is open and nothing stands in the write-ahead log."""
    db.session.remove()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.engine.dispose()


def _names(place: Place) -> dict[str, Any]:
    person = registered(place, somebody(employment="pns", nip="198501012010011003"))
    by_phone = registered(place, somebody(email="", phone=f"0812345678{place.session_id:02}"))
    registration = db.session.get_one(Registration, person.registration_id)
    mail = db.session.scalars(select(Mail.id).where(Mail.subject == f"registration:{registration.id}")).first()
    account = an_account(f"Ketut{place.session_id}", Right.DOOR)
    return {
        "event": place.event_slug,
        "session": place.session_slug,
        "session_id": place.session_id,
        "role_id": place.role_id,
        "registration_id": person.registration_id,
        "link": "nobody-holds-this",
        "device": 1,
        "scan": 1,
        "role": place.role_slug,
        "programme": place.event_slug.replace("event", "shm"),  # as the builders name them
        "number": 1,
        "item": 1,
        "image": 1,
        "reference": person.reference,
        "day": 1,
        "mail_id": mail,
        "account_id": account.id,
        "address_id": 1,
        "grant_id": db.session.scalars(select(Grant.id).where(Grant.account_id == account.id)).one(),
        "sign_in_id": 1,
        "batch_id": 1,
        "bulk_id": 1,
        "message_id": 1,
        "call_id": db.session.scalars(select(Call.id).where(Call.registration_id == by_phone.registration_id)).one(),
        "invitation": 1,
        "token": "nobody-holds-this",
        "code": "0000",
        "key": "nobody-has-this-key",
        "kind": "xlsx",
        "letter": "confirmation",
        "name": "1-confirmation-nobody.eml",
        **_papers(place),
        "questionnaire": 1,
        "question": 1,
        "commitment": 1,
        "filename": "css/tpbis.css",
    }


def _papers(place: Place) -> dict[str, Any]:
    """A printed sheet with a scan that is signed, and a receipt list."""
    day_id = db.session.get_one(Session, place.session_id).days[0].id
    printed = print_sheet(day_id, by=COMMAND_LINE)
    photo = PhotoFile(b"%PDF-1.7", "pdf", None, None, f"{place.session_id:064}", "0" * 64)
    photo_id = attach_photo(printed.code, photo, by=COMMAND_LINE)
    list_id = open_receipts(place.session_id, "Uang transport", Amount(150_000, 0), by=COMMAND_LINE)
    return {"sheet": printed.code, "photo": photo_id, "list_id": list_id}


def _sign_in(client: FlaskClient, who: Who) -> str:
    if who.right is not None:
        sign_in(client, an_account(who.right.value.title(), who.right, who.province))
    page = client.get("/office/account" if who.right else "/office/login").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    return token.group(1)


def routes(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


@pytest.fixture(scope="module")
def matrix(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    folder = tmp_path_factory.mktemp("matrix")
    file = folder / "tpbis.sqlite"
    shutil.copy(migrated_sqlite, file)
    for app in _app(f"sqlite:///{file}", folder):
        matrix = Matrix(app, file)
        yield matrix
        logging.getLogger("tpbis").removeHandler(matrix.log)
        logging.getLogger("tpbis").setLevel(logging.NOTSET)


def test_every_route_has_its_line_and_every_line_its_route(matrix: Matrix) -> None:
    there = {rule.endpoint for rule in matrix.app.url_map.iter_rules()}
    assert there - set(EXPECTED) == set(), "say in EXPECTED who may open these"
    assert set(EXPECTED) - there == set(), "these are gone"


def test_rights_give_what_is_written_here_and_nothing_else() -> None:
    assert set(HOLDERS) == set(Act)
    for right in Right:
        assert {act for act in Act if right.value in HOLDERS[act].split()} == ACTS[right], right


def test_every_route_lets_in_whom_it_should_and_nobody_else(matrix: Matrix) -> None:
    wrong = []
    for rule, method in routes(matrix.app):
        if rule.endpoint in ("static", "security.static", "security.logout"):
            continue  # the last one ends the sign-in that the others need; tests of the sign-in have it
        for who in CAST if isinstance(EXPECTED[rule.endpoint], Needs) else OF_LITTLE_RIGHT:
            for province in (BALI, ELSEWHERE) if who.province and rule.arguments else (BALI,):
                expected = who.refusal(rule, method, province)
                answer = matrix.ask(who, rule, method, province)
                refused = matrix.refused()
                got_in = _got_in(answer, refused, expected, rule)
                if not got_in:
                    wrong.append((method, rule.rule, who.name, province, answer.status_code, refused, expected))
    assert wrong == [], "\n".join(map(str, wrong))


def _got_in(answer: TestResponse, refused: list[str], expected: int | None, rule: Rule) -> bool:
    """Whether the answer is the one expected; a refusal must be in the log, and a way in must not be one."""
    if expected is None:
        of_actor = [code for code in refused if code.startswith("actor.")]
        to_login = answer.status_code in (302, 303) and "/office/login" in (answer.location or "")
        return (
            not of_actor
            and answer.status_code not in (403, 500)
            and (not to_login or EXPECTED[rule.endpoint] == PUBLIC)
        )
    if expected == 303:
        return answer.status_code in (302, 303) and "/office/login" in (answer.location or "")
    statuses = (403, 404) if expected == SEES_NO_EVENT else (expected,)
    return answer.status_code in statuses and len(refused) == 1


def test_an_auditor_and_finance_change_nothing_by_any_form(matrix: Matrix) -> None:
    for who in (Who(Right.AUDITOR), Who(Right.FINANCE, BALI)):
        for rule, method in routes(matrix.app):
            needed = EXPECTED[rule.endpoint]
            own = (Act.EXPORT, Act.RECEIPTS) if who.right is Right.FINANCE else (*OF_A_LOOK, Act.SEE_ATTENDANCE)
            if method == "POST" and isinstance(needed, Needs) and needed.of("POST") not in own:
                assert matrix.ask(who, rule, method, BALI).status_code == 403, rule.rule


def test_a_link_of_a_participant_opens_to_no_right(matrix: Matrix) -> None:
    for rule, method in routes(matrix.app):
        if EXPECTED[rule.endpoint] == BY_LINK:
            for who in (Who(None), Who(Right.NATIONAL)):
                assert matrix.ask(who, rule, method, BALI).status_code == 404, rule.rule


def test_the_matrix_sees_a_guard_that_is_taken_out(matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
    from tpbis_events.people.actor import Actor

    monkeypatch.setattr(Actor, "require", lambda *_anything: None)
    rule = next(rule for rule, _method in routes(matrix.app) if rule.endpoint == "office.rosters.show")
    answer = matrix.ask(Who(Right.PIC, BALI), rule, "GET", ELSEWHERE)
    expected = Who(Right.PIC, BALI).refusal(rule, "GET", ELSEWHERE)
    assert not _got_in(answer, matrix.refused(), expected, rule)


def test_an_account_without_a_right_in_force_gets_nowhere(matrix: Matrix) -> None:
    account = db.session.scalars(select(Account).where(Account.name == "Pic")).one()
    account_id = account.id
    with transaction():
        db.session.get_one(Account, account_id).roles[0].ends_at = clock.now() - timedelta(seconds=1)
    for rule, method in routes(matrix.app):
        if isinstance(EXPECTED[rule.endpoint], Needs) and method == "GET":
            answer = matrix.ask(Who(Right.PIC, BALI), rule, "GET", BALI)
            assert answer.status_code == 403, rule.rule
    matrix.back()
