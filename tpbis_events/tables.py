"""All tables, so that migrations and the mapper see every room's rows whichever door is opened first."""

from importlib import import_module

ROOMS = (
    "outbox",
    "audit",
    "people",
    "programmes",
    "registrations",
    "attendance",
    "questionnaires",
    "certificates",
    "reports",
    "messages",
)
# Tables that stand beside the reads that belong to them.
BESIDE = (
    "outbox.post_rows",
    "programmes.changes",
    "programmes.officers",
    "programmes.reminders",
    "registrations.still_coming",
    "registrations.bulk_model",
    "registrations.batches",
    "registrations.call_model",
    "attendance.papers",
    "attendance.signatures",
    "attendance.receipts",
    "attendance.online",
)
# What keeps rows in step with each other as they are written, and what a clone takes along.
KEEPERS = ("people.keep_words", "registrations.keep_order", "questionnaires.carry_over")


def load() -> None:
    for room in ROOMS:
        import_module(f"tpbis_events.{room}.model")
    for file in (*BESIDE, *KEEPERS):
        import_module(f"tpbis_events.{file}")
