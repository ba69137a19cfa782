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
_FULL = 3.0  # line heights from the right edge up to which a line counts as full: the next text goes on from it
_WRAPPED = 1.45  # line heights from one line of a cell to the next
_BESIDE = 0.25  # of a line's height: lines that overlap by more stand beside each other
_ALIGNED = 3.0  # points by which labels of one column may differ
_WIDE = re.compile(r"\s{2,}")  # the gap between two cells of a line


def lines_to_rows(lines: Sequence[Cell], label_length: Callable[[str], int]) -> list[Cell]:
    """Join the lines of each row of cells: the label's parts first, then the value's lines.

    `label_length` gives how many characters at a line's begin are a label. Lines without a box stay as they are.
    """
    right = max((line.place.box.x1 for line in lines if line.place.box), default=0.0)
    blocks = (row for block in _blocks(lines) for row in _rows_of(block, label_length, right))
    return [cell for block in blocks for cell in _joined(block, label_length, right)]


def _rows_of(block: list[Cell], label_length: Callable[[str], int], right: float) -> Iterator[list[Cell]]:
    """The rows of a block in which several lines begin with labels: each with the lines that go on from it.

    Text below a line that does not reach the right edge is none of that line's: it begins the row of the next label.
    """
    labelled = [bool(label_length(line.text.strip())) and _begins_row(line, block) for line in block]
    if sum(labelled) < 2:
        yield block
        return
    row: list[Cell] = []
    low: list[Cell] = []
    for line, is_labelled in zip(block, labelled, strict=True):
        if is_labelled:
            if row:
                yield row
            row, low = [*low, line], []
        elif low or (_is_ended(row, label_length, right) and _is_full(line, right) and not _begins_row(line, block)):
            low.append(line)
        else:
            row.append(line)
    yield row
    if low:
        yield low


def _is_ended(row: Sequence[Cell], label_length: Callable[[str], int], right: float) -> bool:
    """Whether the last line of a row's text does not reach the right edge; a label by itself is none of it."""
    texts = [line for line in row if label_length(line.text.strip()) < len(line.text.strip())]
    return bool(texts) and not _is_full(texts[-1], right)


def _begins_row(line: Cell, block: Sequence[Cell]) -> bool:
    edges = [other.place.box.x0 for other in block if other.place.box]
    return line.place.box is not None and line.place.box.x0 <= min(edges) + _ALIGNED


def _is_full(line: Cell, right: float) -> bool:
    box = line.place.box
    return box is not None and box.x1 >= right - _FULL * (box.bottom - box.top)


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


def is_close_below(lines: Sequence[Cell], index: int) -> bool:
    """Whether a line stands as close below the one before it on its page as the lines of one cell do."""
    if not index or lines[index - 1].place.page != lines[index].place.page:
        return False
    a, b = lines[index - 1].place.box, lines[index].place.box
    return a is not None and b is not None and 0 < b.top - a.top <= _WRAPPED * (a.bottom - a.top)


def _is_beside(above: Cell, below: Cell) -> bool:
    a, b = above.place.box, below.place.box
    if a is None or b is None or above.place.page != below.place.page:
        return False
    return a.bottom - b.top > _BESIDE * min(a.bottom - a.top, b.bottom - b.top)


def _joined(block: list[Cell], label_length: Callable[[str], int], right: float) -> list[Cell]:
    if len(block) == 1:
        return block
    parted = [_label_and_value(line, block, label_length) for line in block]
    labels = [label for label, _ in parted if label]
    values = [value for _, value in parted if value]  # none beside a label in the middle of its wrapped value
    # the label stands beside the last line of its text
    is_low = bool(labels) and _is_full(block[0], right) and not _begins_row(block[0], block)
    if (len(values) == len(block) and not is_low) or not values:
        return block
    return [Cell(f"{''.join(labels)}  {''.join(values)}".rstrip(), block[0].place)]


def _label_and_value(line: Cell, block: Sequence[Cell], label_length: Callable[[str], int]) -> tuple[str, str]:
    """What of a line is a label or a part of one, and what is its value."""
    text = line.text.strip()
    if not _begins_row(line, block):
        return "", text
    length, wide = label_length(text), _WIDE.search(text)
    if length:
        return text[:length], text[length:].strip()
    if wide and wide.start() <= _LONGEST_LABEL:
        return text[: wide.start()], text[wide.end() :]
    return (text, "") if len(text) <= _LONGEST_LABEL else ("", text)


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
