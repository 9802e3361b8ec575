"""./td bench [month|schemes|nation|city|province] [options]: one, or the first three; 1 if a goal is missed."""

import sys
from importlib import import_module

ALL = {"month": "bench.engine", "schemes": "bench.schemes", "nation": "bench.partitions"}
NAMED = ALL | {"city": "bench.city.main", "province": "bench.province.main"}
"""City and province need an empty PostgreSQL and minutes, so they are run only when asked for."""


def main(arguments: list[str]) -> int:
    """The named benchmark with its options; without a name, the first three as they are."""
    if arguments and arguments[0] in NAMED:
        return int(import_module(NAMED[arguments[0]]).main(arguments[1:]))
    return max([int(import_module(module).main(arguments)) for module in ALL.values()])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
