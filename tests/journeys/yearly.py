"""Acts of the year's round that several stories take in the browser: the round, a meeting, a ballot on paper.

The pages that come are not looked at by axe where they have a journey of their own.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.test import Client

from tests.factories.rounds import Ward
from tests.journeys.conftest import Clock, Visitor
from tests.journeys.steps import says
from thuocdo.accounts.models import User
from thuocdo.ballots.models import Ballot
from thuocdo.opinions.bodies.models import OpinionBody, OpinionPaper
from thuocdo.opinions.models import OpinionRound
from thuocdo.organisation.models import Person
from thuocdo.reviews.models import ReviewMeeting
from thuocdo.rounds.models import Round, RoundSubject

NO_CHANGE: Mapping[str, str] = MappingProxyType({})
CONTENT = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PDF = {"name": "ban-chup.pdf", "mimeType": "application/pdf", "buffer": CONTENT}


class Story:
    """Windows of the people who act, each signed in on the story's day."""

    def __init__(self, visitors: Any, ward: Ward, clock: Clock, begin: datetime) -> None:
        self.ward, self.clock, self.make = ward, clock, visitors
        self.windows: dict[str, Visitor] = {}
        self.signed: dict[str, date] = {}
        self.begin = begin
        clock.set(begin)

    def at(self, days: int) -> date:
        """So many days after the story began."""
        moment = self.begin + timedelta(days=days)
        self.clock.set(moment)
        return moment.date()

    def window(self, name: str, *, phone: bool = False) -> Visitor:
        """The browser of one of the people."""
        one = self.windows.get(name)
        if one is None:
            one = self.windows[name] = self.make(phone=phone)
        if self.signed.get(name) != self.clock().date():
            self._session(one, self.ward.user(name))
            self.signed[name] = self.clock().date()
        return one


    @staticmethod
    def _session(one: Visitor, user: User) -> None:
        """Signed in without the page of signing in, which has journeys of its own."""
        client = Client()
        client.force_login(user)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        one.context.clear_cookies()
        one.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": one.origin}])


def push(who: Visitor, name: str, *, exact: bool = False) -> None:
    """Press a button, until the page that comes is there."""
    who.arrive("button", name, exact=exact)


def fill(who: Visitor, **typed: str) -> None:
    """Type into fields by their id; `__` stands for a hyphen."""
    for name, text in typed.items():
        who.page.locator(f"[id='{name.replace('__', '-')}']").fill(text)


def done(who: Visitor) -> None:
    """The page reports no fault."""
    faults = who.page.locator(".field-error")
    assert faults.count() == 0, f"{who.page.url}: {faults.all_inner_texts()}"


def open_round(who: Visitor, year: str, *, overlay: str = "", whom: str = "", basis: str = "") -> Round:
    """Plan and open the round of a year."""
    who.go("/dot-xep-loai/lap/")
    fill(who, year=year, rating_date=f"20/12/{year}")
    push(who, "Xem quy định của ngày này")
    if overlay:
        who.page.locator("#parent_overlay").select_option(overlay)
    if whom:
        fill(who, whom=whom)
    fill(who, basis=basis or whom or f"Kế hoạch năm {year}")
    who.page.locator("input[name=leaderships][value=every]").check()
    if who.page.locator("#seats").count():
        who.page.locator("input[name=seats][value=leading]").check()
    push(who, "Lập kế hoạch")
    who.arrive("link", "Xem trước ai thuộc đợt")
    says(who, "Xem trước: ai thuộc đợt")
    push(who, "Mở đợt")
    done(who)
    return Round.objects.get(year=int(year))


def write_report(who: Visitor, one: RoundSubject, words: str, defect: str) -> None:
    """Write the own report in the form of the year, with one defect, and send it to those who will meet."""
    path = f"/kiem-diem/ban/{one.pk}/viet/"
    who.go(path)
    fill(who, defect=defect)
    push(who, "Ghi", exact=True)
    who.go(path)
    for box in who.page.locator("textarea[id^=text-], textarea[id^=answer-]").all():
        box.fill(words)
    for choice in who.page.locator("select[id^=mark-], select#level").all():
        choice.select_option(index=1)
    for mark in who.page.locator("input[id^=mark-]").all():
        mark.fill("20")
    if who.page.locator("#none_before").count():
        who.page.locator("#none_before").check()
    push(who, "Gửi dự thảo cho người dự họp")
    done(who)


def meet(
    who: Visitor, round_: Round, subjects: Sequence[RoundSubject], on: date, place: str, half_days: str = "2"
) -> ReviewMeeting:
    """Call the meeting on these subjects."""
    who.go(f"/kiem-diem/{round_.pk}/hoi-nghi/")
    for one in subjects:
        who.page.locator(f"input[name=subject][value='{one.pk}']").check()
    fill(who, on=f"{on:%d/%m/%Y}", half_days=half_days, place=place)
    push(who, "Triệu tập", exact=True)
    done(who)
    return ReviewMeeting.objects.latest("pk")


def comment(who: Visitor, meeting: ReviewMeeting, about: RoundSubject, by: Person, words: str, answer: str) -> None:
    """What somebody said about a subject in the meeting, and the answer."""
    who.go(f"/kiem-diem/hoi-nghi/{meeting.pk}/")
    who.page.locator("#subject").select_option(str(about.pk))
    who.page.locator("#person").select_option(str(by.pk))
    fill(who, comment=words)
    push(who, "Ghi ý kiến")
    who.page.locator("#answer").select_option("explained")
    fill(who, said=answer)
    push(who, "Ghi trả lời")


def hold(who: Visitor, meeting: ReviewMeeting, chair: Person, secretary: Person, conclusion: str) -> None:
    """Write down that the meeting was held, everybody present."""
    who.go(f"/kiem-diem/hoi-nghi/{meeting.pk}/")
    who.page.locator("#chair").select_option(str(chair.pk))
    who.page.locator("#secretary").select_option(str(secretary.pk))
    fill(who, conclusion=conclusion)
    push(who, "Ghi đã họp")
    says(who, "Biên bản hội nghị kiểm điểm")


def on_paper(who: Visitor, second: Visitor, body: OpinionBody, words: str, day: date) -> None:
    """A body's form is entered with its scan by one officer and compared by the other."""
    who.go(f"/y-kien/tap-the/{body.pk}/")
    for box in who.page.locator("textarea").all():
        box.fill(words)
    for yes in who.page.locator("input[type=radio][value=yes]").all():
        yes.check()
    fill(who, number="12-CV", on=f"{day:%d/%m/%Y}")
    who.page.set_input_files("#file", PDF)  # type: ignore[arg-type]
    push(who, "Ghi")
    done(who)
    paper = OpinionPaper.objects.latest("pk")
    second.go(f"/y-kien/{body.party.round_id}/")
    second.page.locator(f"#same-{paper.pk}").check()
    push(second, "Xác nhận")


def ask(
    who: Visitor, year: Round, unit: int, about: RoundSubject, question: str, *, self_rating: bool = False, **more: str
) -> OpinionRound:
    """Prepare a round of opinions about one subject; `self_rating`: every form shows the level it gave itself."""
    who.go(f"/y-kien/lap-nam/?dot={year.pk}&don-vi={unit}&loai={about.kind}")
    for box in who.page.locator("input[name=subjects]").all():
        box.set_checked(box.get_attribute("value") == str(about.pk))
    who.page.locator("#kind-1").select_option("agree")
    who.page.locator(f"#shows-{int(self_rating)}").check()
    fill(who, question__1=question, **more)
    push(who, "Lập đợt, rồi chọn bên được hỏi")
    return OpinionRound.objects.latest("pk")


def ask_bodies(who: Visitor, group: str, bodies: str) -> None:
    """On the page of a prepared round: ask these bodies, one a line."""
    who.page.locator("#bodies-group").select_option(group)
    fill(who, bodies=bodies)
    push(who, "Thêm tập thể, cơ quan")
    done(who)


def prepare_ballot(who: Visitor, whose: str, kind: str, on: date, typed: Mapping[str, str], text: str = "") -> Ballot:
    """The question of a ballot on paper; `text`: the beginning of the title of the text that rules it."""
    who.go(f"/bo-phieu/lap/?cua={whose}&kind={kind}&held_on={on:%d/%m/%Y}")
    if text:
        who.page.get_by_role("radio", name=text).check()
    for name, value in typed.items():
        place = who.page.locator(f"#{name}")
        if place.count() and place.evaluate("e => e.tagName") == "SELECT":
            place.select_option(value)
        elif place.count() and place.evaluate("e => e.tagName") != "FIELDSET":
            place.fill(value)
        else:
            who.page.locator(f"input[name={name}][value='{value}']").check()
    push(who, "Lưu")
    done(who)
    return Ballot.objects.latest("pk")


def type_all(who: Visitor, typed: Mapping[str, str]) -> None:
    """Many fields by their id in one go, each as if it was typed."""
    missing = who.page.evaluate(
        """typed => Object.entries(typed).filter(([id, text]) => {
             const place = document.getElementById(id);
             if (place === null) return true;
             place.value = text;
             place.dispatchEvent(new Event("input", {bubbles: true}));
             return false;
           }).map(([id]) => id)""",
        dict(typed),
    )
    assert missing == []


def heads_of(one: Ballot) -> dict[str, str]:
    """Every slip came back and is valid."""
    return {"returned": str(one.present), "unreturned": "0", "valid": str(one.present), "invalid": "0"}


def count_votes(
    first: Visitor, second: Visitor, one: Ballot, typed: Mapping[str, str], otherwise: Mapping[str, str] = NO_CHANGE
) -> None:
    """Everybody is present, every slip comes back; two people count without seeing each other's numbers. `otherwise`:
    what the second counts differently."""
    first.go(f"/bo-phieu/{one.pk}/?chon=tat-ca")
    push(first, "Chốt điểm danh")
    one.refresh_from_db()
    fill(first, issued=str(one.present))
    push(first, "Ghi và công bố số phiếu phát ra")
    for who, change in ((first, NO_CHANGE), (second, otherwise)):
        who.go(f"/bo-phieu/{one.pk}/kiem-phieu/")
        assert who.page.locator("form td input:not([value=''])").count() == 0, "nobody's numbers are shown"
        type_all(who, heads_of(one) | dict(typed) | dict(change))
        push(who, "Ghi bản nhập của tôi")
        done(who)


def sign_minutes(first: Visitor, second: Visitor, chair: Visitor, one: Ballot) -> None:
    """The signed minutes are scanned, compared by another, and the ballot is ended."""
    first.go(f"/bo-phieu/{one.pk}/")
    first.page.set_input_files("#file", PDF)  # type: ignore[arg-type]
    push(first, "Đưa bản chụp lên")
    second.go(f"/bo-phieu/{one.pk}/")
    second.page.locator("#same").check()
    push(second, "Xác nhận bản chụp")
    chair.go(f"/bo-phieu/{one.pk}/")
    push(chair, "Kết thúc cuộc bỏ phiếu")
