"""Goal B1: who reads the database, its log, its copies and the logs of the servers, tries to link voters and votes.

Every trace is an order of persons, an order of votes, or a join of the two. Orders are linked place by place. The same
kit is set on a naive model, where every attack must link everybody, and on ours, where none may do better than chance.
"""

import random
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

Person = int
Serial = str
Order = list[Any]


@dataclass
class Traces:
    """What was found about one ballot, and the truth to compare with."""

    truth: dict[Person, Serial]
    persons: dict[str, Order] = field(default_factory=dict)
    votes: dict[str, Order] = field(default_factory=dict)
    joins: dict[str, dict[Person, Serial]] = field(default_factory=dict)

    def attacks(self) -> dict[str, dict[Person, Serial]]:
        """Who is said to have cast what, by attack."""
        found = dict(self.joins)
        for who, persons in self.persons.items():
            for what, votes in self.votes.items():
                if len(persons) == len(votes) == len(self.truth):
                    found[f"{who} × {what}"] = dict(zip(persons, votes, strict=True))
        return found


def linked(ballots: Iterable[Traces]) -> dict[str, tuple[int, int]]:
    """For each attack how many voters it links rightly, of how many."""
    found: dict[str, tuple[int, int]] = {}
    for ballot in ballots:
        for name, said in ballot.attacks().items():
            hits = sum(ballot.truth[person] == serial for person, serial in said.items())
            before = found.get(name, (0, 0))
            found[name] = (before[0] + hits, before[1] + len(ballot.truth))
    return found


def bound(tried: int, voters: int, sigmas: int) -> float:
    """So many links are chance."""
    chance = 1 / voters
    return tried * chance + sigmas * float((tried * chance * (1 - chance)) ** 0.5)


def too_well(found: Mapping[str, tuple[int, int]], voters: int) -> dict[str, str]:
    """What links better than chance: any one of a hundred attacks by three standard deviations, or the attacks together
    by two of one attack. Chance alone does either once in tens of runs: who asks tries what is found on fresh ballots,
    and it counts where it is found again."""
    bad = {}
    for name, (hits, tried) in found.items():
        if hits > bound(tried, voters, 3):
            bad[name] = f"{hits} of {tried}, at most {bound(tried, voters, 3):.1f}"
    tried = max(tried for _, tried in found.values())
    together = sum(hits for hits, _ in found.values()) / sum(tried for _, tried in found.values()) * tried
    if together > bound(tried, voters, 2):
        bad["all together"] = f"{together:.1f} of {tried}, at most {bound(tried, voters, 2):.1f}"
    return bad


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [str(column.name) for column in connection.introspection.get_table_description(cursor, table)]


def physical() -> list[str]:
    """What the database itself notes beside the columns of a row."""
    return ["xmin::text::bigint", "ctid"] if connection.vendor == "postgresql" else ["rowid"]


def asked(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def orders(table: str, key: str, keys: Iterable[Any]) -> dict[str, Order]:
    """Every order in which these keys stand in a table: as stored, by what the database notes, by each other column
    that grows (numbers, times); what points to other rows `by_value` looks at. Equal values stay as stored."""
    wanted = set(keys)
    found: dict[str, Order] = {}
    marks = [*physical(), *(f'"{name}"' for name in columns(table) if name != key and not name.endswith("_id"))]
    for mark in marks:
        last = physical()[-1]
        rows = asked(f'SELECT "{key}", {mark} FROM {table} ORDER BY {mark}, {last}')  # names are ours
        rows = [row for row in rows if row[0] in wanted]
        if mark in physical() or all(not isinstance(row[1], str | bool) and row[1] is not None for row in rows):
            found[f"{table} by {mark}"] = [row[0] for row in rows]
    return found


def transactions(table: str, key: str) -> dict[Any, int]:
    """Which transaction wrote each row; PostgreSQL only."""
    return dict(asked(f'SELECT "{key}", xmin::text::bigint FROM {table}'))  # type: ignore[arg-type]


def same_transaction(persons: Mapping[Any, int], votes: Mapping[Any, int], later: bool = False) -> dict[Any, Any]:
    """Persons and votes written by one transaction, or with `later` by the next that wrote a vote (numbers between are
    of other tables and databases of the server); several votes in one are guessed among."""
    chance = random.Random(1)
    by: dict[int, list[Any]] = {}
    for serial, number in votes.items():
        by.setdefault(number, []).append(serial)
    numbers = sorted(by)
    found = {}
    for who, number in persons.items():
        place = bisect_right(numbers, number) if later else bisect_left(numbers, number)
        if place < len(numbers) and (later or numbers[place] == number):
            found[who] = chance.choice(by[numbers[place]])
    return found


def by_value(table: str, key: str, names: Mapping[Any, Person], votes: Iterable[Serial]) -> dict[Person, Serial]:
    """A column of the votes that holds something of a person in every row."""
    wanted, heads = set(votes), columns(table)
    rows = [dict(zip(heads, row, strict=True)) for row in asked(f"SELECT * FROM {table}")]
    rows = [row for row in rows if row[key] in wanted]
    for name in heads:
        if rows and all(row[name] in names for row in rows):
            return {names[row[name]]: row[key] for row in rows}
    return {}


def in_bytes(content: bytes, words: Mapping[str, Any]) -> Order:
    """Keys by where their word first stands in raw bytes (heap, free pages, write-ahead log)."""
    places = {key: content.find(word.encode()) for word, key in words.items()}
    return [key for key in sorted(places, key=lambda key: places[key]) if places[key] >= 0]


def groups(seen: Iterable[Iterable[Any]]) -> list[int]:
    """How many votes each look at the table, or at its copies, found new: who stands in a small group is named."""
    known: set[Any] = set()
    found = []
    for rows in map(set, seen):
        found.append(len(rows - known))
        known |= rows
    return [size for size in found if size]


def log_position() -> Any:
    return asked("SELECT pg_current_wal_lsn()")[0][0] if connection.vendor == "postgresql" else None


def write_ahead_log(since: Any = None) -> bytes:
    """The log since a position, as bytes; of SQLite all that its file still holds."""
    if connection.vendor != "postgresql":
        path = Path(f"{settings.DATABASES['default']['NAME']}-wal")
        return path.read_bytes() if path.exists() else b""
    start, end = (_position(lsn) for lsn in (since, log_position()))
    found = []
    for number in range(start // SEGMENT, end // SEGMENT + 1):
        begin = max(start - number * SEGMENT, 0) // PAGE * PAGE
        last = min(end - number * SEGMENT, SEGMENT)
        if last > begin:
            lsn = f"{number * SEGMENT >> 32:X}/{number * SEGMENT + 1 & 0xFFFFFFFF:X}"
            read = "SELECT pg_read_binary_file('pg_wal/' || pg_walfile_name(%s), %s, %s)"
            found.append(_records(bytes(asked(read, lsn, begin, last - begin)[0][0]), first=not begin))
    return b"".join(found)


PAGE, SEGMENT = 8192, 16 * 1024 * 1024


def _position(lsn: str) -> int:
    high, low = lsn.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def _records(part: bytes, first: bool) -> bytes:
    """Pages of a segment without their headers, which cut words in two; its first page has a longer one."""
    starts = range(0, len(part), PAGE)
    return b"".join(part[start + (40 if first and not start else 24) : start + PAGE] for start in starts)


def stored(table: str) -> bytes:
    """The file of the table (SQLite: of everything), dead rows and free pages included."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CHECKPOINT")
            cursor.execute(f"SELECT pg_read_binary_file(pg_relation_filepath('{table}'))")
            return bytes(cursor.fetchone()[0])
        cursor.execute("PRAGMA wal_checkpoint(FULL)")
    return Path(str(settings.DATABASES["default"]["NAME"])).read_bytes()


def restored(table: str, key: str, keys: Iterable[Any]) -> Order:
    """The order of rows after a dump was read in again."""
    wanted = set(keys)
    if connection.vendor == "postgresql":
        place = columns(table).index(key)
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as lines:
            rows = [row[place] for row in lines.rows()]
        return [value for value in rows if value in wanted]
    connection.ensure_connection()
    copy = sqlite3.connect(":memory:")
    connection.connection.backup(copy)
    return [row[0] for row in copy.execute(f'SELECT "{key}" FROM {table} ORDER BY rowid') if row[0] in wanted]
