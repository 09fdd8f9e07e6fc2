"""From a request for a seat to its end: register, change, cancel, the waiting list, the roster."""
