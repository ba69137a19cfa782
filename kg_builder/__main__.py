"""The command `mingzhang`, `python -m kg_builder` too: an interrupt is told in one line from the first moment on."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType


def main() -> int:
    """Run the command line; returns its exit code."""
    signal.signal(signal.SIGINT, _interrupted)
    try:
        from kg_builder.cli import main as run  # noqa: PLC0415 - while it loads, an interrupt is told already

        return run()
    except KeyboardInterrupt:
        sys.stderr.write("mingzhang: interrupted\n")
        return 1


def _interrupted(number: int, _: FrameType | None) -> None:
    """The first interrupt lets the work end in order, a second one ends it at once."""
    signal.signal(number, lambda *_: os._exit(1))
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
