"""The pages of questionnaires: built in the office, answered by link and at the door, read as results within one's reach."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, insert, select, true

from tests.builders import BUDI, an_account, an_event, registered
from tests.cast import acting, made, sari, sign_in
from tests.queries import counted
from tests.questions import a_questionnaire, answered, filled, of_kind, questions, when_over, while_open
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Person, Right
from tpbis_events.questionnaires.begin_questionnaire import Start
from tpbis_events.questionnaires.enter_commitment import CommitmentPlan, enter_commitment
from tpbis_events.questionnaires.model import (
    AnonymousSheet,
    Commitment,
    HandedIn,
    Kind,
    NamedSheet,
    Question,
    Questionnaire,
)
from tpbis_events.registrations.model import Registration
from tpbis_events.reports.asked import Asked
from tpbis_events.reports.build_exports import build_due, file_of
from tpbis_events.reports.model import Export
from tpbis_events.reports.order_export import order_export


def number_of(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def form_of(typed: dict[int, list[str]]) -> dict[str, Any]:
    return {f"q{question_id}": values for question_id, values in typed.items()}


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_budi_answers_once_by_her_link_and_keeps_what_she_typed_when_something_is_missing(
    app: Flask, client: FlaskClient
) -> None:
    place = an_event()["51", "stakeholder"]
    asked = a_questionnaire(place)
    budi = registered(place)
    page = f"/my/{budi.token}/questionnaires/{asked}"
    long = [question.id for question in questions(asked) if question.kind == "long"]
    first = questions(asked)[0].id
    typed = filled(asked, words="Lebih banyak praktik") | {first: []}
    with clock.stopped_at(while_open(asked, place)):
        assert "Answer now" in client.get(f"/en/my/{budi.token}").text
        assert "Nobody can see what you answer" in client.get(f"/en{page}").text
        answer = client.post(f"/en{page}", data=form_of(typed))
        assert answer.status_code == 422
        assert "Please answer this question." in answer.text
        assert f'href="#q{first}-1"' in answer.text
        assert answer.text.count("Lebih banyak praktik") == len(long)
        assert f'id="q{questions(asked)[1].id}-4" name="q{questions(asked)[1].id}" value="4" checked' in answer.text
        switched = client.post(page, data=form_of(typed) | {"step": "edit"})
        assert (switched.status_code, switched.text.count("Lebih banyak praktik")) == (200, len(long))
        assert number_of(HandedIn) == 0
        assert client.post(page, data=form_of(filled(asked))).status_code == 303
        assert "we have your answers" in client.get(f"/en{page}").text
        assert client.post(page, data=form_of(filled(asked, 1))).status_code == 303
        listed = client.get(f"/en/my/{budi.token}/questionnaires")
    assert "Handed in" in listed.text
    assert "Set-Cookie" not in listed.headers
    assert (number_of(HandedIn), number_of(AnonymousSheet)) == (1, 1)


def test_answers_that_come_after_the_closing_are_refused_and_stay_to_be_seen(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    asked = a_questionnaire(place)
    budi = registered(place)
    with clock.stopped_at(when_over(asked, place)):
        answer = client.post(
            f"/en/my/{budi.token}/questionnaires/{asked}", data=form_of(filled(asked, words="Terima kasih"))
        )
        assert answer.status_code == 409
        assert "This questionnaire is closed" in answer.text
        assert "Terima kasih" in answer.text
        assert "checked" in answer.text
        assert "Hand in</button>" not in answer.text
        door = client.post(
            f"/en/q/{asked}/{place.session_id}",
            data=form_of(filled(asked, words="Terima kasih")) | {"step": "send", "reference": budi.reference},
        )
        assert (door.status_code, "Terima kasih" in door.text) == (409, True)
    assert number_of(HandedIn) == 0


def test_a_score_is_shown_where_the_organizer_says_so(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    pre = a_questionnaire(place, Start.PAIR_SET)
    post = of_kind(place, Kind.POST_TEST)
    budi = registered(place)
    for asked, shown in ((pre, False), (post, True)):
        with clock.stopped_at(while_open(asked, place)):
            page = f"/en/my/{budi.token}/questionnaires/{asked}"
            assert client.post(page, data=form_of(filled(asked))).status_code == 303
            assert ("100 of 100 points" in client.get(page).text) is shown


def test_a_foreign_questionnaire_a_draft_and_a_wrong_link_are_not_found(app: Flask, client: FlaskClient) -> None:
    place, other = an_event()["51", "stakeholder"], an_event()["51", "stakeholder"]
    asked = a_questionnaire(other)
    budi = registered(place)
    token = budi.token
    for method in (client.get, client.post):
        assert method(f"/my/{token}/questionnaires/{asked}").status_code == 404
        assert method(f"/my/{token}x/questionnaires/{asked}").status_code == 404
        assert method(f"/my/{token}/commitments/1").status_code == 404
        assert method(f"/q/{asked}/{place.session_id}").status_code == 404
    with clock.stopped_at(clock.now() + timedelta(days=500)):
        assert client.get(f"/my/{token}/questionnaires").status_code == 410


def test_at_the_door_the_reference_of_this_session_opens_the_questions_and_nothing_else(
    app: Flask, client: FlaskClient
) -> None:
    places = an_event(provinces=("51", "52"))
    place, other = places["51", "stakeholder"], places["52", "stakeholder"]
    asked = a_questionnaire(place)
    budi, elsewhere = registered(place), registered(other)
    page = f"/en/q/{asked}/{place.session_id}"
    with clock.stopped_at(while_open(asked, place)):
        first = client.get(page)
        assert ("Your reference" in first.text, f'name="q{questions(asked)[0].id}"' in first.text) == (True, False)
        assert client.post(page, data={"reference": "NOBODY00"}).status_code == 422
        assert client.post(page, data={"reference": elsewhere.reference}).status_code == 422
        typed_badly = f"{budi.reference[:4].lower()}-{budi.reference[4:].lower()}"
        shown = client.post(page, data={"reference": typed_badly, "step": "who"})
        assert (shown.status_code, f'name="q{questions(asked)[0].id}"' in shown.text) == (200, True)
        assert "Budi" not in shown.text
        sent = client.post(page, data={"reference": typed_badly, "step": "send", **form_of(filled(asked))})
        assert (sent.status_code, sent.location) == (303, f"/en/q/{asked}/{place.session_id}/done")
        done = client.get(sent.location)
        assert (budi.reference in done.text, "Next person" in done.text) == (False, True)
    assert number_of(HandedIn) == 1
    assert "Set-Cookie" not in sent.headers


def test_sari_builds_a_questionnaire_and_publishes_it(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    sign_in(client, sari())
    base = f"/en/office/events/{place.event_slug}/questionnaires"
    csrf = {"csrf_token": token_in(client.get(base).text)}
    made_at = client.post(base, data={"start": "pre-test", **csrf}).location
    assert client.post(f"{made_at}/publish", data=csrf).status_code == 409  # nothing is asked yet
    wrong = {"text_id": "Apa?", "kind": "one", "points": "10", "options-0-text_id": "A", "options-0-text_en": "A"}
    refused = client.post(f"{made_at}/new-question", data=wrong | csrf)
    assert refused.status_code == 422
    assert "Give two to ten answers" in refused.text
    assert 'value="A"' in refused.text
    right = wrong | {
        "text_en": "What?",
        "required": "y",
        "options-1-text_id": "B",
        "options-1-text_en": "B",
        "options-1-right": "y",
    }
    assert client.post(f"{made_at}/new-question", data=right | csrf).status_code == 303
    assert client.post(f"{made_at}/publish", data=csrf).status_code == 303
    question = db.session.scalars(select(Question)).one()
    assert [(o.text_id, o.right) for o in question.options] == [("A", False), ("B", True)]
    for path in ("", "/preview", "/settings", f"/questions/{question.id}", "/new-question"):
        assert client.get(f"{made_at}{path}").status_code == 200, path
    window = {"title_id": "Tes awal", "title_en": "First test", "opens_from": "first-day", "opens_days": "-3"}
    bad = window | {"closes_from": "first-day", "closes_days": "-4"}
    assert client.post(f"{made_at}/settings", data=bad | csrf).status_code == 422
    assert client.post(f"{made_at}/settings", data=window | {"closes_from": "first-day", "closes_days": "0"} | csrf)
    row = db.session.scalars(select(Questionnaire)).one()
    assert (row.title_en, row.opens_days, row.closes_days) == ("First test", -3, 0)


def test_made_sees_results_of_her_province_and_nobody_sees_those_of_too_few(app: Flask, client: FlaskClient) -> None:
    places = an_event(provinces=("51", "52"), roles={"stakeholder": 8})
    bali, ntb = places["51", "stakeholder"], places["52", "stakeholder"]
    asked = a_questionnaire(bali)
    answered(asked, bali, rating=5, words="Bali bagus", number=6)
    answered(asked, ntb, rating=1, words="NTB kurang", number=4)
    page = f"/en/office/events/{bali.event_slug}/results/{asked}"
    pic, national_office = made(), sari()
    with clock.stopped_at(while_open(asked, bali)):
        early = sign_in(app.test_client(), pic).get(page)
        assert (early.status_code, "Bali bagus" in early.text, "5.00" in early.text) == (200, False, False)
    with clock.stopped_at(when_over(asked, bali) + timedelta(hours=1)):
        sign_in(client, pic)
        hers = client.get(page)
        assert client.get(f"{page}?session={ntb.session_slug}").status_code == 404
        national = sign_in(app.test_client(), national_office)
        all_of_them = national.get(page)
        small = national.get(f"{page}?session={ntb.session_slug}")
    assert ("Bali bagus" in hers.text, "5.00" in hers.text, "NTB kurang" in hers.text) == (True, True, False)
    # Four of the ten are too few to be shown, by themselves or by what they would add to a sum.
    assert ("5.00" in all_of_them.text, "NTB kurang" in all_of_them.text) == (True, False)
    assert "4 answers are left out" in all_of_them.text
    assert "5.00" not in small.text
    assert "Bali bagus" in small.text  # texts know no session


def test_who_has_not_answered_is_known_by_name_and_what_was_answered_is_not(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    asked = a_questionnaire(place)
    answered(asked, place)
    registered(place, BUDI)
    account = made()
    with clock.stopped_at(while_open(asked, place)):
        page = sign_in(client, account).get(f"/en/office/events/{place.event_slug}/results/{asked}").text
    assert "Who has not answered yet" in page
    assert page.count("Peserta Nomor") == 0
    assert page.count("Budi Santoso") == 1


def test_who_may_not_see_results_or_question_is_refused(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    asked = a_questionnaire(place)
    sign_in(client, an_account("Fina", Right.FINANCE))
    assert client.get(f"/office/events/{place.event_slug}/results/{asked}").status_code == 403
    pic = sign_in(app.test_client(), made())
    assert pic.get(f"/office/events/{place.event_slug}/questionnaires/{asked}").status_code == 403
    other = an_event()["51", "stakeholder"]
    assert pic.get(f"/office/events/{other.event_slug}/results/{asked}").status_code == 404


def test_gain_is_of_those_who_took_both(app: Flask, client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 9})["51", "stakeholder"]
    pre = a_questionnaire(place, Start.PAIR_SET)
    post = of_kind(place, Kind.POST_TEST)
    from tpbis_events.people.actor import participant
    from tpbis_events.questionnaires.hand_in import hand_in

    both = answered(pre, place, right=False, number=2)
    answered(pre, place, right=True, number=3)  # the pre-test alone: they count in its mean, and not in the gain
    with clock.stopped_at(while_open(post, place)):
        for person in both:
            hand_in(post, person, filled(post), by=participant(person))
    sign_in(client, sari())
    page = client.get(f"/en/office/events/{place.event_slug}/results/{post}").text
    assert "Of the 2 people who took both tests." in page
    assert "Normalised gain 1.00" in page
    assert "60.0" in page  # the mean of all five pre-tests


@pytest.mark.parametrize("start", [Start.EVALUATION_SET, Start.PAIR_SET])
def test_the_pages_of_results_cost_as_many_queries_at_30_as_at_3000_answers(
    app: Flask, client: FlaskClient, start: Start
) -> None:
    place = an_event(roles={"stakeholder": 30})["51", "stakeholder"]
    asked = a_questionnaire(place, start)
    answered(asked, place, number=6)
    account = sari()
    costs = []
    pages = (f"/office/events/{place.event_slug}/results/{asked}", f"/office/events/{place.event_slug}/results")
    with clock.stopped_at(when_over(asked, place)):
        sign_in(client, account)
        for first, more in ((1000, 24), (2000, 2970)):
            _copies(asked, range(first, first + more), anonymous=start is Start.EVALUATION_SET)
            with counted() as statements:
                assert all(client.get(page).status_code == 200 for page in pages)
            costs.append(len(statements))
    assert costs[0] == costs[1] < 30


def _copies(asked: int, ids: range, *, anonymous: bool) -> None:
    """So many sheets more, as if they had been handed in by people copied from the first; written past the mapper, fast."""
    first = db.session.scalars(select(Registration.id).order_by(Registration.id)).first()
    like = _row(Registration, Registration.id == first)
    person = _row(Person, Person.id == like["person_id"])
    sheet = _row(AnonymousSheet if anonymous else NamedSheet, true())
    gone = {"seat_id": None, "state": "cancelled", "email_key": None, "phone_key": None, "seated_at": None}
    own = {each: {"key": f"{each:032}"} if anonymous else {"registration_id": each} for each in ids}
    with transaction():
        for table, rows in (
            (Person, [{**person, "id": each} for each in ids]),
            (
                Registration,
                [
                    {**like, **gone, "id": each, "person_id": each, "reference": f"X{each}", "ticket": f"X{each}"}
                    for each in ids
                ],
            ),
            (HandedIn, [{"questionnaire_id": asked, "registration_id": each} for each in ids]),
            (AnonymousSheet if anonymous else NamedSheet, [{**sheet, **own[each]} for each in ids]),
        ):
            db.session.execute(insert(table), rows)


def _row(table: Any, condition: Any) -> dict[str, Any]:
    found = db.session.execute(select(*table.__table__.columns).where(condition).limit(1)).mappings().one()
    return dict(found)


def test_all_results_come_as_one_workbook_with_the_limits_of_the_pages(app: Flask, client: FlaskClient) -> None:
    places = an_event(provinces=("51", "52"), roles={"stakeholder": 8})
    bali, ntb = places["51", "stakeholder"], places["52", "stakeholder"]
    asked = a_questionnaire(bali)
    answered(asked, bali, rating=4, words="=1+1 bagus", number=5)
    answered(asked, ntb, rating=1, words="NTB kurang", number=4)
    account = sari()
    with clock.stopped_at(when_over(asked, bali) + timedelta(hours=1)):
        sign_in(client, account)
        csrf = token_in(client.get(f"/office/events/{bali.event_slug}/results").text)
        answer = client.post(
            f"/en/office/events/{bali.event_slug}/exports",
            data={"what": "results", "csrf_token": csrf},
            buffered=True,
        )
        content = answer.data
        answer.close()
    assert answer.status_code == 200
    book = load_workbook(BytesIO(content))
    assert book.sheetnames == ["Indices", "Questions", "Texts"]
    indices = {(row[1], row[6]): row[7] for row in book["Indices"].iter_rows(min_row=2, values_only=True) if row[6]}
    assert indices["All sessions", "Relevance index"] == 4
    assert None in indices.values()  # of the session with too few
    texts = [row[2] for row in book["Texts"].iter_rows(min_row=2, values_only=True)]
    assert (texts.count("=1+1 bagus"), "NTB kurang" in texts) == (10, False)


def test_large_files_are_made_in_the_background_with_the_rights_of_who_ordered_them(app: Flask) -> None:
    places = an_event(provinces=("51", "52"), roles={"stakeholder": 6}, in_days=1)
    place = places["51", "stakeholder"]
    asked = a_questionnaire(place)
    answered(asked, place, number=5)
    account = made()
    for code in ("51", "52"):
        plan = CommitmentPlan(
            "Dinas", f"Milik {code}", "Kepala", "Dua kelas", (clock.now() + timedelta(days=90)).date()
        )
        enter_commitment(places[code, "stakeholder"].session_id, plan, key=code, by=COMMAND_LINE)
    with clock.stopped_at(when_over(asked, place) + timedelta(hours=1)):
        for kind in ("results", "commitments"):
            order_export(Asked(kind, place.event_slug), account_id=account.id, by=acting(account))
            assert build_due("a worker")
        rows = db.session.scalars(select(Export).order_by(Export.id)).all()
        books = [load_workbook(BytesIO(file_of(row.key).read_bytes())) for row in rows]
    assert [(row.state, row.needs) for row in rows] == [("ready", [["see results", "51"]])] * 2
    assert len(books[0].sheetnames) == 3
    assert [row[2] for row in books[1].active.iter_rows(min_row=2, values_only=True)] == ["Milik 51"]


def a_commitment(**changes: str) -> dict[str, str]:
    return {
        "form_key": "0123456789abcdef",
        "agency": "Perpustakaan Desa Sukamaju",
        "what": "Kelas digital untuk ibu-ibu",
        "who": "Pustakawan",
        "due_on": "2030-01-15",
        "measure": "Dua kelas setiap bulan",
    } | changes


def test_budi_commits_and_made_follows_it_up_within_her_province(app: Flask, client: FlaskClient) -> None:
    places = an_event(provinces=("51", "52"), in_days=1)
    place, other = places["51", "stakeholder"], places["52", "stakeholder"]
    budi, elsewhere = registered(place), registered(other)
    page = f"/en/my/{budi.token}/commitments"
    assert client.post(page, data=a_commitment()).status_code == 409  # the session hasn't begun
    later = clock.now() + timedelta(days=3)
    due = (later + timedelta(days=30)).date().isoformat()
    with clock.stopped_at(later):
        wrong = client.post(page, data=a_commitment(due_on="besok", what=""))
        assert wrong.status_code == 422
        assert "Dua kelas setiap bulan" in wrong.text
        for _ in range(2):  # the same form twice is one
            assert client.post(page, data=a_commitment(due_on=due)).status_code == 303
        client.post(f"/my/{elsewhere.token}/commitments", data=a_commitment(due_on=due, what="Milik NTB"))
        mine, theirs = (row.id for row in db.session.scalars(select(Commitment).order_by(Commitment.id)))
        assert client.get(f"/my/{budi.token}/commitments/{theirs}").status_code == 404
        update = f"/en/my/{budi.token}/commitments/{mine}"
        assert client.post(update, data={"progress": "dropped"}).status_code == 422
        assert client.post(update, data={"progress": "under-way", "note": "Kelas pertama"}).status_code == 303
        assert "Kelas pertama" in client.get(update).text
    base = f"/en/office/events/{place.event_slug}/commitments"
    account, auditing = made(), an_account("Aulia", Right.AUDITOR)
    with clock.stopped_at(later + timedelta(days=40)):
        pic = sign_in(app.test_client(), account)
        listed = pic.get(f"{base}?overdue=1").text
        assert ("Kelas digital" in listed, "Overdue" in listed, "Milik NTB" in listed) == (True, True, False)
        assert pic.get(f"{base}/{theirs}").status_code == 404
        shown = pic.get(f"{base}/{mine}").text
        assert "Kelas pertama" in shown
        done = pic.post(f"{base}/{mine}", data={"progress": "done", "csrf_token": token_in(shown)})
        assert done.status_code == 303
        assert "Kelas digital" not in pic.get(f"{base}?overdue=1").text
        enter = f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}/new-commitment"
        form = a_commitment(due_on=due, form_key="ffff", csrf_token=token_in(pic.get(enter).text))
        assert pic.post(enter, data=form).status_code == 303
        auditor = sign_in(app.test_client(), auditing)
        assert auditor.get(f"{base}/{mine}").status_code == 200
        assert auditor.get(enter).status_code == 403


def test_a_commitment_typed_over_the_one_before_is_another_and_nothing_is_lost(app: Flask, client: FlaskClient) -> None:
    """She goes back in her browser, where the form has the key that it had, and enters what comes next."""
    place = an_event(provinces=("51",), in_days=1)["51", "stakeholder"]
    page = f"/en/my/{registered(place).token}/commitments"
    later = clock.now() + timedelta(days=3)
    due = (later + timedelta(days=30)).date().isoformat()
    with clock.stopped_at(later):
        for what in ("Kelas menjahit", "Kelas digital", "Kelas digital"):
            assert client.post(page, data=a_commitment(due_on=due, what=what)).status_code == 303
    assert db.session.scalars(select(Commitment.what).order_by(Commitment.id)).all() == [
        "Kelas menjahit",
        "Kelas digital",
    ]


def test_the_list_of_commitments_costs_the_same_at_3_as_at_300(app: Flask, client: FlaskClient) -> None:
    place = an_event(in_days=1)["51", "stakeholder"]
    sign_in(client, sari())
    costs = []
    for number in (3, 297):
        with transaction():
            for n in range(number):
                values = {k: v for k, v in a_commitment().items() if k not in ("form_key", "due_on")}
                db.session.add(
                    Commitment(
                        **values,
                        due_on=clock.now().date(),
                        key=f"{number}-{n}",
                        session_id=place.session_id,
                        created_at=clock.now(),
                    )
                )
        with counted() as statements:
            page = client.get(f"/en/office/events/{place.event_slug}/commitments")
        costs.append(len(statements))
    assert costs[0] == costs[1] < 14
    assert "Next page" in page.text


def test_the_screen_at_the_door_shows_what_is_open(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    asked = a_questionnaire(place)
    account = made()
    page = f"/en/door/sessions/{place.session_id}/questionnaires"
    assert "Opens later" in sign_in(client, account).get(page).text
    with clock.stopped_at(while_open(asked, place)):
        shown = sign_in(app.test_client(), account).get(page).text
    assert f"/q/{asked}/{place.session_id}" in shown
    assert "<svg" in shown
    assert "style=" not in shown
