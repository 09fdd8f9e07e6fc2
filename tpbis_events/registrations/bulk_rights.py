"""Which right and which step each act on many needs: those of the same act on one."""

from __future__ import annotations

from tpbis_events.people.actor import Act
from tpbis_events.registrations.bulk_model import BulkAct
from tpbis_events.registrations.life import Step

RIGHTS: dict[BulkAct, Act] = {
    BulkAct.APPROVE: Act.DECIDE,
    BulkAct.REJECT: Act.DECIDE,
    BulkAct.MOVE: Act.MOVE,
    BulkAct.CANCEL: Act.CANCEL,
    BulkAct.TAG: Act.TAG,
    BulkAct.UNTAG: Act.TAG,
    BulkAct.MAIL: Act.WRITE_MAIL,
}
STEPS: dict[BulkAct, Step] = {
    BulkAct.APPROVE: Step.APPROVE,
    BulkAct.REJECT: Step.REJECT,
    BulkAct.MOVE: Step.MOVE,
    BulkAct.CANCEL: Step.CANCEL,
}
