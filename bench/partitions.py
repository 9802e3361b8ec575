"""The nation from Parquet: one province, 34 provinces, and the same 34 on a real two-worker Dask cluster.

./td bench nation [--people N] [--partitions K]
"""

import argparse
import logging
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from distributed import Client, LocalCluster

from bench.nation import Year, year
from bench.schemes import OVERLAYS, PERIOD, RULEBOOK, SCHEMES
from thuocdo.engine import load_book
from thuocdo.engine.schemes.partition import Partition, rate_partition

SECONDS, MEGABYTES, ONE_PROVINCE = 10, 1024, 1


def write(given: Year, path: Path) -> None:
    """One file: the collectives, then the leaders, who name the row of their collective, then the members."""
    sizes = [len(given.roles[name]) for name in SCHEMES]
    total = sum(sizes)
    names = sorted({name for columns in given.columns.values() for name in columns})
    table = {
        "id": pa.array([str(row) for row in range(total)]),
        "scheme": pa.array(np.repeat(np.array(SCHEMES), sizes)).dictionary_encode(),
        "roles": pa.array(np.concatenate([given.roles[name] for name in SCHEMES])),
    }
    for name in names:
        kind = next(columns[name].dtype for columns in given.columns.values() if name in columns)
        parts = [
            given.columns[scheme].get(name, np.full(size, -1, dtype=kind))
            for scheme, size in zip(SCHEMES, sizes, strict=True)
        ]
        table[name] = pa.array(np.concatenate(parts))
    nobody = np.full(sizes[0], -1, dtype=np.int64), np.full(sizes[2], -1, dtype=np.int64)
    table["link.collective"] = pa.array(np.concatenate([nobody[0], given.collective.astype(np.int64), nobody[1]]))
    empty = pa.array(np.zeros(0, dtype=np.int8))
    for relation in ("units", "quarters"):
        offsets = pa.array(np.zeros(total + 1, dtype=np.int32))
        table[f"related.{relation}"] = pa.ListArray.from_arrays(offsets, empty)
    pq.write_table(pa.table(table), path, compression="zstd")


def rate_one(source: str, target: str, rulebook_hash: str) -> Partition:
    """One partition, by names that a worker understands."""
    return rate_partition(
        Path(source), Path(target), rulebook_hash, rulebook=RULEBOOK, period=PERIOD, overlays=OVERLAYS
    )


def in_a_loop(sources: list[Path], target: Path, rulebook_hash: str) -> tuple[list[str], float]:
    begun = time.perf_counter()
    found = [rate_one(str(path), str(target / path.name), rulebook_hash).digest for path in sources]
    return found, time.perf_counter() - begun


def on_a_cluster(sources: list[Path], target: Path, rulebook_hash: str) -> tuple[list[str], float]:
    """Two worker processes on loopback."""
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            host="127.0.0.1",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        begun = time.perf_counter()
        futures = [
            client.submit(rate_one, str(path), str(target / path.name), rulebook_hash, pure=False) for path in sources
        ]
        found = [partition.digest for partition in client.gather(futures)]
        return found, time.perf_counter() - begun


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./td bench nation")
    parser.add_argument("--people", type=int, default=2_200_000)
    parser.add_argument("--partitions", type=int, default=34)
    options = parser.parse_args(arguments)
    rulebook_hash, problems = load_book(RULEBOOK, OVERLAYS).hash, []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(year(150_000), root / "province.parquet")
        sources = [root / f"{number:02d}.parquet" for number in range(options.partitions)]
        for number, path in enumerate(sources):
            write(year(options.people // options.partitions, seed=number), path)
        (root / "out").mkdir()
        rate_one(str(sources[0]), str(root / "out" / "warm.parquet"), rulebook_hash)
        _, one = in_a_loop([root / "province.parquet"], root / "out", rulebook_hash)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        loop, loop_seconds = in_a_loop(sources, root / "out", rulebook_hash)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        cluster, cluster_seconds = on_a_cluster(sources, root / "out", rulebook_hash)
    print(f"150,000 people and 5,000 collectives, Parquet to Parquet: {one:.2f} s (goal {ONE_PROVINCE})")
    name = f"{options.people:,} people in {options.partitions} partitions"
    alike = "identical" if loop == cluster else "DIFFERENT"
    print(f"{name}, one process: {loop_seconds:.2f} s (goal {SECONDS})")
    print(f"  its peak memory: {peak} MB, {before} MB of it from making the data (goal {MEGABYTES})")
    print(f"  the same on a two-worker Dask cluster: {cluster_seconds:.2f} s, digests {alike}")
    for bad, text in (
        (one > ONE_PROVINCE, "one province takes too long"),
        (loop_seconds > SECONDS, "the nation takes too long"),
        (peak > MEGABYTES, "too much memory"),
        (loop != cluster, "the cluster gives other results"),
    ):
        if bad:
            problems.append(text)
            print(f"NOT MET: {text}")
    return 1 if problems else 0
