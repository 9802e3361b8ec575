"""./td bench city [--scale N] [--pages [--one-at-a-time]]: a city's month on the database of THUOCDO_DATABASE_URL."""

import argparse
import os
import sys

PEER = "Horilla 1.x (72e7198) needs 743 s for the rows of 1,000 people through its screens"


def main(arguments: list[str]) -> int:
    """Run the month on an empty database and print each stage beside its goal; with `--pages` also a second month,
    half-way, and then every list under eight clients (a database that holds the city already is measured as it is).

    Returns 1 if a goal is not met, 2 if the database is not empty.
    """
    parser = argparse.ArgumentParser(prog="td bench city")
    parser.add_argument("--scale", type=int, default=1, help="one N-th of 150,000 people (default 1: all)")
    parser.add_argument("--pages", action="store_true", help="measure the pages of the city under eight clients")
    parser.add_argument("--only", default="", metavar="TEXT", help="only pages whose path or visitor holds this text")
    parser.add_argument("--one-at-a-time", action="store_true", help="one client: what a page costs the processor")
    asked = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thuocdo.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from bench.city import pages, single, stages
    from bench.city.report import Report
    from thuocdo.organisation.models import Unit

    measure = single.measure if asked.one_at_a_time else pages.measure
    if Unit.objects.exists():
        if asked.pages and Unit.objects.filter(code=stages.ROOT).exists():
            return 1 if measure(asked.only) else 0
        print("The database is not empty; name an empty one in THUOCDO_DATABASE_URL.", file=sys.stderr)
        return 2
    report = Report()
    city = report.stage("(people and units)", None, lambda: stages.found(asked.scale))
    print(f"{city.people} people in {city.units} units on {connection.vendor}. Peer: {PEER}.", flush=True)
    stages.month(city, report)
    if not asked.pages:
        return 1 if report.end() else 0
    report.stage("(the month after, filed and rated)", None, lambda: stages.month_after(city))
    missed = report.end()
    return 1 if measure(asked.only) or missed else 0
