"""How the pages say no: each refusal's code becomes a sentence, and what can be done now. The one place for these words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from tpbis_events.foundation import logs
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.web.presentation import day, moment

# code -> (title, what happened and what can be done); %(...)s are the refusal's facts.
WORDS: dict[str, tuple[Any, Any]] = {
    "link.unknown": (
        _l("This link is not valid"),
        _l("It may have been cut when it was copied. Open it from the mail again, or have it sent to you again."),
    ),
    "link.expired": (
        _l("This link is no longer valid"),
        _l(
            "Links end 400 days after the session. Those of later sessions can be sent to you again; "
            "what is older, the organizer can look up."
        ),
    ),
    "link.replaced": (
        _l("A newer link has taken the place of this one"),
        _l(
            "The contact of this registration was changed, so the links given out before no longer open it. "
            "Use the link in the newest mail, or have it sent to the new address again."
        ),
    ),
    "registration.not_open_yet": (
        _l("Registration has not opened yet"),
        _l("It opens on %(opens)s. Nothing was stored."),
    ),
    "registration.closed": (
        _l("Registration is closed"),
        _l("It closed on %(closed)s. Nothing was stored. Please contact the organizer if you still need to attend."),
    ),
    "registration.already_registered": (
        _l("You are registered already"),
        _l("This e-mail address or phone number already holds a registration for this event."),
    ),
    "registration.already_cancelled": (
        _l("This registration is cancelled already"),
        _l("Nothing more was changed."),
    ),
    "registration.already_applied": (
        _l("This request has not been decided yet"),
        _l("The office decides it first. Nothing was changed."),
    ),
    "registration.already_seated": (
        _l("This registration has a seat already"),
        _l("Nothing more was changed."),
    ),
    "registration.already_waiting": (
        _l("This registration is on the waiting list"),
        _l("It has no seat yet, so this cannot be done. Nothing was changed."),
    ),
    "registration.already_offered": (
        _l("A seat is offered to this registration"),
        _l("The offer is answered first, or ends by itself. Nothing was changed."),
    ),
    "registration.already_lapsed": (
        _l("The offer of this seat has ended"),
        _l(
            "It was not answered in time, so the seat went to the next in line. Whoever still wants to come can register again."
        ),
    ),
    "registration.already_declined": (
        _l("This offer was declined"),
        _l("The seat went to the next in line. Whoever still wants to come can register again."),
    ),
    "registration.already_rejected": (
        _l("This request was not accepted"),
        _l("The reason is on its page and in the mail. Nothing more was changed."),
    ),
    "registration.already_substituted": (
        _l("Somebody else comes in this person's place"),
        _l("The seat belongs to the substitute now. Nothing more was changed."),
    ),
    "registration.elsewhere": (
        _l("This person is registered elsewhere in the event"),
        _l("Move that registration, or cancel it first."),
    ),
    "role.full": (
        _l("All seats of this role are taken"),
        _l("Nothing was changed. Choose another role or session, or the waiting list."),
    ),
    "role.line": (
        _l("The free seats belong to those who wait"),
        _l(
            "Somebody waits for this role, and nobody passes the line. "
            "Give the seats to the waiting list first. Nothing was changed."
        ),
    ),
    "limit.reached": (
        _l("A limit inside this role is reached"),
        _l(
            "At most %(most)s seats are for the same country, region or agency, and they are taken. Nothing was changed."
        ),
    ),
    "limit.number": (_l("That is not a number of seats"), _l("Give a whole number from 0 to 10,000.")),
    "questionnaire.unknown": (
        _l("There is no such questionnaire"),
        _l("It is not published, or it belongs to another event. Your own page lists what there is for you."),
    ),
    "questionnaire.no_seat": (
        _l("This is for people who have a seat"),
        _l("This registration has no seat in the session, so nothing was stored."),
    ),
    "questionnaire.not_open_yet": (
        _l("This questionnaire is not open yet"),
        _l("It opens on %(at)s. Nothing was stored."),
    ),
    "questionnaire.closed": (
        _l("This questionnaire is closed"),
        _l("It closed on %(at)s, before your answers arrived. Nothing was stored."),
    ),
    "questionnaire.test_there": (
        _l("There is such a test already"),
        _l("An edition has one pre-test and one post-test. Change the one that is there, or remove it first."),
    ),
    "questionnaire.no_pre_test": (
        _l("There is no pre-test whose questions could be asked again"),
        _l("Begin with the pre-test, or with a post-test of its own questions."),
    ),
    "questionnaire.over_somewhere": (
        _l("This would open it again where it is over"),
        _l(
            "Results of sessions that are over may have been read already. One more anonymous answer could then be told "
            "apart from the others, so the window stays closed there. Nothing was changed."
        ),
    ),
    "questionnaire.answered": (
        _l("Somebody has answered already"),
        _l(
            "What was asked stays as it was when people answered: questions can be corrected in their words and put in "
            "order, and nothing can be added or taken out. Nothing was changed."
        ),
    ),
    "question.answered": (
        _l("Only the words of this question can be corrected"),
        _l(
            "Somebody has answered already, so its kind, its options, points, index, and whether it must be answered stay. "
            "Nothing was changed."
        ),
    ),
    "questionnaire.asked_by_another": (
        _l("Another questionnaire asks these questions"),
        _l("The post-test asks what this one asks. Remove the post-test first."),
    ),
    "questionnaire.asks_of_another": (
        _l("This questionnaire asks the questions of another"),
        _l("Change them there: both ask the same."),
    ),
    "questionnaire.empty": (
        _l("There is no question yet"),
        _l("Add at least one question before it is published."),
    ),
    "questionnaire.no_points": (
        _l("No question of this test has points"),
        _l("Give points to at least one question, and mark its right answer."),
    ),
    "questionnaire.too_long": (
        _l("This is too long"),
        _l("A questionnaire has at most %(most)s questions. Nothing was changed."),
    ),
    "commitment.unknown": (
        _l("There is no such commitment"),
        _l("It may have been erased, or the link was cut."),
    ),
    "commitment.too_early": (
        _l("The session has not begun yet"),
        _l("Follow-up plans can be entered from the beginning of the session on. Nothing was stored."),
    ),
    "commitment.too_many": (
        _l("That is enough"),
        _l("One registration has at most %(most)s commitments. Nothing was stored."),
    ),
    "limit.value": (
        _l("There is no such country, regency or agency"),
        _l("Choose one from the list, or leave it empty for each one alike."),
    ),
    "offer.over": (
        _l("The time for this offer is over"),
        _l(
            "It ended on %(ended)s, and the seat goes to the next in line. Whoever still wants to come can register again."
        ),
    ),
    "offer.hours": (
        _l("These hours do not fit"),
        _l("An offer lasts 1 to %(most)s working hours, and its reminder comes before it ends."),
    ),
    "waiting_list.nobody_served": (
        _l("Nobody could be given a seat"),
        _l("No seat is free, nobody waits, or all who wait are over a limit. Nothing was changed."),
    ),
    "priority.number": (_l("That is not a priority"), _l("Give a whole number from 0 to %(highest)s.")),
    "priority.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the order of the waiting list changes; the audit log keeps it."),
    ),
    "way.invitation_needed": (
        _l("This role is by invitation"),
        _l("Open the link in your invitation to register. Nothing was stored."),
    ),
    "way.nomination_needed": (
        _l("This role is by nomination"),
        _l("Your agency or your country's focal point proposes who comes. Nothing was stored."),
    ),
    "invitation.unknown": (
        _l("This invitation is not valid"),
        _l(
            "The link may have been cut when it was copied, or it is for another role. "
            "Open it from the mail again, or ask the organizer."
        ),
    ),
    "invitation.revoked": (
        _l("This invitation was taken back"),
        _l("Nothing was stored. Please ask the organizer if this surprises you."),
    ),
    "invitation.expired": (
        _l("This invitation has ended"),
        _l("Its time is over. Nothing was stored. Please ask the organizer for a new one."),
    ),
    "invitation.used_up": (
        _l("All places of this invitation are used"),
        _l(
            "Nothing was stored. If one of your registrations is no longer needed, cancel it; "
            "else ask the organizer for more places."
        ),
    ),
    "invitation.already_revoked": (_l("This invitation was taken back already"), _l("Nothing more was changed.")),
    "decision.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the request is not accepted; the person reads it in the mail."),
    ),
    "decision.nobody": (_l("Nobody is chosen"), _l("Choose at least one and at most %(most)s requests.")),
    "move.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the registration is moved; the person reads it in the mail."),
    ),
    "move.other_event": (
        _l("That session belongs to another event"),
        _l("Register the person there instead. Nothing was changed."),
    ),
    "move.asks_more": (
        _l("That role asks for more than this person has told"),
        _l("Correct the registration first, or register the person anew. Nothing was changed."),
    ),
    "substitute.by_office": (
        _l("In this role the office chooses who comes"),
        _l("Please ask the organizer to enter the substitute. Nothing was changed."),
    ),
    "reinstate.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the registration is reinstated; the audit log keeps it."),
    ),
    "batch.problems": (
        _l("Some rows cannot be registered"),
        _l("Nothing was stored. Problems found: %(number)s."),
    ),
    "bulk.size": (
        _l("That is too many or nobody"),
        _l("Choose at least one and at most %(most)s people. Nothing was done."),
    ),
    "bulk.unknown": (_l("There is no such act"), _l("It may be older than 90 days, or somebody else's.")),
    "bulk.form_changed": (
        _l("This form was sent before for something else"),
        _l("Please begin again at the roster. Nothing more was done."),
    ),
    "bulk.changed": (
        _l("The list has changed meanwhile"),
        _l("Please look at the effect once more. Nothing was done."),
    ),
    "tag.missing": (_l("A tag is missing"), _l("Give a short word, such as: speaker.")),
    "tag.already": (_l("This tag is there already"), _l("Nothing more was changed.")),
    "tag.not_there": (_l("This tag is not there"), _l("Nothing was changed.")),
    "note.no_email": (_l("There is no e-mail address"), _l("This person must be called.")),
    "move.already_there": (_l("The person has this role here already"), _l("Nothing was changed.")),
    "batch.size": (
        _l("That number of rows does not fit"),
        _l("Hand in at least 1 and at most %(most)s rows at a time."),
    ),
    "batch.unknown": (_l("There is no such import"), _l("See the roster of the session.")),
    "export.unknown": (_l("There is no such export"), _l("See the list of your exports.")),
    "export.expired": (
        _l("This file is no longer here"),
        _l("Files are deleted after seven days. Order the export again."),
    ),
    "export.too_many": (
        _l("Several of your exports are still being made"),
        _l("At most %(most)s are made at a time. Wait for one of them, or delete it."),
    ),
    "export.owner_gone": (_l("The account that ordered it is gone"), _l("Nothing was made.")),
    "sheet.too_large": (
        _l("The file is too large"),
        _l("At most %(most)s MB are read. Take pictures and further sheets out of it, or upload it in parts."),
    ),
    "sheet.too_many_rows": (
        _l("The file has too many rows"),
        _l("At most %(most)s rows are read at a time. Delete empty rows below the table, or upload it in parts."),
    ),
    "sheet.too_much_text": (
        _l("There is too much text in the file"),
        _l("Leave out columns that nobody asked for, or upload it in parts."),
    ),
    "sheet.unpacks_too_large": (
        _l("There is much more in the file than a roster needs"),
        _l("Copy the table alone into a new workbook, or into the template, and upload that."),
    ),
    "sheet.macros": (
        _l("The file contains macros"),
        _l("Files with programs in them are not opened. Save it as an Excel workbook without macros (.xlsx)."),
    ),
    "sheet.encrypted": (
        _l("The file is protected by a password"),
        _l("Save it without a password and upload it again."),
    ),
    "sheet.old_format": (
        _l("This is a file of an old Excel (.xls)"),
        _l("Open it and save it as an Excel workbook (.xlsx) or as CSV."),
    ),
    "sheet.other_format": (
        _l("This kind of file is not read"),
        _l("Open it and save it as an Excel workbook (.xlsx) or as CSV."),
    ),
    "sheet.unreadable": (
        _l("The file cannot be read as a table"),
        _l("It is damaged, or not what its name says. Save it anew as an Excel workbook (.xlsx) or as CSV."),
    ),
    "sheet.empty": (
        _l("There is nobody in the file"),
        _l("Below a row of headings, the first sheet needs one row for each person."),
    ),
    "sheet.no_column": (
        _l("A column is missing"),
        _l("The file has no column %(column)s. Take the template, or change the heading."),
    ),
    "sheet.form_broken": (
        _l("The page lost the rows of the file"),
        _l("Nothing was stored. Please upload the file again."),
    ),
    "sheet.none": (_l("No file was chosen"), _l("Choose a file first.")),
    "session.over": (_l("The session is over"), _l("Nothing was changed.")),
    "session.cancelled": (
        _l("This session was cancelled"),
        _l("Nobody can be given a seat in it any longer. Nothing was changed."),
    ),
    "session.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the session is cancelled; everybody who is registered reads it in the mail."),
    ),
    "seats.other_session": (
        _l("Seats move between roles of the same session only"),
        _l("Add seats in the one session and remove them in the other instead."),
    ),
    "registration.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the registration is cancelled; the person reads it in the mail."),
    ),
    "registration.form_changed": (
        _l("This form was sent before with other answers"),
        _l("Please start again with a new form, or open your registration to correct it."),
    ),
    "registration.no_seat": (
        _l("This registration has no seat"),
        _l("QR code and calendar file are for those who have a seat."),
    ),
    "registration.unknown": (
        _l("There is no such registration"),
        _l("Check the reference, or search the roster."),
    ),
    "programme.unknown": (_l("There is no such programme"), _l("See all programmes on the front page.")),
    "account.unknown": (_l("There is no such account"), _l("Check the e-mail address.")),
    "account.last_administrator": (
        _l("This is the last administrator"),
        _l(
            "Somebody must be able to give rights. Give another active account the right of an administrator first, "
            "without an end. Nothing was changed."
        ),
    ),
    "account.disabled": (_l("This account is disabled"), _l("Enable it first. Nothing was changed.")),
    "account.enabled": (_l("This account is enabled already"), _l("Nothing was changed.")),
    "account.no_such_right": (_l("This account has no such right"), _l("Perhaps it was taken already.")),
    "account.no_such_sign_in": (_l("This browser is not signed in"), _l("Perhaps it was signed out already.")),
    "account.link_used": (
        _l("This link was used already"),
        _l("It works once. If you need to choose another password, ask for a new link at the sign-in."),
    ),
    "account.password_wrong": (_l("This is not your password"), _l("Please type it again.")),
    "account.password_long": (_l("This password is too long"), _l("Give at most %(longest)s characters.")),
    "account.password_guessable": (
        _l("This password is easily guessed"),
        _l("It holds your e-mail address. Choose another one."),
    ),
    "second_factor.wrong_code": (
        _l("This code is wrong"),
        _l("Type the one that the app shows now. Is the clock of your phone right?"),
    ),
    "second_factor.none": (_l("This account has no second factor"), _l("Nothing was changed.")),
    "second_factor.needed": (
        _l("Your rights need a second factor"),
        _l("You can set up another app in its place. Nothing was changed."),
    ),
    "second_factor.own": (
        _l("Nobody removes her own second factor here"),
        _l("Ask another administrator, or do it on the page of your account. Nothing was changed."),
    ),
    "account.password_short": (
        _l("This password is too short"),
        _l("Give at least %(shortest)s characters."),
    ),
    "event.draft": (
        _l("This event is a draft"),
        _l("Nobody outside the office knows of it yet. Publish it first. Nothing was changed."),
    ),
    "event.draft_already": (_l("This event is a draft already"), _l("Nothing was changed.")),
    "event.already_published": (_l("This event is published already"), _l("Nothing was changed.")),
    "event.not_ready": (
        _l("This event cannot be published yet"),
        _l("Something is missing that nobody could do without: see the check list. Nothing was changed."),
    ),
    "event.has_people": (
        _l("People were told of this event by name"),
        _l(
            "Registrations: %(people)s. Invitations that are still good: %(invitations)s. Their links would lead to "
            "nothing. Cancel the sessions or take the invitations back first. Nothing was changed."
        ),
    ),
    "unpublish.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the event is taken back; the audit log keeps it."),
    ),
    "session.has_people": (
        _l("People are registered for this session"),
        _l(
            "Registrations: %(number)s. Dates, hours, place and link are changed by rescheduling, which tells everybody. "
            "Nothing was changed."
        ),
    ),
    "session.has_history": (
        _l("This session cannot be removed"),
        _l("Somebody registered for it or was invited. Cancel it instead: its history stays. Nothing was changed."),
    ),
    "role.has_history": (
        _l("This role cannot be removed"),
        _l("Somebody registered for it or was invited. Set its seats to 0 instead. Nothing was changed."),
    ),
    "wave.unknown": (_l("There is no such wave"), _l("Perhaps it was removed already.")),
    "agenda.attended": (
        _l("Attendance is kept for this item"),
        _l("Somebody was checked in at it, so it stays. Its texts can be changed."),
    ),
    "agenda.unknown": (_l("There is no such item in the agenda"), _l("Perhaps it was removed already.")),
    "event.unknown": (_l("There is no such event"), _l("See all events on the front page.")),
    "registration.no_number": (_l("There is no NIP"), _l("This person gave none.")),
    "session.unknown": (_l("There is no such session"), _l("See all events on the front page.")),
    "reschedule.nothing_changed": (
        _l("Nothing is different"),
        _l("The session has these days, hours and this place already. Nobody was told anything."),
    ),
    "reschedule.changed_meanwhile": (
        _l("Somebody else has changed this session meanwhile"),
        _l("Look at what it is now, and decide again. Nothing was changed."),
    ),
    "reschedule.day_attended": (
        _l("Attendance is kept for a day that would go"),
        _l("Somebody was checked in on %(date)s, so this day stays as it is. Nothing was changed."),
    ),
    "waves.changed_meanwhile": (
        _l("Somebody else has changed the plan meanwhile"),
        _l("Look at what it is now, and decide again. Nothing was changed."),
    ),
    "change.unknown": (
        _l("There is no such change"),
        _l("See the history of the session."),
    ),
    "still_coming.unknown": (
        _l("This question is not for this registration"),
        _l("Open your registration from the newest mail. Nothing was stored."),
    ),
    "still_coming.older": (
        _l("The session has changed once more"),
        _l("Look at the newest date and place, and answer again. Nothing was stored."),
    ),
    "session.has_begun": (
        _l("The session has begun"),
        _l("Registrations can no longer be changed here. Please speak to the organizer."),
    ),
    "role.unknown": (_l("There is no such role in this session"), _l("See the roles on the session's page.")),
    "seats.taken": (
        _l("Seats are not taken from under people"),
        _l("Only %(free)s seats are free; cancel or move somebody first."),
    ),
    "seats.number": (_l("That is not a number of seats"), _l("Give a whole number from 1 to 500.")),
    "seats.reason_missing": (_l("A reason is missing"), _l("Say why the seats change; the audit log keeps it.")),
    "sheet.unknown": (
        _l("There is no such sheet"),
        _l("The code may be misread, or its day was moved since. See the sheets of the session."),
    ),
    "sheet_rows.unknown": (
        _l("The sheet has no such row"),
        _l("Rows 1 to %(last)s are printed; not there: %(rows)s. Nothing was saved."),
    ),
    "sheet_rows.walk_in": (
        _l("A reference does not fit its row"),
        _l("Row %(row)s: only who is registered for this session can stand in a blank row. Nothing was saved."),
    ),
    "sheet_rows.taken": (
        _l("Somebody else was keyed into this row meanwhile"),
        _l("Row %(row)s: look at the paper and at who stands there now. Nothing was saved."),
    ),
    "difference.gone": (_l("This difference is settled already"), _l("Nothing more was changed.")),
    "difference.unknown": (_l("There is no such act"), _l("Nothing was changed.")),
    "difference.open": (
        _l("Paper and screen do not agree yet"),
        _l("Differences to settle first: %(number)s. Nothing was written down."),
    ),
    "difference.nothing_keyed": (
        _l("Nothing of the paper was keyed in yet"),
        _l("Key in who signed first. Nothing was written down."),
    ),
    "photo.empty": (_l("There is no file"), _l("Choose a photograph or a scan first. Nothing was stored.")),
    "photo.too_large": (_l("The file is too large"), _l("At most %(most)s MB. Nothing was stored.")),
    "photo.too_many": (
        _l("There are many files already"),
        _l("At most %(most)s for a day. Withdraw those that are not needed. Nothing was stored."),
    ),
    "photo.pixels": (
        _l("This picture has too many or too few pixels"),
        _l("At most %(most)s million are read. Photograph it smaller. Nothing was stored."),
    ),
    "photo.other_kind": (
        _l("This is not a photograph or scan that is kept"),
        _l("Only JPEG, PNG and PDF are, told by what is in the file. Nothing was stored."),
    ),
    "photo.damaged": (_l("The file is damaged or cut off"), _l("Photograph or scan it again. Nothing was stored.")),
    "photo.encrypted": (_l("This PDF is protected"), _l("Save it without a password. Nothing was stored.")),
    "photo.active": (
        _l("This PDF contains something that acts by itself"),
        _l("Scan the paper anew, or photograph it. Nothing was stored."),
    ),
    "photo.withdrawn": (_l("This file is withdrawn already"), _l("Nothing more was changed.")),
    "photo.unknown": (_l("There is no such file"), _l("See the sheets of the session.")),
    "photo.gone": (_l("This file is deleted"), _l("Its time was over. Its fingerprint stays on record.")),
    "signature.no_consent": (
        _l("The consent is missing"),
        _l("Tick that the signature may be kept, or sign on paper. The check-in stands; no signature was kept."),
    ),
    "signature.unreadable": (
        _l("Nothing is drawn yet"),
        _l("Sign in the field and press again, or sign on paper. The check-in stands; no signature was kept."),
    ),
    "cards.nobody": (_l("There is nobody to print"), _l("Nobody with a seat fits what you chose.")),
    "receipts.unknown": (_l("There is no such list"), _l("See the receipt lists of the session.")),
    "receipts.too_many": (
        _l("There are many lists already"),
        _l("At most %(most)s for a session. Nothing was stored."),
    ),
    "receipts.changed": (
        _l("Somebody else has changed this list meanwhile"),
        _l("See below how it is now, and type your changes once more. Nothing was saved."),
    ),
    "attendance.not_seated": (
        _l("This person has no seat yet"),
        _l("No seat has been given to this person, who can be checked in as soon as one is. Please ask the office."),
    ),
    "attendance.substituted": (
        _l("Somebody else comes in this person's place"),
        _l("Nobody was checked in. Look for the name of the substitute."),
    ),
    "attendance.ended": (
        _l("This registration has ended"),
        _l("It has no seat. Nobody was checked in. Please ask the office."),
    ),
    "attendance.cancelled": (
        _l("This registration is cancelled"),
        _l("Nobody was checked in. Please speak to the organizer."),
    ),
    "attendance.other_session": (
        _l("This registration is for another session"),
        _l("It is for the session in %(city)s. Nobody was checked in."),
    ),
    "attendance.other_event": (
        _l("This registration is for another event"),
        _l("It is for a session in %(city)s. Nobody was checked in."),
    ),
    "attendance.unknown": (
        _l("This code is not a ticket of ours"),
        _l("It may be forged, changed or misread. Nobody was checked in. Look for the name."),
    ),
    "attendance.device_revoked": (
        _l("The link of this device was taken back"),
        _l("The scan is kept. The office decides whether it counts."),
    ),
    "attendance.device_over": (
        _l("The time of this device is over"),
        _l("The scan is kept. The office decides whether it counts."),
    ),
    "device.unknown": (
        _l("This link opens no door"),
        _l("A link for a device works once. Ask the office for a new one."),
    ),
    "device.over": (
        _l("This device no longer opens a door"),
        _l(
            "Its link was taken back, or its day is over. What it has not sent yet is kept. Ask the office for a new link."
        ),
    ),
    "scan.unknown": (_l("There is no such scan"), _l("Look at the list of the session's scans.")),
    "scan.settled": (_l("This scan is settled already"), _l("Nothing more was changed.")),
    "scan.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the scan counts, or why it doesn't; the audit log keeps it."),
    ),
    "attendance.unknown_item": (_l("There is no such agenda item that day"), _l("Choose one of the items of the day.")),
    "attendance.not_by_item": (
        _l("Attendance is kept by the day here"),
        _l("This event does not keep attendance for each agenda item. Nobody was checked in."),
    ),
    "attendance.key_used": (
        _l("This scan was already used for somebody else"),
        _l("Scan the ticket once more. Nobody was checked in."),
    ),
    "attendance.unknown_day": (_l("There is no such day"), _l("Choose one of the days of the session.")),
    "attendance.day_not_begun": (
        _l("This day has not begun yet"),
        _l("Check-in begins on %(date)s. Nobody was checked in."),
    ),
    "attendance.day_over": (
        _l("This day is over"),
        _l("Check-in at the door was on %(date)s. The office can still enter it."),
    ),
    "online.not_by_video": (
        _l("This session is not held by video"),
        _l("It takes place on site. Please come to the venue; your registration has the address."),
    ),
    "online.no_address": (
        _l("The address of the video call is not there yet"),
        _l("The organizer enters it before the session begins. Please come back to this page then."),
    ),
    "online.not_open_yet": (
        _l("You can join a little later"),
        _l("The way in opens on %(opens)s. Keep this page; nothing else is needed."),
    ),
    "online.over": (
        _l("The session is over"),
        _l("Nobody can join any more. What was kept of your attendance stands on the page of your registration."),
    ),
    "attendance.not_checked_in": (
        _l("There is no check-in to undo"),
        _l("This person is not checked in on that day. Nothing was changed."),
    ),
    "attendance.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the check-in is undone; the audit log keeps it."),
    ),
    "certificate.not_made": (
        _l("There is no certificate here yet"),
        _l("It is made on the page of your registration, when it is earned."),
    ),
    "certificate.not_seated": (
        _l("There is no certificate for this registration"),
        _l("Only those who had a seat can earn one."),
    ),
    "certificate.person_erased": (
        _l("No certificate can be written any longer"),
        _l(
            "The personal data of this registration was erased two years after the session. What was issued stays valid."
        ),
    ),
    "certificate.not_earned": (
        _l("The certificate is not earned yet"),
        _l("Days attended: %(attended)s. Days needed: %(needed)s. If you were there more often, ask the organizer."),
    ),
    "certificate.requirements_missing": (
        _l("The certificate is not earned yet"),
        _l("Something that the event asks for is still missing; the page of the registration lists it."),
    ),
    "certificate.no_letter": (
        _l("There is no letter of attendance for this registration"),
        _l("It is for those who were there, but fell short of the certificate, in events that give such letters."),
    ),
    "certificate.nothing_new": (
        _l("Nothing has changed since"),
        _l("Certificate %(number)s says already what a new version would say, so none was made."),
    ),
    "correction.by_herself": (
        _l("You can still correct this yourself"),
        _l("Until the session is over you correct your answers on your own page; nobody has to decide it."),
    ),
    "correction.nothing": (
        _l("This changes nothing"),
        _l("What you wrote is the same as what is kept already. Nothing was sent."),
    ),
    "correction.unknown": (_l("There is no such request"), _l("See the page of the registration.")),
    "correction.decided": (
        _l("This request is decided already"),
        _l("Somebody else has decided it meanwhile. Nothing was changed."),
    ),
    "certificate.unknown_image": (_l("There is no such picture"), _l("It was taken out of the certificates.")),
    "certificate.number_taken": (
        _l("The next number is taken"),
        _l("Another certificate bears %(number)s already. Please change the series or the template of the numbers."),
    ),
    "certificate.days_to_come": (
        _l("The session is still going on"),
        _l("The certificate states the hours of all days attended, so it is made when the last day is over."),
    ),
    "certificate.unsigned_event": (
        _l("The certificate cannot be made yet"),
        _l("The organizer has not said yet who signs it. Please try again later."),
    ),
    "certificate.undrawable": (
        _l("The certificate cannot be printed as it stands"),
        _l("These characters cannot be printed: %(characters)s. Ask the organizer to correct the registration."),
    ),
    "certificate.revoked": (
        _l("This certificate was revoked"),
        _l("Certificate %(number)s is no longer valid. Please ask the organizer."),
    ),
    "message.unknown": (_l("There is no such message"), _l("See the list of messages.")),
    "message.not_draft": (
        _l("This message is no draft any longer"),
        _l("It is scheduled or has begun. Take it back or stop it first. Nothing was changed."),
    ),
    "message.begun": (
        _l("This message has begun already"),
        _l("It can be stopped: who has not got it yet gets none."),
    ),
    "message.not_running": (_l("This message does not run"), _l("There is nothing to stop.")),
    "message.nobody": (
        _l("This message is for nobody"),
        _l("Nobody is found by its filter now. Nothing was sent."),
    ),
    "message.many_tests": (
        _l("That is enough of tests"),
        _l("At most %(most)s tests of one message are sent."),
    ),
    "message.author_gone": (_l("The account of its author is disabled"), _l("The message was stopped.")),
    "message.right_ended": (_l("Its author may no longer write to these people"), _l("The message was stopped.")),
    "call.unknown": (_l("There is no such line"), _l("See the list of who is to be told by phone.")),
    "call.no_mail": (_l("There is no such mail"), _l("See the history of the registration.")),
    "call.told": (
        _l("Somebody has ticked this off already"),
        _l("This person was told meanwhile. Nothing was changed."),
    ),
    "letter.unknown": (_l("There is no such letter"), _l("See the letters of the event.")),
    "letter.changed_meanwhile": (
        _l("Somebody else has changed these words meanwhile"),
        _l(
            "What you typed is still here and was not saved. Compare it with the words that are in force now, then save again."
        ),
    ),
    "kept_mail.unknown": (_l("There is no such file"), _l("See the list of the mails that are kept as files.")),
    "mail.unknown": (_l("There is no such mail"), _l("See the list of all mails.")),
    "mail.not_failed": (
        _l("This mail has not failed"),
        _l("It is sent without asking, or has been sent already. Nothing was changed."),
    ),
    "mail.not_waiting": (
        _l("This mail no longer waits"),
        _l("It was sent, is being sent at this moment, or was given up before. Nothing was changed."),
    ),
    "mail.address_not_marked": (_l("This address takes mail"), _l("Nothing was changed.")),
    "actor.forbidden": (
        _l("Your account may not do this"),
        _l("Ask the national office if you need this right."),
    ),
    "actor.out_of_reach": (_l("There is no such page"), _l("Check the address, or go back to the front page.")),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, show_refusal)
    app.register_error_handler(CSRFError, show_csrf)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(Exception, show_fault)


def sentence(refusal: Refusal) -> tuple[str, str]:
    """Title and explanation of a refusal, in the page's language."""
    title, text = WORDS[refusal.code]
    facts = {name: _told(value, refusal.facts) for name, value in refusal.facts.items()}
    return str(title), str(text) % facts if facts else str(text)


def _told(value: Any, facts: Mapping[str, Any]) -> str:
    """A fact in words; a moment in the time of the fact `zone`."""
    if isinstance(value, datetime):
        return moment(value, facts["zone"])
    return day(value) if isinstance(value, date) else str(value)


def show_refusal(refusal: Refusal) -> Response:
    if refusal.status in (403, 404):
        logs.event("access.refused", code=refusal.code, endpoint=request.endpoint, **_account())
    if refusal.status == 404 and {"office", "door"} & set(request.blueprints):
        refusal = NotFound("actor.out_of_reach")  # what isn't there and what isn't hers look the same
    title, text = sentence(refusal)
    # Who came by her own link is led back to her page, which says how she stands; unless it is the link that is refused.
    own = not refusal.code.startswith("link.") and "my" in request.blueprints and (request.view_args or {}).get("token")
    return _page("errors/refusal.html", refusal.status, title=title, text=text, code=refusal.code, own_token=own)


def show_csrf(_error: CSRFError) -> Response:
    return _page("errors/400.html", 400)


def show_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    known = status if status in (400, 403, 404, 405, 409, 410, 413, 429) else 400 if status < 500 else 500
    answer = _page(f"errors/{known}.html", status)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def show_fault(error: Exception) -> Response:
    logs.trouble("request.failed", error=error, endpoint=request.endpoint)
    return _page("errors/500.html", 500)


def _page(template: str, status: int, **facts: Any) -> Response:
    answer = make_response(render_template(template, **facts), status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _account() -> dict[str, Any]:
    from flask_security import current_user

    return {"account": current_user.id} if current_user and current_user.is_authenticated else {}
