"""Who acts. Commands and office reads ask the actor, never the request, whether something may be done and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Forbidden, NotFound
from tpbis_events.people.model import Account, Right
from tpbis_events.people.rights import label_of, rights_in_force


class Act(StrEnum):
    """What can be done in the office and at the door."""

    SEE_OFFICE = "see office"
    SEE_ROSTER = "see roster"
    SEE_NUMBER = "see number"  # the whole NIP; each look is written down
    REGISTER = "register"  # somebody else, in the office
    DECIDE = "decide"  # approve or reject who applied
    INVITE = "invite"
    MOVE = "move"
    SUBSTITUTE = "substitute"
    REINSTATE = "reinstate"
    SERVE_WAITING = "serve waiting"
    ANSWER_OFFER = "answer offer"
    CANCEL = "cancel"
    CORRECT = "correct"
    MARK_ATTENDANCE = "mark attendance"
    CHANGE_SEATS = "change seats"
    CHANGE_WAYS = "change ways"  # ways in, sub-quotas, how the waiting list is served
    CANCEL_SESSION = "cancel session"
    ISSUE_CERTIFICATE = "issue certificate"
    REVOKE_CERTIFICATE = "revoke certificate"
    SIGN_CERTIFICATES = "sign certificates"  # take them out to be signed elsewhere, bring them back
    SEE_MAIL = "see mail"
    RESEND_MAIL = "resend mail"
    SEE_AUDIT = "see audit"
    SEE_DOOR = "see door"
    MANAGE_DOOR = "manage door"  # links for devices at the door, the code of an online session
    PRINT_SHEETS = "print sheets"  # sheets of attendance, badges, receipts; attach what was signed
    RECEIPTS = "receipts"  # what is paid to whom, and the lists that they sign for it
    SEE_ATTENDANCE = "see attendance"  # with signatures, devices, times and changes, as an auditor reads it
    EXPORT = "export"  # take a list out as a file
    SEE_CONTACT = "see contact"  # e-mail and phone of a person
    SEE_SUPPORT = "see support"  # what a person needs to be able to come
    TAG = "tag"  # words that the office puts on registrations to find them again
    WRITE_MAIL = "write mail"  # a letter of the office's own to people of a roster
    CHANGE_LETTERS = "change letters"  # the words of the mails of an edition
    TELL = "tell"  # by telephone or WhatsApp, who has no e-mail, and tick it off
    IMPORT = "import"  # a roster from a file
    QUESTION = "question"  # questionnaires of an edition
    SEE_RESULTS = "see results"  # of questionnaires
    PLAN = "plan"  # editions, roles, waves, sessions, agenda, texts; publish them
    RESCHEDULE = "reschedule"  # a session's dates, hours or place
    MANAGE_ACCOUNTS = "manage accounts"  # open them, give rights, disable them


_OF_PIC = frozenset(
    {
        Act.SEE_OFFICE,
        Act.SEE_ROSTER,
        Act.SEE_NUMBER,
        Act.REGISTER,
        Act.DECIDE,
        Act.INVITE,
        Act.MOVE,
        Act.SUBSTITUTE,
        Act.REINSTATE,
        Act.SERVE_WAITING,
        Act.ANSWER_OFFER,
        Act.CANCEL,
        Act.CORRECT,
        Act.MARK_ATTENDANCE,
        Act.ISSUE_CERTIFICATE,
        Act.SEE_DOOR,
        Act.EXPORT,
        Act.SEE_CONTACT,
        Act.SEE_SUPPORT,
        Act.TAG,
        Act.WRITE_MAIL,
        Act.IMPORT,
        Act.TELL,
        Act.MANAGE_DOOR,
        Act.PRINT_SHEETS,
        Act.SEE_ATTENDANCE,
        Act.SEE_RESULTS,
    }
)
# What each right gives. Who runs the events and who hands out rights are two rights; one account may hold both.
ACTS: dict[Right, frozenset[Act]] = {
    Right.ADMINISTRATOR: frozenset({Act.SEE_OFFICE, Act.SEE_AUDIT, Act.MANAGE_ACCOUNTS}),
    Right.NATIONAL: frozenset(Act) - {Act.MANAGE_ACCOUNTS},
    Right.PIC: _OF_PIC,
    Right.DOOR: frozenset({Act.SEE_DOOR, Act.MARK_ATTENDANCE}),
    Right.AUDITOR: frozenset(
        {Act.SEE_OFFICE, Act.SEE_ROSTER, Act.SEE_MAIL, Act.SEE_AUDIT, Act.EXPORT, Act.SEE_ATTENDANCE, Act.SEE_RESULTS}
    ),
    Right.FINANCE: frozenset({Act.SEE_OFFICE, Act.SEE_ROSTER, Act.EXPORT, Act.RECEIPTS}),
}
# What a device at the door may do in the session that it was given a link for.
OF_DEVICE = frozenset({Act.SEE_DOOR, Act.MARK_ATTENDANCE})
# What a participant may do to her own registration; deadlines are in the commands.
OF_PARTICIPANT = frozenset({Act.CANCEL, Act.CORRECT, Act.SUBSTITUTE, Act.ANSWER_OFFER})
# What a focal point may do to the names that she proposed herself.
OF_NOMINATOR = frozenset({Act.CANCEL})


@dataclass(frozen=True, slots=True)
class Reach:
    """One right and where it holds: a province, or everywhere."""

    right: Right
    province_code: str | None

    def covers(self, province_code: str | None) -> bool:
        return self.province_code is None or self.province_code == province_code


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts, with a label for the audit log."""

    label: str
    name: str = ""
    reaches: tuple[Reach, ...] = ()
    registration_id: int | None = None  # a participant acts on her own registration
    invitation_id: int | None = None  # a focal point acts on what came by her nomination
    door_session_id: int | None = None  # a device at the door acts in one session
    device_id: int | None = None
    everything: bool = field(default=False)  # the worker and the command line

    def may(self, act: Act, province_code: str | None) -> bool:
        return self.everything or any(act in ACTS[r.right] and r.covers(province_code) for r in self.reaches)

    def owns(self, registration_id: int, act: Act) -> bool:
        """Whether it is her own registration, and one of the acts that she may do to it."""
        return self.registration_id == registration_id and act in OF_PARTICIPANT

    def proposed(self, invitation_id: int | None, act: Act) -> bool:
        """Whether the registration came by her own nomination, and it is one of the acts that she may do to it."""
        return invitation_id is not None and self.invitation_id == invitation_id and act in OF_NOMINATOR

    def may_somewhere(self, act: Act) -> bool:
        return self.everything or any(act in ACTS[reach.right] for reach in self.reaches)

    def require(self, act: Act, province_code: str | None) -> None:
        """Refuse what the actor may not do: 404 when the place is out of her reach, 403 when only the act is."""
        if self.may(act, province_code):
            return
        if any(reach.covers(province_code) for reach in self.reaches):
            raise Forbidden("actor.forbidden", act=act.value)
        raise NotFound("actor.out_of_reach", act=act.value, province_code=province_code)

    def may_in(self, act: Act, session_id: int, province_code: str | None) -> bool:
        """As `may`, and also for a device at the door of this very session."""
        return (self.door_session_id == session_id and act in OF_DEVICE) or self.may(act, province_code)

    def require_in(self, act: Act, session_id: int, province_code: str | None) -> None:
        if not self.may_in(act, session_id, province_code):
            self.require(act, province_code)

    def require_somewhere(self, act: Act) -> None:
        """Refuse a page that the actor may not see for any province."""
        if not self.may_somewhere(act):
            raise Forbidden("actor.forbidden", act=act.value)

    def provinces_for(self, act: Act) -> frozenset[str] | None:
        """The provinces where the actor may do this; None means all of them, and sessions without a province as well."""
        if self.everything:
            return None
        codes = [reach.province_code for reach in self.reaches if act in ACTS[reach.right]]
        return None if None in codes else frozenset(code for code in codes if code)


PUBLIC = Actor("public")
WORKER = Actor("worker", everything=True)
COMMAND_LINE = Actor("command line", everything=True)


def participant(registration_id: int) -> Actor:
    """The person who holds the link of her own registration."""
    return Actor("participant", registration_id=registration_id)


def nominator(invitation_id: int) -> Actor:
    """The focal point who holds the link of a nomination."""
    return Actor("nominator", invitation_id=invitation_id)


def device_at_door(device_id: int, name: str, session_id: int) -> Actor:
    """A device that the office gave a link to, without an account."""
    return Actor(f"device:{device_id}", name, door_session_id=session_id, device_id=device_id)


def actor_of(account: Account) -> Actor:
    """An account with the rights that it has at this moment: what has ended, or needs a second factor first, gives nothing."""
    reaches = tuple(Reach(grant.name, grant.province_code) for grant in rights_in_force(account, clock.now()))
    return Actor(label_of(account.id), account.name, reaches)
