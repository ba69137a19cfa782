"""What tests share on disk: made once in a run of the tests, whichever of its processes asks first."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

FOLDER = "MINGZHANG_TESTS"  # in the environment: the folder of this run, which tests/conftest.py makes and clears
Made = TypeVar("Made")


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """The file or folder of this name, which `make` writes where no process of this run has done so; none changes it.

    A process that finds another one at it waits; where `make` fails the next one that asks tries again.
    """
    path = Path(os.environ[FOLDER]) / name
    with path.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            partial = path.with_name(f"{name}.partial")
            make(partial)
            partial.rename(path)
    return path


def value_once(name: str, make: Callable[[], Made]) -> Made:
    """The value of this name, which `make` gives where no process of this run has asked for it."""
    path = made_once(f"{name}.pickle", lambda partial: partial.write_bytes(pickle.dumps(make())))
    made: Made = pickle.loads(path.read_bytes())  # noqa: S301  # written by this run
    return made
