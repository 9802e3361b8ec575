"""./td bench city [--scale N]: a city's month on the database of THUOCDO_DATABASE_URL, which must be empty."""

import argparse
import os
import sys

PEER = "Horilla 1.x (72e7198) needs 743 s for the rows of 1,000 people through its screens"


def main(arguments: list[str]) -> int:
    """Run the month and print each stage beside its goal; 1 if a goal is not met, 2 if the database is not empty."""
    parser = argparse.ArgumentParser(prog="td bench city")
    parser.add_argument("--scale", type=int, default=1, help="one N-th of 150,000 people (default 1: all)")
    scale = parser.parse_args(arguments).scale
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thuocdo.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from bench.city import stages
    from thuocdo.organisation.models import Unit

    if Unit.objects.exists():
        print("The database is not empty; name an empty one in THUOCDO_DATABASE_URL.", file=sys.stderr)
        return 2
    missed: list[str] = []

    def say(name: str, seconds: float, limit: float | None) -> None:
        goal = "" if limit is None else f"   goal {limit:g} s: {'met' if seconds <= limit else 'MISSED'}"
        if limit is not None and seconds > limit:
            missed.append(name)
        print(f"{name:<50} {seconds:8.1f} s{goal}", flush=True)

    city = stages.timed(say, "(people and units)", None, lambda: stages.found(scale))
    print(f"{city.people} people in {city.units} units on {connection.vendor}. Peer: {PEER}.", flush=True)
    stages.month(city, say)
    return 1 if missed else 0
