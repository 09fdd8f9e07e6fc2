"""A browser in two words, so that people know their own again in the list of their sign-ins."""

from __future__ import annotations

# The first that is found counts: many browsers also call themselves by the name of others.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"))
_LATER = (("Chrome", "Chrome"), ("CriOS", "Chrome"), ("FxiOS", "Firefox"), ("Safari", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"))
_LATER_SYSTEMS = (("CrOS", "ChromeOS"), ("Linux", "Linux"))


def browser_of(user_agent: str) -> str:
    """`Chrome, Android`; empty when it doesn't say what it is."""
    found = [
        next((name for mark, name in (*first, *later) if mark in user_agent), "")
        for first, later in ((_BROWSERS, _LATER), (_SYSTEMS, _LATER_SYSTEMS))
    ]
    return ", ".join(filter(None, found))
