"""The log told again from its first line: who sits and who waits after each act, and what each act had to obey and to owe.

It knows the rules from the words of the design, not from the code: a seat for one person only, whoever waits is served in her
turn, nobody passes her, and no seat stays free while somebody waits for it (unless the office serves by hand). Every race
keeps registration open and sets no limits.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from tests.races.world import HOLDING, Entry, Fault, Mail, Quota, Registration, World

BEGINNING = {"seated": "confirmation", "waiting": "waiting", "applied": "applied"}
# What an act owes, by the state that it led to.
OWED: dict[str, dict[str, str]] = {
    "registered": BEGINNING,
    "approved": {**BEGINNING, "seated": "approved"},
    "rejected": {"rejected": "rejected"},
    "seated": {"seated": "seated"},
    "offered": {"offered": "offer"},
    "accepted": {"seated": "confirmation"},
    "declined": {},
    "lapsed": {"lapsed": "lapsed"},
    "moved": {"seated": "moved"},
    "substituted": {"substituted": "substituted", "seated": "confirmation"},
    "reinstated": {"seated": "confirmation"},
    "cancelled": {"cancelled": "cancelled"},
}
# A seat that is free now, while somebody waits, is on its way to her, or to a substitute, in the same transaction.
HANDING_ON = ("seated", "offered", "substituted")


class Replay:
    """`found`: what is wrong; `entries`: of each quota, in order; `mails`: what is owed."""

    def __init__(self, world: World) -> None:
        self.found: list[Fault] = []
        self.entries: defaultdict[int, list[Entry]] = defaultdict(list)
        self.mails: Counter[Mail] = Counter()
        self._quotas = {quota.id: quota for quota in world.quotas}
        self._rows = {row.id: row for row in world.registrations}
        self._by_place = {(quota.event_id, quota.session, quota.role): quota for quota in world.quotas}
        self._seats = _seats_at_first(world)
        self._sitting: Counter[int] = Counter()
        self._lines: defaultdict[int, list[int]] = defaultdict(list)
        self._priority: Counter[int] = Counter()
        self._turns: Counter[int] = Counter()
        self._states: dict[int, str] = {}
        self._where = _quotas_at_first(world, self._by_place)
        for entry in world.log:
            about, _, number = entry.subject.partition(":")
            if about == "registration":
                self._registration(entry, entry.act.removeprefix("registration."), self._rows.get(int(number)))
            elif about == "quota" and int(number) in self._quotas:
                self._change_of_seats(entry, self._quotas[int(number)])
        self._compare_with(world)

    def _fault(self, kind: str, entry: Entry, words: str) -> None:
        self.found.append(Fault(kind, f"line {entry.id}, {entry.act} of {entry.subject}: {words}"))

    def _registration(self, entry: Entry, act: str, row: Registration | None) -> None:
        if row is None:
            return self._fault("left behind", entry, "she isn't there")
        if act == "priority_changed":
            self._priority[row.id] = entry.after["priority"]
            return None
        if act not in OWED:  # it changes nothing of who sits and who waits; else the tables will differ from the log
            return None
        before, after = self._states.get(row.id), entry.after["state"]
        begins = act == "registered" or (act, after) == ("substituted", "seated")
        if entry.before.get("state", before) != before or begins != (before is None):
            self._fault("log", entry, f"she was {before}")
        old = self._where[row.id]
        new = self._by_place[row.event_id, entry.after["session"], entry.after["role"]] if act == "moved" else old
        for quota in {old.id: old, new.id: new}.values():
            self._nothing_lay_idle(entry, act, quota)
            self.entries[quota.id].append(entry)
        self._turn(entry, act, row.id, before, after, new)
        self._leave(row.id, before, old)
        self._come(entry, row.id, after, new)
        self._states[row.id], self._where[row.id] = after, new
        self._turns[row.id] += 1
        kind = OWED[act].get(after)
        if kind and row.email_key:
            self.mails[Mail(kind, row.subject, self._turns[row.id])] += 1
        return None

    def _nothing_lay_idle(self, entry: Entry, act: str, quota: Quota) -> None:
        waiting, free = self._lines[quota.id], self._seats[quota.id] - self._sitting[quota.id]
        if waiting and free > 0 and act not in HANDING_ON and not quota.by_hand:
            self._fault("idle seat", entry, f"quota {quota.id} had {free} free, and {waiting} waited")

    def _turn(self, entry: Entry, act: str, who: int, before: str | None, after: str, quota: Quota) -> None:
        if after not in HOLDING or act in ("accepted", "substituted"):
            return
        line = self._lines[quota.id]
        if act in ("seated", "offered"):
            if before != "waiting" or who != self._first(line):
                self._fault("jumped", entry, f"she was {before}, and {line} waited")
        elif line:
            self._fault("jumped", entry, f"{line} waited")

    def _first(self, line: list[int]) -> int | None:
        return min(line, key=lambda who: -self._priority[who], default=None)

    def _leave(self, who: int, before: str | None, quota: Quota) -> None:
        if before in HOLDING:
            self._sitting[quota.id] -= 1
        elif before == "waiting":
            self._lines[quota.id].remove(who)

    def _come(self, entry: Entry, who: int, after: str, quota: Quota) -> None:
        line = self._lines[quota.id]
        if after in HOLDING:
            self._sitting[quota.id] += 1
            if self._sitting[quota.id] > self._seats[quota.id]:
                self._fault("oversold", entry, f"{self._sitting[quota.id]} sit on {self._seats[quota.id]} seats")
        elif after == "waiting":
            line.append(who)
            if entry.after["place"] != len(line):
                self._fault("queue", entry, f"she was told place {entry.after['place']} of {len(line)}")
            if self._sitting[quota.id] < self._seats[quota.id] and not quota.by_hand:
                self._fault("idle seat", entry, "she waits, though a seat was free")

    def _change_of_seats(self, entry: Entry, quota: Quota) -> None:
        self._nothing_lay_idle(entry, entry.act, quota)
        self.entries[quota.id].append(entry)
        if entry.before["seats"] != self._seats[quota.id]:
            self._fault("log", entry, f"there were {self._seats[quota.id]} seats")
        self._seats[quota.id] = entry.after["seats"]
        if self._seats[quota.id] < self._sitting[quota.id]:
            self._fault("oversold", entry, f"a seat was taken from under one of {self._sitting[quota.id]}")

    def _compare_with(self, world: World) -> None:
        """What the log led to is what the tables hold."""
        for row in world.registrations:
            state, quota = self._states.get(row.id), self._where[row.id]
            if (state, quota.id) != (row.state, row.quota_id):
                told = f"{row.reference} is {row.state} in quota {row.quota_id}"
                self.found.append(Fault("log", f"{told}; by the log {state} in {quota.id}"))
        for quota in world.quotas:
            waiting = [row for row in world.registrations if row.quota_id == quota.id and row.state == "waiting"]
            line = [row.id for row in sorted(waiting, key=lambda row: row.queue_number or 0)]
            if line != self._lines[quota.id]:
                words = f"quota {quota.id} has {line} in line; by the log {self._lines[quota.id]}"
                self.found.append(Fault("queue", words))
            seats = sum(owner == quota.id for owner in world.seats.values())
            if seats != self._seats[quota.id]:
                words = f"quota {quota.id} has {seats} seats; by the log {self._seats[quota.id]}"
                self.found.append(Fault("log", words))


def _seats_at_first(world: World) -> Counter[int]:
    seats = Counter(world.seats.values())
    for entry in reversed(world.log):
        if entry.subject.startswith("quota:") and "seats" in entry.before:
            seats[int(entry.subject.removeprefix("quota:"))] = entry.before["seats"]
    return seats


def _quotas_at_first(world: World, by_place: dict[tuple[int, str, str], Quota]) -> dict[int, Quota]:
    """Where each registered first: what her first move left, else where she is."""
    quotas = {quota.id: quota for quota in world.quotas}
    left = {entry.subject: entry.before for entry in reversed(world.log) if entry.act == "registration.moved"}
    return {
        row.id: by_place[row.event_id, left[row.subject]["session"], left[row.subject]["role"]]
        if row.subject in left
        else quotas.get(row.quota_id, Quota(row.quota_id, row.event_id, row.session_id, row.role_id))
        for row in world.registrations
    }
