"""The documentation as the tests see it: headings, links and fenced blocks.

A block is run where its language is `sh`, `python`, `js` or `sparql`; a `text` block right behind it is its answer.
What needs a tool or a server that no test has is fenced as `console` and only shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.md"))]
ENGLISH = [path for path in DOCS if not path.name.endswith(".zh.md")]
BASE = "http://localhost:8000"

_FENCE = re.compile(r"^```(\w*)\s*$")


@dataclass(frozen=True)
class Block:
    """A fenced block: document, line of its fence, language, text, and the answer printed behind it."""

    path: Path
    line: int
    language: str
    text: str
    answer: str | None = None

    @property
    def name(self) -> str:
        return f"{self.path.name}:{self.line}:{self.language}"


def blocks(path: Path) -> list[Block]:
    """The fenced blocks of a document in order, each `text` block as the answer of the one before it."""
    found: list[Block] = []
    for block in _fenced(path):
        if block.language == "text" and found:
            last = found[-1]
            assert last.answer is None, f"{block.name}: a second answer"
            found[-1] = Block(last.path, last.line, last.language, last.text, block.text)
        else:
            found.append(block)
    return found


def all_blocks(*languages: str) -> list[Block]:
    """The blocks of these languages in the English documents; the Chinese ones have the same."""
    return [block for path in ENGLISH for block in blocks(path) if block.language in languages]


def prose(path: Path) -> str:
    """The document without its fenced blocks."""
    kept, inside = [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def _fenced(path: Path) -> list[Block]:
    found: list[Block] = []
    start, language, lines = 0, "", list[str]()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fence = _FENCE.match(line)
        if fence and not start:
            start, language, lines = number, fence[1], []
        elif fence:
            found.append(Block(path, start, language, "\n".join(lines) + "\n"))
            start = 0
        elif start:
            lines.append(line)
    assert not start, f"{path.name}:{start}: a block without an end"
    return found
