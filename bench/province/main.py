"""./td bench province [--small]: a province's yearly round on the database of THUOCDO_DATABASE_URL."""

import argparse
import os
import sys


def main(arguments: list[str]) -> int:
    """Open, follow and rate the round of a generated province on an empty database; each stage beside its goal.

    Returns 1 if a goal is not met, 2 if the database is not empty.
    """
    parser = argparse.ArgumentParser(prog="td bench province")
    parser.add_argument("--small", action="store_true", help="two committees of three cells, to see that it runs")
    asked = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thuocdo.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from bench.city.report import Report
    from bench.province import deciding, pages, rating, stages
    from bench.province.people import Size
    from thuocdo.organisation.models import Unit

    if Unit.objects.exists():
        print("The database is not empty; name an empty one in THUOCDO_DATABASE_URL.", file=sys.stderr)
        return 2
    size = Size(2, 2, 1, 4, 5, 2) if asked.small else Size()
    report = Report()
    province = report.stage("(people, units, Party organisations)", None, lambda: stages.found(size))
    print(f"{province.people} people on {connection.vendor}.", flush=True)
    round_ = stages.opened(province, report)
    stages.told(round_)
    report.stage("(steps recorded in one committee)", None, lambda: stages.work_done(round_, province))
    missed = pages.measure(round_, province)
    missed += rating.measure(round_, report)
    deciding.measure(round_, province, report)
    return 1 if report.end() or missed else 0
