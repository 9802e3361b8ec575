"""Write the XLSX files of `files/`: `python -m thuocdo.demo.make_files [FOLDER]`. Same bytes every time."""

import sys
from datetime import date
from pathlib import Path

from thuocdo.demo.files_out import (
    absences_file,
    faulty_people_file,
    people_file,
    tasks_file,
    units_file,
)
from thuocdo.demo.months import DemoMonth
from thuocdo.demo.party_files import party_files
from thuocdo.demo.plan import make_plan, work_of
from thuocdo.demo.xlsx import File

START = date(2026, 11, 1)
FOLDER = Path(__file__).parent / "files"


def committed_files() -> list[File]:
    """The files as of a demonstration started in November 2026, with the tasks of the month after."""
    plan = make_plan(START)
    coming = DemoMonth(3, START)
    work = [*plan.work, *work_of([coming], plan.services)]
    return [units_file(), people_file(plan), faulty_people_file(plan), absences_file(plan), *party_files(plan),
            *(tasks_file(work, month) for month in (*plan.months, coming))]


def main(folder: Path = FOLDER) -> None:
    """Write every file and say so."""
    for file in committed_files():
        (folder / file.name).write_bytes(file.content)
        print(f"{file.name}: {len(file.content)} byte")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
