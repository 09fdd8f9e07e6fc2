"""`python -m bench`: every benchmark, a table, and JSON when BENCH_JSON names a file. docs/benchmarks.md says how to read it."""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from pathlib import Path

from bench import (
    batches,
    certificates,
    claim,
    command,
    door,
    exports,
    growth,
    mail,
    office,
    request_path,
    roster,
    rush,
    server,
)
from bench.databases import Databases
from bench.results import Result, failures, table, written

BENCHMARKS = {
    "growth": growth.run,
    "roster": roster.run,
    "claim": claim.run,
    "command": command.run,
    "server": server.run,
    "rush": rush.run,
    "office": office.run,
    "exports": exports.run,
    "certificates": certificates.run,
    "batches": batches.run,
    "mail": mail.run,
    "door": door.run,
}


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("names", nargs="*", help=f"which to run: {', '.join(BENCHMARKS)}; all when none is named")
    asked.add_argument("--seconds", type=float, default=2.5, help="length of a round (default 2.5)")
    asked.add_argument("--rounds", type=int, default=3, help="rounds, of which the median counts (default 3)")
    many = (
        f"how many the rush brings (default {rush.PEOPLE}), or get certificates in a batch (default {batches.PEOPLE})"
    )
    asked.add_argument("--people", type=int, help=many)
    asked.add_argument("--profile", action="store_true", help="instead: where the time of a registration goes")
    told = asked.parse_args()
    if unknown := set(told.names) - set(BENCHMARKS):
        asked.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    people = {"people": told.people} if told.people else {}
    benchmarks = {**BENCHMARKS, "rush": partial(rush.run, **people), "batches": partial(batches.run, **people)}
    began = time.monotonic()
    results: list[Result] = []
    with Databases() as databases:
        if told.profile:
            request_path.profile(databases)
            return 0
        for name in told.names or BENCHMARKS:
            for database in databases.kinds:
                print(f"{name} on {database} ...", file=sys.stderr, flush=True)
                results += benchmarks[name](databases, database, told.seconds, told.rounds)
    print(table(results))
    print(f"\n{time.monotonic() - began:.0f} s in all, on {os.cpu_count()} cores.")
    if databases.left_out:
        print(databases.left_out)
    if file := os.environ.get("BENCH_JSON"):
        Path(file).write_text(written(results), encoding="utf-8")
    for words in failures(results):
        print(f"FAILED: {words}")
    return 1 if failures(results) else 0


if __name__ == "__main__":
    raise SystemExit(main())
