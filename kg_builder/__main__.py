"""The command `mingzhang`, `python -m kg_builder` too: an interrupt is told in one line from the first moment on."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # as in typing, which takes long to load
if TYPE_CHECKING:
    from types import FrameType


def main() -> int:
    """Run the command line; returns its exit code."""
    try:  # while all that is needed is loaded, an interrupt is told already
        import signal  # noqa: PLC0415

        signal.signal(signal.SIGINT, _interrupted)
        from kg_builder.cli import main as run  # noqa: PLC0415

        return run()
    except KeyboardInterrupt:
        sys.stderr.write("mingzhang: interrupted\n")
        return 1


def _interrupted(number: int, _: FrameType | None) -> None:
    """The first interrupt lets the work end in order, a second one ends it at once."""
    import signal  # noqa: PLC0415

    signal.signal(number, lambda *_: os._exit(1))
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
