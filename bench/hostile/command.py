"""`mingzhang` run as a user runs it, and whether what it says is said in plain words."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 300  # no command of these benches takes a tenth of it on two idle cores

# Traceback · KeyError: · UnicodeDecodeError · \udcb1, half of a byte that is no text
_PYTHON = re.compile(r"Traceback|\b[A-Z]\w*(?:Error|Exception)\b|\\udc")


def start(*arguments: object, limit: int | None = None) -> subprocess.Popen[str]:
    """A command that has begun, in a session of its own; no file may grow beyond `limit` bytes."""
    command = [sys.executable, "-m", "kg_builder", *map(str, arguments)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        errors="replace",
        start_new_session=True,
        preexec_fn=None if limit is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),  # noqa: PLW1509 - no threads here
    )


def finish(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """The command when it has ended; it is killed where it takes too long, and has a negative exit code then."""
    try:
        said, errors = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        said, errors = process.communicate()
        errors += f"not ended after {SECONDS} seconds"
    return subprocess.CompletedProcess(process.args, process.returncode, said, errors)


def mingzhang(*arguments: object) -> subprocess.CompletedProcess[str]:
    """A command from its beginning to its end."""
    return finish(start(*arguments))


def is_calm(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether the command ended by itself and said nothing in Python's words."""
    return done.returncode >= 0 and not _PYTHON.search(done.stdout + done.stderr)


def end_of(done: subprocess.CompletedProcess[str]) -> str:
    """The last of what it said, on one line."""
    return f"{done.returncode} {done.stdout[-200:] + done.stderr[-300:]!r}"
