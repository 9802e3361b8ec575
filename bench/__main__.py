"""./td bench [month|schemes|nation] [options]: one of the benchmarks, or all three; 1 if a goal is not met."""

import sys

from bench import engine, partitions, schemes

ALL = {"month": engine.main, "schemes": schemes.main, "nation": partitions.main}


def main(arguments: list[str]) -> int:
    """The named benchmark with its options; without a name, all of them as they are."""
    if arguments and arguments[0] in ALL:
        return ALL[arguments[0]](arguments[1:])
    return max([run(arguments) for run in ALL.values()])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
