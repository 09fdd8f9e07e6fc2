"""Mail that is owed until sent: put (a step of a command), deliver (claim, send, retry)."""
