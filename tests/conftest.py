"""What many test modules share: a release of the sample reports, built once, and a real server over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from server_fixture import ROOT, Server, serving

from kg_builder.build import Options, build

# The same examples in every run, however slow the machine is; --hypothesis-profile=search looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", derandomize=False, max_examples=500)
settings.load_profile("same")


@pytest.fixture(scope="session")
def sample_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DIR of a release of `data/samples` with the default base; do not write to it."""
    out = tmp_path_factory.mktemp("samples") / "demo"
    build([ROOT / "data/samples"], out, Options(), lambda _: None)
    return out


@pytest.fixture(scope="session")
def sample_server(sample_release: Path) -> Iterator[Server]:
    """A server over `sample_release` with the default limits."""
    with serving(sample_release) as running:
        yield running
