"""A small IMAP server for the tests: one folder that can be read. It speaks what a reader needs, and keeps what it was asked."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

USER, PASSWORD = "bounces@example.id", "a secret word"


class ImapOffice:
    """The messages of the folder by their UIDs, and every line that a client said."""

    def __init__(self) -> None:
        self.messages: dict[int, bytes] = {}
        self.validity = 7
        self.said: list[str] = []
        self.port = 0

    def bring(self, message: bytes) -> int:
        uid = max(self.messages, default=0) + 1
        self.messages[uid] = message
        return uid


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._tell("* OK ready")
        while line := self.rfile.readline():
            said = line.decode().rstrip("\r\n")
            self._office.said.append(said)
            tag, _blank, rest = said.partition(" ")
            verb = rest.split(" ")[0].upper()
            answer = getattr(self, f"do_{verb.lower()}", self._unknown)(rest)
            self._tell(f"{tag} {answer}")
            if verb == "LOGOUT":
                return

    @property
    def _office(self) -> ImapOffice:
        office: ImapOffice = self.server.office  # type: ignore[attr-defined]
        return office

    def _tell(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def do_capability(self, _rest: str) -> str:
        self._tell("* CAPABILITY IMAP4rev1")
        return "OK done"

    def do_login(self, rest: str) -> str:
        return "OK in" if rest == f'LOGIN {USER} "{PASSWORD}"' else "NO [AUTHENTICATIONFAILED] wrong"

    def do_examine(self, rest: str) -> str:
        if rest != 'EXAMINE "INBOX"':
            return "NO no such folder"
        self._tell(f"* {len(self._office.messages)} EXISTS")
        self._tell(f"* OK [UIDVALIDITY {self._office.validity}] UIDs valid")
        return "OK [READ-ONLY] opened"

    def do_uid(self, rest: str) -> str:
        office = self._office
        if search := re.fullmatch(r"UID SEARCH UID (\d+):\*", rest):
            newest = max(office.messages, default=0)
            # `n:*` is a range in either direction: the newest is always in it.
            found = [uid for uid in office.messages if uid >= int(search.group(1)) or uid == newest]
            self._tell("* SEARCH " + " ".join(map(str, found)))
            return "OK done"
        fetch = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest)
        if not fetch:
            return "BAD what"
        uid = int(fetch.group(1))
        message = office.messages[uid][: int(fetch.group(2))]
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(message)}}}\r\n".encode() + message + b")\r\n")
        return "OK done"

    def do_logout(self, _rest: str) -> str:
        self._tell("* BYE")
        return "OK bye"

    def _unknown(self, _rest: str) -> str:
        return "BAD what"


@contextmanager
def open_imap_office() -> Iterator[ImapOffice]:
    """An IMAP server on a free port of this machine."""
    office = ImapOffice()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), _Conversation) as server:
        server.office = office  # type: ignore[attr-defined]
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join(5)


def settings(office: ImapOffice, **more: Any) -> dict[str, Any]:
    return {
        "BOUNCE_IMAP_SERVER": "127.0.0.1",
        "BOUNCE_IMAP_PORT": office.port,
        "BOUNCE_IMAP_TLS": "none",
        "BOUNCE_IMAP_USERNAME": USER,
        "BOUNCE_IMAP_PASSWORD": PASSWORD,
        "BOUNCE_IMAP_FOLDER": "INBOX",
        **more,
    }
