"""What the service counts about itself, as Prometheus text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from server.engine.local import Lane
from server.front.cache import AnswerCache

if TYPE_CHECKING:
    from server.release import Releases

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0)


class Metrics:
    """Requests as they end, and engine, cache and release as they are when someone looks."""

    def __init__(self, releases: Releases, cache: AnswerCache) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # times of start, of no use here
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "mingzhang_http_requests", "Requests answered", ("route", "method", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "mingzhang_http_request_seconds", "Time to answer", ("route",), buckets=_SECONDS, registry=self._registry
        )
        self._kept: dict[tuple[str, str, str], tuple[Counter, Histogram]] = {}  # as many as there are labels
        self._registry.register(_State(releases, cache))

    def count(self, route: str, method: str, status: str, seconds: float) -> None:
        """Count one request."""
        key = (route, method, status)
        if (kept := self._kept.get(key)) is None:
            kept = self._kept[key] = (self._requests.labels(*key), self._seconds.labels(route))
        kept[0].inc()
        kept[1].observe(seconds)

    def text(self) -> bytes:
        """All metrics in the text format 0.0.4."""
        return generate_latest(self._registry)


class _State:
    def __init__(self, releases: Releases, cache: AnswerCache) -> None:
        self._releases, self._cache = releases, cache

    def collect(self) -> Iterator[Metric]:
        yield from self._of_cache()
        with self._releases.use() as release:
            info = GaugeMetricFamily("mingzhang_release", "The release that is served", labels=["version"])
            info.add_metric([release.version], 1)
            yield info
            ended = CounterMetricFamily("mingzhang_queries", "Queries by how they ended", labels=["outcome"])
            for outcome, number in sorted(release.engine.ended.items()):
                ended.add_metric([outcome], number)
            yield ended
            yield from _of_lanes({n: lane for n, lane in release.engine.lanes.items() if isinstance(lane, Lane)})

    def _of_cache(self) -> Iterator[Metric]:
        asked = CounterMetricFamily("mingzhang_cache_lookups", "Answers looked for in the cache", labels=["result"])
        asked.add_metric(["hit"], self._cache.hits)
        asked.add_metric(["miss"], self._cache.misses)
        yield asked
        yield GaugeMetricFamily("mingzhang_cache_bytes", "Bytes of answers kept", value=self._cache.size)


def _of_lanes(lanes: dict[str, Lane]) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("mingzhang_queries_waiting", "Queries that wait for a process", labels=["lane"])
    memory = GaugeMetricFamily("mingzhang_process_bytes", "Resident memory of query processes", labels=["lane", "rank"])
    for name, lane in lanes.items():
        waiting.add_metric([name], lane.waiting)
        for rank, size in enumerate(lane.memory(), 1):
            memory.add_metric([name, str(rank)], size)
    yield waiting
    yield memory
