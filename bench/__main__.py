"""./td bench [month|schemes|nation|city] [options]: one benchmark, or the first three; 1 if a goal is not met."""

import sys
from importlib import import_module

ALL = {"month": "bench.engine", "schemes": "bench.schemes", "nation": "bench.partitions"}
NAMED = ALL | {"city": "bench.city.main"}
"""The city needs an empty PostgreSQL and half an hour, so it is run only when asked for."""


def main(arguments: list[str]) -> int:
    """The named benchmark with its options; without a name, the first three as they are."""
    if arguments and arguments[0] in NAMED:
        return int(import_module(NAMED[arguments[0]]).main(arguments[1:]))
    return max([int(import_module(module).main(arguments)) for module in ALL.values()])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
