"""Who is given a certificate by the office is told by mail, once for each version; who makes it herself is not."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from tests.builders import Place, an_event, registered, somebody
from tests.commands.kept import about, mails, told
from tests.commands.test_certificates import attend, issued
from tpbis_events.certificates.reissue import reissue
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.outbox import write
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.register import Registered


def there(place: Place) -> Registered:
    budi = registered(place, somebody(full_name="Budi Santoso", language="en"))
    attend(place, budi.registration_id)
    return budi


def test_the_office_issues_and_she_is_told_once_with_number_and_the_way_to_check_it(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = there(place)
    made = issued(place, budi.registration_id)
    issued(place, budi.registration_id)
    (mail,) = mails("certificate_ready")
    text = write.written(write.owed(mail)).text
    assert mail.subject == about(budi)[0] and mail.version == 1
    assert f"Number of the certificate: {made.number}\n" in text
    assert f"/en/check/{made.code}\n" in text and "/en/my/" in text
    assert mail.facts.keys().isdisjoint({"qr", "calendar"}), "the session is over"


def test_who_makes_her_own_certificate_is_owed_no_mail_for_it(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = there(place)
    issued(place, budi.registration_id, by=participant(budi.registration_id))
    assert told("certificate_ready") == []


def test_a_corrected_certificate_is_told_as_a_corrected_one(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = there(place)
    issued(place, budi.registration_id)
    correct(budi.registration_id, somebody(full_name="Budi Santosa"), by=COMMAND_LINE)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at + timedelta(days=1)):
        again = reissue(budi.registration_id, by=COMMAND_LINE)
    first, second = mails("certificate_ready")
    assert (first.version, second.version) == (1, 2)
    text = write.written(write.owed(second)).text
    assert "was corrected" in text and f"/check/{again.code}\n" in text
