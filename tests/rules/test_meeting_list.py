"""The lists of Zoom, Meet and Teams: columns, encodings, durations, people who came in again."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tpbis_events.attendance.list_times import moment_of, seconds_of
from tpbis_events.attendance.meeting_list import Visit, at_least, visits_of
from tpbis_events.registrations.sheet import read_sheet
from tpbis_events.registrations.sheet_cells import BadSheet

DAY = date(2027, 8, 9)
ZOOM = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
889 1234 5678,SHM Bali,08/09/2027 08:20:00 AM,08/09/2027 12:00:00 PM,host@perpusnas.example,220,3

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,In Waiting Room
I Made Wirawan,made@contoh.id,08/09/2027 08:25:00 AM,08/09/2027 09:25:00 AM,60,Yes,No
I Made Wirawan,made@contoh.id,08/09/2027 09:15:00 AM,08/09/2027 10:15:00 AM,60,Yes,No
"IPAD-Made, hadir",,08/09/2027 08:00:00 AM,08/09/2027 08:25:00 AM,25,Yes,Yes
Ni Luh Sari,,08/09/2027 09:00:00 AM,08/09/2027 09:30:00 AM,30,Yes,No
"""
TEAMS = """1. Summary
Meeting title\tSHM Bali
Attended participants\t2

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Made Wirawan\t8/9/27, 8:25:03 AM\t8/9/27, 11:00:00 AM\t1h 35m 10s\t\tmade@contoh.id\tAttendee
Sari\t8/9/27, 9:00:00 AM\t8/9/27, 9:30:00 AM\t30m\t\t\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Made Wirawan\t8/9/27, 8:25:03 AM\t8/9/27, 9:00:00 AM\t34m 57s\t\tAttendee
"""
MEET = """Nama depan;Nama belakang;Email;Durasi;Waktu bergabung;Waktu keluar
I Made;Wirawan;made@contoh.id;1 jam 35 mnt;08.25;10.00
Sari;;;30 mnt;09.00;09.30
"""


def visits(text: str, encoding: str = "utf-8") -> tuple[Visit, ...]:
    return visits_of(read_sheet(text.encode(encoding)), DAY)


def test_zoom_counts_each_minute_once_and_leaves_the_waiting_room_out() -> None:
    made, sari = visits(ZOOM, "utf-8-sig")
    assert (made.name, made.email, made.minutes, made.times) == ("I Made Wirawan", "made@contoh.id", 110, 2)
    assert made.joined == datetime(2027, 8, 9, 8, 25)
    assert (sari.name, sari.minutes) == ("Ni Luh Sari", 30)


def test_teams_reads_its_table_of_participants_and_no_other() -> None:
    made, sari = visits(TEAMS, "utf-16")
    assert (made.minutes, made.email, made.joined) == (95, "made@contoh.id", datetime(2027, 8, 9, 8, 25, 3))
    assert (sari.name, sari.minutes) == ("Sari", 30)


def test_meet_in_indonesian_has_names_in_two_columns() -> None:
    made, sari = visits(MEET)
    assert (made.name, made.minutes, made.joined) == ("I Made Wirawan", 95, datetime(2027, 8, 9, 8, 25))
    assert sari.name == "Sari"


def test_who_shows_her_address_once_is_one_person() -> None:
    found = visits("Name,Email,Duration\nMade,made@contoh.id,20\nMADE,,15\nAyu,,5\nAyu,,5\n")
    assert [(each.name, each.minutes, each.times) for each in found] == [("Made", 35, 2), ("Ayu", 10, 2)]


def test_two_of_one_name_with_two_addresses_stay_two_and_a_third_without_one_as_well() -> None:
    found = visits("Name,Email,Duration\nAyu,a@contoh.id,20\nAyu,b@contoh.id,15\nAyu,,5\n")
    assert [each.minutes for each in found] == [20, 15, 5]


@pytest.mark.parametrize("text", ["Nama,Kota\nMade,Bali\n", "Email,Duration\na@b.id,3\n"])
def test_a_list_without_its_columns_is_refused(text: str) -> None:
    with pytest.raises(BadSheet, match="sheet.no_column"):
        visits(text)


def test_a_list_with_headings_alone_is_empty() -> None:
    with pytest.raises(BadSheet, match="sheet.empty"):
        visits("Name,Email,Duration,In Waiting Room\nMade,,5,Yes\n")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("95", 5700), ("1,5", 90), ("1 hr 35 min", 5700), ("1h 35m 10s", 5710), ("01:35:10", 5710), ("1 jam 35 mnt", 5700),
        ("45 menit", 2700), ("30s", 30), ("lama", None), ("", None),
    ],
)  # fmt: skip
def test_a_duration_is_read_however_it_is_written(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "08/09/2027 08:25:00 AM", "09/08/2027 08:25", "2027-08-09T08:25:00Z", "2027-08-09 08:25:00.000 GMT+8", "8:25 AM",
        "9 Agu 2027 08.25 WITA", "Aug 9, 2027, 8:25 AM",
    ],
)  # fmt: skip
def test_a_moment_is_read_as_the_day_that_is_meant(text: str) -> None:
    assert moment_of(text, DAY) == datetime(2027, 8, 9, 8, 25)


@pytest.mark.parametrize("text", ["", "kemarin", "25:99", "01/01/2020 08:00", "31/31/2027 08:00", "2027-08-09"])
def test_what_is_no_moment_of_the_day_tells_no_time(text: str) -> None:
    assert moment_of(text, DAY) is None


def test_a_least_time_keeps_out_who_stayed_for_less_and_nobody_without_times() -> None:
    assert [at_least(minutes, 45) for minutes in (44, 45, None)] == [False, True, True]
    assert at_least(1, 0)
