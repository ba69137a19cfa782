"""The endpoint measured: throughput beside other servers, a flood of runaway queries, hostile requests."""
