"""Who was there: check in, undo, presence."""
