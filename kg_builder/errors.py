"""How reading refuses a file: one message that names file, page, what was expected and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class ReadingError(Exception):
    """A file or report that cannot be published; `str()` is one clear line."""

    file: str
    expected: str
    found: str
    page: int | None = None

    def __str__(self) -> str:
        where = self.file if self.page is None else f"{self.file}, page {self.page}"
        return f"{where}: expected {self.expected}, found {self.found}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.file, self.expected, self.found, self.page)

    @property
    def entry(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {"file": self.file, "page": self.page, "expected": self.expected, "found": self.found}


class UnreadableError(ReadingError):
    """A file that could not be read this time, by no fault of its content: another time it may."""
