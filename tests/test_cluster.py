"""A build on a Dask cluster: a real scheduler, two worker processes, one of them killed in the midst of it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from kg_builder.build import Options, build

distributed = pytest.importorskip("distributed", reason="the extra mingzhang[cluster] is not installed")

dask = pytest.importorskip("dask", reason="comes with distributed")

ROOT = Path(__file__).parents[1]
SAMPLES = sorted((ROOT / "data/samples").glob("*.pdf"))


def silent(_: str) -> None:
    """Progress that nobody reads."""


def test_a_cluster_that_loses_a_worker_builds_the_same_release(
    small_reports: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [SAMPLES[3], *small_reports]  # one of them takes its time
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    here, _ = build(files, tmp_path / "here", Options(jobs=2), silent)
    killed: list[int] = []
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        local_directory=str(tmp_path / "dask"),
    ) as cluster:

        def kill_one(line: str) -> None:
            if line.startswith("read 1") and not killed:
                killed.append(next(iter(cluster.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)

        there, _ = build(files, tmp_path / "there", Options(jobs=2, cluster=cluster.scheduler_address), kill_one)
    assert killed
    assert there["refused"] == []
    assert there["files"] == here["files"]


def test_no_scheduler_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(OSError, match=r"[Tt]imed out|connect"),
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
    ):
        build(SAMPLES[:1], tmp_path, Options(cluster="tcp://127.0.0.1:9"), silent)
