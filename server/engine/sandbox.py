"""Barrier 2: a process gives up the right to open sockets, to start programs and to take more memory.

On Linux a seccomp filter (x86-64, ARM64) denies the system calls; elsewhere, and as a second lock, the limit of open
files is used once the store is open. Sources: seccomp(2), prctl(2), linux/filter.h, linux/audit.h.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from pathlib import Path

# Denied: socket, socketpair, connect, bind, listen, accept, accept4, execve, execveat, ptrace, io_uring_setup
_CALLS = {
    "x86_64": (0xC000003E, (41, 53, 42, 49, 50, 43, 288, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 199, 203, 200, 201, 202, 242, 221, 281, 117, 425)),
}
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD_WORD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_X32_CALLS = 0x40000000  # the second numbering of calls on x86-64


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _filter(architecture: int, denied: tuple[int, ...]) -> bytes:
    """The program: kill a foreign architecture, deny the listed calls, allow the rest."""
    count = len(denied)
    checks = [_instruction(_JUMP_IF_EQUAL, call, count - index, 0) for index, call in enumerate(denied)]
    return b"".join(
        [
            _instruction(_LOAD_WORD, 4),  # seccomp_data.arch
            _instruction(_JUMP_IF_EQUAL, architecture, 1, 0),
            _instruction(_RETURN, _KILL),
            _instruction(_LOAD_WORD, 0),  # seccomp_data.nr
            _instruction(_JUMP_IF_AT_LEAST, _X32_CALLS, count + 1, 0),
            *checks,
            _instruction(_RETURN, _ALLOW),
            _instruction(_RETURN, _DENY),
        ]
    )


def forbid_network() -> bool:
    """Deny sockets and programs to this thread and all it starts; False where the system offers no such filter."""
    known = _CALLS.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    program = _filter(*known)
    description = _Program(len(program) // 8, program)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(description), 0, 0) == 0)


def limit_memory(size: int) -> None:
    """Cap what this process takes of memory from now on at `size` bytes; an allocation beyond it fails."""
    size += _taken()
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def _taken() -> int:
    """Bytes of memory that the process may write to and has already, 0 where the system does not tell."""
    with contextlib.suppress(OSError, StopIteration):
        # VmData:	   12345 kB
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmData:")).split()[1]) << 10
    return 0


def forbid_new_files() -> None:
    """Allow no descriptor beyond those open now, so neither a socket nor a file can be opened.

    A descriptor takes the lowest free number; the limit is set to the first number with no gap below it.
    """
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, lowest_free))
