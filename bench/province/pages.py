"""Every page of the round as each kind of visitor reaches it: queries, seconds on the clock, processor time."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.province.people import Province
from thuocdo.accounts.models import User
from thuocdo.rounds.models import Round, RoundSubject

MOST_QUERIES, PICTURE = 15, 1.0


@dataclass(frozen=True)
class Visit:
    who: str
    account: int
    path: str
    limit: float | None = None


def visits(round_: Round, province: Province) -> list[Visit]:
    """The desk, the order of the whole and of one committee, lists and their filters, one subject, the work list."""
    root = f"/dot-xep-loai/{round_.pk}/"
    subjects = RoundSubject.objects.filter(round=round_)
    committee = subjects.filter(kind="party_organisation", party__kind="above_base").earliest("pk").pk
    cell = subjects.filter(kind="party_organisation", party__kind="sub_cell").earliest("pk").pk
    leaders = subjects.filter(kind="collective", party__kind="above_base").earliest("pk").pk
    officer, secretary = ("officer", province.officer), ("secretary of a committee", province.secretary)
    head, plain = ("head, secretary of a cell", province.head), ("member", province.plain)
    every = [
        Visit(*who, path)
        for who in (officer, secretary, head, plain)
        for path in ("/dot-xep-loai/", f"{root}viec/", root, f"{root}doi-tuong/", "/")
    ]
    of_all = f"{root}doi-tuong/"
    return [
        *every,
        *(Visit(*who, f"{root}?tc={committee}", PICTURE) for who in (officer, secretary)),
        Visit(*officer, f"{root}?tc={cell}", PICTURE),
        Visit(*officer, f"{root}ke-hoach/"),
        Visit(*officer, f"{of_all}?tim=nguyen+van&loai=party_member"),
        Visit(*officer, f"{of_all}?tinh-trang=open"),
        Visit(*officer, f"{of_all}?buoc=rate_work&tc={committee}"),
        Visit(*officer, f"{root}viec/?buoc=review_in_cell"),
        Visit(*officer, f"{of_all}{committee}/"),
        Visit(*officer, f"{of_all}{leaders}/"),
        Visit(*secretary, f"{of_all}{leaders}/"),
    ]


def measure(round_: Round, province: Province) -> int:
    """Print each page, the better of two requests; how many missed a goal."""
    if "testserver" not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    call_command("collectstatic", verbosity=0, interactive=False)
    print(f"\n{'queries':>7} {'seconds':>8} {'program':>8}  page", flush=True)
    missed = 0
    for one in visits(round_, province):
        client = Client()
        client.force_login(User.objects.get(pk=one.account))
        queries, seconds, spent = min(_asked(client, one.path) for _ in range(2))
        bad = queries > MOST_QUERIES or (one.limit is not None and seconds > one.limit)
        missed += bad
        print(f"{queries:7d} {seconds:8.2f} {spent:8.2f}  {one.who}: {one.path}{'  MISSED' if bad else ''}", flush=True)
    return missed


def _asked(client: Client, path: str) -> tuple[int, float, float]:
    with CaptureQueriesContext(connection) as found:
        seconds, spent = time.perf_counter(), time.process_time()
        answer = client.get(path)
        seconds, spent = time.perf_counter() - seconds, time.process_time() - spent
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status_code}")
    return len(found), seconds, spent
