"""All tables, so that migrations and the mapper see every room's rows whichever door is opened first."""

from importlib import import_module

ROOMS = ("outbox", "audit", "people", "programmes", "registrations", "attendance", "certificates")


def load() -> None:
    for room in ROOMS:
        import_module(f"tpbis_events.{room}.model")
