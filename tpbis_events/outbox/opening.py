"""The opening of a mail: plain text in paragraphs and lists, the same in the text and in the HTML.

An empty line ends a paragraph; lines that begin with `- ` are a list. There is no other form, and no markup.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_ITEM = "- "


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of lines, or a list of items."""

    lines: tuple[str, ...]
    is_list: bool = False


def blocks_of(text: str, fill: Callable[[str], str] = str) -> tuple[Block, ...]:
    """The blocks of a text. `fill` puts facts into each line after the form is known, so that no fact makes a form."""
    blocks: list[Block] = []
    lines: list[str] = []
    for line in [*(each.strip() for each in text.splitlines()), ""]:
        begins_other = bool(lines) and line.startswith(_ITEM) != lines[0].startswith(_ITEM)
        if lines and (not line or begins_other):
            blocks.append(_block(lines, fill))
            lines = []
        if line:
            lines.append(line)
    return tuple(blocks)


def as_text(blocks: tuple[Block, ...]) -> str:
    """The blocks as plain text, an empty line between two."""
    return "\n\n".join("\n".join(f"{_ITEM if each.is_list else ''}{line}" for line in each.lines) for each in blocks)


def _block(lines: list[str], fill: Callable[[str], str]) -> Block:
    is_list = lines[0].startswith(_ITEM)
    return Block(tuple(fill(line.removeprefix(_ITEM) if is_list else line) for line in lines), is_list)
