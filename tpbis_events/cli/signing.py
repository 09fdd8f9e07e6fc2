"""`flask certificates signing`: which key signs certificates, whether it can at this moment, and how many wait for what."""

from __future__ import annotations

import click

from tpbis_events.certificates import own_key
from tpbis_events.certificates.bring_back import authorities
from tpbis_events.certificates.own_key import KeyState
from tpbis_events.certificates.waiting_signature import waiting_by_way
from tpbis_events.foundation import logs

_FROM_ANYBODY = "Signatures from outside may come from any authority (TPBIS_SIGNING_ROOTS names none)."
_WHY = {
    "certificate.key_named_twice": "TPBIS_SIGNING_PKCS12 and TPBIS_SIGNING_PKCS11_MODULE are both set; name one key.",
    "certificate.key_secret_unreadable": "The file with its password or PIN can't be read.",
    "certificate.key_file_missing": "The file TPBIS_SIGNING_PKCS12 can't be read.",
    "certificate.key_file_broken": "The file is no PKCS#12, is damaged, or holds no key with its certificate.",
    "certificate.key_password": "The password is wrong.",
    "certificate.key_mismatch": "The certificate isn't of this key.",
    "certificate.key_weak": "The key must be RSA of 2048 bits and more, ECDSA or Ed25519.",
    "certificate.key_usage": "The certificate doesn't allow signing documents (key usage, extended key usage).",
    "certificate.key_not_yet_valid": "The certificate isn't valid yet.",
    "certificate.key_expired": "The certificate has expired.",
    "certificate.key_token_unsupported": "The package python-pkcs11 isn't installed.",
    "certificate.key_token_missing": "The library TPBIS_SIGNING_PKCS11_MODULE or the token can't be reached.",
    "certificate.key_not_on_token": "Key and certificate must be on the token once, both with the label of the settings.",
    "certificate.key_pin": "The PIN is wrong; a token locks itself after a few more.",
    "certificate.key_pin_locked": "The token is locked. Unlock it with its own tool.",
}


@click.command("signing")
def signing() -> None:
    """Which key is set up, and can it sign now. Exit code 1 when one is named that can't."""
    for way, number in sorted(waiting_by_way().items()):
        click.echo(f"{number} wait for a signature ({way}).")
    roots = len(authorities())
    click.echo(f"Signatures from outside must come from {roots} named authorities." if roots else _FROM_ANYBODY)
    if not own_key.is_named():
        click.echo("No key is named (TPBIS_SIGNING_PKCS12 or TPBIS_SIGNING_PKCS11_MODULE).")
        return
    state = own_key.state()
    for line in told(state):
        click.echo(line)
    if state.problem:
        raise SystemExit(1)


def told(state: KeyState) -> list[str]:
    """The key in plain lines."""
    lines = [f"Key {'on a token' if state.token else 'in a file'}."]
    if state.valid_from and state.valid_until:
        lines += [
            f"  of:      {state.subject}",
            f"  by:      {state.issuer}",
            f"  valid:   {state.valid_from:%Y-%m-%d %H:%M} to {state.valid_until:%Y-%m-%d %H:%M} UTC",
        ]
    lines.append(f"  level:   PAdES {'B-T, time stamped' if state.time_stamped else 'B-B'}")
    lines.append(f"It can't sign: {_WHY.get(state.problem, state.problem)}" if state.problem else "It can sign now.")
    return lines


def log_key() -> None:
    """Say at the start of a process how the key is, where one is named."""
    if not own_key.is_named():
        return
    state = own_key.state()
    until = state.valid_until.isoformat() if state.valid_until else None
    if state.problem:
        logs.trouble("signing.key_unusable", code=state.problem, subject=state.subject, valid_until=until)
    else:
        logs.event("signing.key", subject=state.subject, valid_until=until)
