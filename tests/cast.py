"""The standing cast: Sari (national organizer), Made (PIC of Bali), the door; Budi is in builders, Tono is nobody we know."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.builders import PASSWORD, an_account
from tpbis_events.people.actor import Actor, actor_of
from tpbis_events.people.model import Account, Right

BALI = "51"


def sari() -> Account:
    """The first account of an installation: she runs the events and gives the rights."""
    return an_account("Sari", Right.NATIONAL, also=(Right.ADMINISTRATOR,))


def made() -> Account:
    return an_account("Made", Right.PIC, BALI)


def door() -> Account:
    return an_account("Pintu", Right.DOOR)


def acting(account: Account) -> Actor:
    return actor_of(account)


def sign_in(client: FlaskClient, account: Account) -> FlaskClient:
    """Sign in through the real page, CSRF token and all."""
    import re

    page = client.get("/office/login").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, "the sign-in page has a CSRF token"
    answer = client.post(
        "/office/login", data={"email": account.email, "password": PASSWORD, "csrf_token": token.group(1)}
    )
    assert answer.status_code == 302, "signed in"
    return client
