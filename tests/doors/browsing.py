"""What tests of pages need: the values that a browser would send of a form, and everything that the database holds."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.builders import BUDI
from tpbis_events.foundation.database import Base, db
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.register import Registered

PAGES = (
    "",
    "/done",
    "/correct",
    "/cancel",
    "/accept",
    "/decline",
    "/substitute",
    "/calendar.ics",
    "/qr.png",
    "/certificate.pdf",
)
CIVIL_SERVANT = replace(BUDI, employment="pns", nip="198501152010012003")


def row(of: Registered) -> Registration:
    """A registration as it stands in the database now."""
    return db.session.get_one(Registration, of.registration_id, populate_existing=True)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    db.session.rollback()
    return {
        name: sorted((tuple(each) for each in db.session.execute(select(table))), key=repr)
        for name, table in Base.metadata.tables.items()
    }


def form_of(client: FlaskClient, address: str) -> dict[str, str]:
    """What a browser would send of the form on a page: the values that stand in it."""

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.values: dict[str, str] = {}
            self.name = ""
            self.area = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            name, kind = given.get("name") or "", given.get("type")
            if tag == "input" and (kind not in ("radio", "checkbox") or "checked" in given):
                self.values[name] = given.get("value") or ""
            elif tag in ("select", "textarea"):
                self.name, self.area = name, tag == "textarea"
                self.values[name] = ""
            elif tag == "option" and "selected" in given:
                self.values[self.name] = given.get("value") or ""

        def handle_endtag(self, tag: str) -> None:
            self.area = self.area and tag != "textarea"

        def handle_data(self, data: str) -> None:
            if self.area:
                self.values[self.name] += data

    reader = Reader()
    reader.feed(client.get(address).text)
    return {name: value.lstrip("\r\n") for name, value in reader.values.items() if name}


def post(client: FlaskClient, address: str, **answers: str | list[str]) -> TestResponse:
    """Send a form of the office with the token of the account that is signed in."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/office/").text)
    assert token
    return client.post(address, data={"csrf_token": token.group(1), **answers})


def shown(page: str) -> str:
    """The words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
