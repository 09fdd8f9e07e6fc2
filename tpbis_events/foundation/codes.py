"""Codes that people read aloud, type and scan: Crockford's base 32, which has no I, L, O or U to mistake."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTER_OF_BYTE = (ALPHABET * 8).encode()  # 256 bytes, each character as often as any other
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_code(length: int) -> str:
    """A random code; each character carries 5 bits."""
    return secrets.token_bytes(length).translate(_CHARACTER_OF_BYTE).decode()


def grouped(code: str, size: int = 4) -> str:
    """A code as it is printed: `7K3M-9QXW`."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def read_back(typed: str) -> str:
    """What somebody typed, as the code was issued: dashes, blanks and case don't count, misread letters are mended."""
    return "".join(c for c in typed.upper().translate(_MISREAD) if c in ALPHABET)
