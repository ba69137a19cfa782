"""Lines of a form without rules, by their places on the page or their widths → rows and columns of cells.

Where a form is printed without rules, a label stands in the middle of its wrapped value and is wrapped itself:
`保证项目实施的制 / 专款专用 / 度、措施`. Lines of one row of cells lie closer than those of two rows.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from kg_builder.model import Cell
from kg_builder.text import squeeze

_CLOSE = 0.35  # of a line's height: rows of cells are farther apart
_BESIDE = 0.25  # of a line's height: lines that overlap by more stand beside each other
_ALIGNED = 3.0  # points by which labels of one column may differ
_WIDE = re.compile(r"\s{2,}")  # the gap between two cells of a line


def lines_to_rows(lines: Sequence[Cell], label_length: Callable[[str], int]) -> list[Cell]:
    """Join the lines of each row of cells: the label's parts first, then the value's lines.

    `label_length` gives how many characters at a line's begin are a label. Lines without a box stay as they are.
    """
    return [cell for block in _blocks(lines) for cell in _joined(block, label_length)]


def _blocks(lines: Sequence[Cell]) -> Iterator[list[Cell]]:
    heights = [line.place.box.bottom - line.place.box.top for line in lines if line.place.box]
    close = _CLOSE * median(heights) if heights else 0.0
    block: list[Cell] = []
    for line in lines:
        if block and not _touches(block[-1], line, close):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _touches(above: Cell, below: Cell, close: float) -> bool:
    a, b = above.place.box, below.place.box
    return a is not None and b is not None and above.place.page == below.place.page and b.top - a.bottom < close


def lines_beside(lines: Sequence[Cell], index: int) -> list[Cell]:
    """The lines right above and below that stand beside a line in part: some cells of its row are wrapped."""
    around = lines[max(0, index - 1) : index + 2]
    pairs = [(a, b) for a, b in itertools.pairwise(around) if _is_beside(a, b)]
    return [line for pair in pairs for line in pair if line is not lines[index]]


def _is_beside(above: Cell, below: Cell) -> bool:
    a, b = above.place.box, below.place.box
    if a is None or b is None or above.place.page != below.place.page:
        return False
    return a.bottom - b.top > _BESIDE * min(a.bottom - a.top, b.bottom - b.top)


def _joined(block: list[Cell], label_length: Callable[[str], int]) -> list[Cell]:
    if len(block) == 1:
        return block
    edge = min(line.place.box.x0 for line in block if line.place.box)
    labels: list[str] = []
    values: list[str] = []
    for line in block:
        text = line.text.strip()
        outer = line.place.box is not None and line.place.box.x0 <= edge + _ALIGNED
        length = label_length(text)
        wide = _WIDE.search(text)
        if outer and length:
            labels.append(text[:length])
            values.append(text[length:].strip())
        elif outer and wide and wide.start() <= _LONGEST_LABEL:
            labels.append(text[: wide.start()])
            values.append(text[wide.end() :])
        elif outer and len(text) <= _LONGEST_LABEL:
            labels.append(text)
        else:
            values.append(text)
    values = list(filter(None, values))  # none beside a label in the middle of its wrapped value
    if len(values) == len(block) or not values:
        return block
    return [Cell(f"{''.join(labels)}  {''.join(values)}".rstrip(), block[0].place)]


_LONGEST_LABEL = 12  # characters of a line that is a part of a label


def two_columns(lines: Sequence[Cell]) -> tuple[list[str], list[str]] | None:
    """The left and right column of lines that print both side by side; None where no line shows two."""
    boxes = [line.place.box for line in lines if line.place.box]
    parted = [(line, _WIDE.split(line.text.strip())) for line in lines]
    if len(boxes) < len(lines) or not any(len(parts) == 2 for _, parts in parted):
        return None
    middle = (min(box.x0 for box in boxes) + max(box.x1 for box in boxes)) / 2
    left: list[str] = []
    right: list[str] = []
    for line, parts in parted:
        if len(parts) == 2:
            left.append(parts[0])
            right.append(parts[1])
        else:
            start = line.place.box.x0 if line.place.box else 0.0
            (right if start > middle else left).append(" ".join(parts))
    return left, right


def columns_by_width(lines: list[str]) -> tuple[list[str], list[str]]:
    """Part the left column's lines from the right one's, which follow them and are narrower.

    A line that holds both columns (short goals) is cut at the space before its second half. Lines of a column are
    filled to its width but for the last one; where no such cut is to be seen all lines are the left column's.
    """
    if len(lines) == 1:
        return _two_halves(lines[0])
    scores = [(_column_score(lines[:k], lines[k:]), -k) for k in range(1, len(lines))]
    score, k = max(scores)
    return (lines[:-k], lines[-k:]) if score > 0 else (lines, [])


def _two_halves(line: str) -> tuple[list[str], list[str]]:
    spaces = [match.start() for match in re.finditer(r"\s+", line)]
    if not spaces:
        return [line], []
    cut = min(spaces, key=lambda at: (not _alike(line[:at], line[at:]), abs(len(line) - 1 - 2 * at)))
    return [line[:cut].strip()], [line[cut:].strip()]


def _alike(a: str, b: str) -> bool:
    a, b = squeeze(a), squeeze(b)
    return a == b or (len(b) >= 4 and a.startswith(b))


def _column_score(left: list[str], right: list[str]) -> float:
    """How well the lines part here: like beginnings, and two columns each filled to its own width."""
    widths = [[_width(line) for line in column] for column in (left, right)]
    wide, narrow = max(widths[0]), max(widths[1])
    score = 4.0 if squeeze(left[0])[:6] == squeeze(right[0])[:6] else 0.0
    score += 2.0 if wide > narrow * 1.15 else -3.0 if narrow > wide else 0.0
    for column, width in zip(widths, (wide, narrow), strict=True):
        score -= sum(1.0 for w in column[:-1] if w < width - 5)
    return score + (0.5 if left[-1].rstrip().endswith(("。", "；", "！")) else 0.0)


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text.strip())
