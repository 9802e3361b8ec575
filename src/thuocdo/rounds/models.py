"""A round, the run that opens it, its frozen subjects, and the steps done."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.organisation.models import Person, Unit
from thuocdo.records.models import PartyOrganisation


class Round(models.Model):
    """Round (đợt kiểm điểm, xếp loại) of a year for a Party organisation and everything below it.

    `rulebook`, `overlays` and `rulebook_hash` pin the rules that its rating date selects. `whom` is the decision about
    who is reviewed where the text read does not say it, `leaderships` which units have a leadership collective (empty:
    every one, in rounds planned before this was asked). `seats`: whether secretary and deputy secretary of a committee
    hold a leading post, where the rulebook rates a Party member by whether the person holds one (empty: not asked; in
    rounds planned before every member was frozen as without a post, and stays so). `facts_on` is the day as of which
    the subjects were frozen, `deadlines` the last day of each step by its name in the rulebook.
    """

    class State(models.TextChoices):
        PLAN = "plan", "đang lập kế hoạch"
        OPENING = "opening", "đang lập danh sách"
        OPEN = "open", "đang thực hiện"
        CLOSED = "closed", "đã kết thúc"
        DROPPED = "dropped", "đã bỏ"

    class Leaderships(models.TextChoices):
        EVERY = "every", "mọi đơn vị có người đứng đầu, kể cả phòng, ban, tổ trực thuộc"
        AGENCIES = "agencies", "chỉ cơ quan, tổ chức; không gồm phòng, ban, tổ trực thuộc"

    class Seats(models.TextChoices):
        LEADING = "leading", "có: xếp loại đảng viên theo khung của người giữ chức vụ"
        PLAIN = "plain", "không: xếp loại đảng viên theo khung của người không giữ chức vụ"

    organisation = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, related_name="rounds")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("năm")
    rating_date = models.DateField("ngày xếp loại")
    rulebook = models.CharField("bộ quy tắc", max_length=80)
    overlays = models.JSONField("quy chế bổ sung", default=list)
    rulebook_hash = models.CharField("băm bộ quy tắc", max_length=64)
    basis = models.CharField("văn bản mở đợt", max_length=300)
    whom = models.CharField("quyết định về đối tượng", max_length=500, blank=True)
    leaderships = models.CharField("nơi có tập thể lãnh đạo", max_length=8, choices=Leaderships, default="")
    seats = models.CharField("chức vụ trong cấp ủy", max_length=7, choices=Seats, blank=True, default="")
    deadlines = models.JSONField("thời hạn từng bước", default=dict)
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.PLAN)
    version = models.PositiveIntegerField("phiên bản", default=1)
    facts_on = models.DateField("dữ kiện tính đến ngày", null=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField("lập lúc")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField("mở lúc", null=True)
    closed_at = models.DateTimeField("kết thúc lúc", null=True)

    class Meta:
        verbose_name = "đợt kiểm điểm, xếp loại"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year"], condition=~Q(state="dropped"), name="round_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("plan", "dropped"))
                | Q(opened_by__isnull=False, opened_at__isnull=False, facts_on__isnull=False),
                name="round_opened_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
                name="round_closed_has_time",
            ),
        ]

    @property
    def label(self) -> str:
        """`năm 2025, Đảng bộ phường`."""
        return f"năm {self.year}, {self.organisation.name}"


class RoundOpening(models.Model):
    """Opening (lượt lập danh sách của đợt), done in batches by `thuocdo work`; each batch is one transaction.

    `position` is the key of the last person done: it moves in the batch's own transaction, so an opening that was
    killed goes on after the last batch. `created`, `skipped` and `failed` count subjects that are in, that are exempt,
    and for which somebody must decide.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "chờ chạy"
        FAILED = "failed", "gặp lỗi"
        DONE = "done", "đã xong"

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="opening")
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.WAITING)
    people = models.PositiveIntegerField("số người", default=0)
    done = models.PositiveIntegerField("số người đã xét", default=0)
    created = models.PositiveIntegerField("thuộc đợt", default=0)
    skipped = models.PositiveIntegerField("được miễn", default=0)
    failed = models.PositiveIntegerField("cần quyết định", default=0)
    position = models.BigIntegerField("vị trí", default=-1)
    problem = models.CharField("lỗi", max_length=500, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField("bắt đầu lúc")
    moved_at = models.DateTimeField("lần cuối có tiến triển", null=True)

    class Meta:
        verbose_name = "lượt lập danh sách của đợt"


class RoundSubject(models.Model):
    """Subject of a round (đối tượng của đợt), frozen when the round was opened, and where it belongs.

    `collective`: the leadership collective or committee of which a leader is a member, in which a member's cell is led,
    or that is directly above a collective. `organisation`: the Party organisation it belongs to, or that is directly
    above one. `agency`: the agency or unit it belongs to. `reviewed_with`: the subject with whom its review is held
    once. `role` and `kind` are those of the rulebook. `holds`: while postponed, others still wait for it.
    """

    class Standing(models.TextChoices):
        IN = "in", "thuộc đợt"
        EXEMPT = "exempt", "được miễn"
        POSTPONED = "postponed", "tạm hoãn"
        OPEN = "open", "cần quyết định"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="subjects")
    key = models.CharField("khóa", max_length=60)
    kind = models.CharField("loại đối tượng", max_length=20)
    role = models.CharField("vai trò", max_length=6, default="none")
    name = models.CharField("tên", max_length=240)
    position = models.CharField("chức vụ", max_length=300, blank=True)
    search_key = models.CharField("khóa tìm", max_length=240)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="round_subjects")
    collective = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="below_collective")
    organisation = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="below_organisation")
    agency = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="below_agency")
    reviewed_with = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="reviewed_too")
    standing = models.CharField("tình trạng", max_length=9, choices=Standing, default=Standing.IN)
    reason = models.CharField("lý do", max_length=1000, blank=True)
    cite = models.CharField("căn cứ", max_length=300, blank=True)
    holds = models.BooleanField("bước khác vẫn chờ", default=True)
    notes = models.JSONField("lưu ý", default=list)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("quyết định lúc", null=True)

    class Meta:
        verbose_name = "đối tượng của đợt"
        constraints = [
            models.UniqueConstraint(fields=["round", "key"], name="round_subject_once"),
            models.CheckConstraint(condition=Q(standing="in") | ~Q(reason=""), name="round_subject_out_has_reason"),
            models.CheckConstraint(
                condition=Q(reviewed_with__isnull=True) | ~Q(reviewed_with=F("id")),
                name="round_subject_not_with_itself",
            ),
        ]
        indexes = [models.Index(fields=["round", "kind", "standing"], name="round_subject_kind")]

    @property
    def place(self) -> str:
        """Position, and of a leader the collective in which it is reviewed: `Chủ tịch · Tập thể lãnh đạo …`."""
        of = self.collective.name if self.collective is not None and self.kind == "leader" else ""
        return " · ".join(dict.fromkeys(words for words in (self.position, of) if words))


class StepDone(models.Model):
    """Step done (bước đã làm) of one subject, or taken back by a later row (`undoes`); append-only.

    `turn` counts the rows of one step of one subject from 1: two people who do it at once cannot both. `place`: where,
    or of a rating on paper the body that decided; `group`: of such a rating among whom the text counts its share
    (those of a similar position). `source` and `source_key` name what it was done by; `by_person` is
    who recorded it, who is nobody's own rater.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="steps")
    subject = models.ForeignKey(RoundSubject, on_delete=models.PROTECT, related_name="steps")
    node = models.CharField("bước", max_length=60)
    step = models.CharField("việc", max_length=10, blank=True)
    turn = models.PositiveSmallIntegerField("lần", default=1)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone")
    on = models.DateField("ngày")
    place = models.CharField("nơi họp", max_length=200, blank=True)
    number = models.CharField("số văn bản", max_length=80, blank=True)
    level = models.CharField("mức", max_length=20, blank=True)
    group = models.CharField("nhóm có vị trí, vai trò tương đồng", max_length=60, blank=True, default="")
    source = models.CharField("nguồn", max_length=40)
    source_key = models.CharField("khóa của nguồn", max_length=40, blank=True)
    reason = models.CharField("lý do hủy", max_length=1000, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "bước đã làm"
        constraints = [
            models.UniqueConstraint(fields=["subject", "node", "turn"], name="step_done_once_a_turn"),
            models.CheckConstraint(condition=Q(undoes__isnull=True) | ~Q(reason=""), name="step_undone_has_reason"),
            models.CheckConstraint(
                condition=Q(step__in=("review", "report"))
                | Q(person__isnull=True)
                | Q(by_person__isnull=True)
                | ~Q(by_person=F("person")),
                name="step_done_not_by_its_own_subject",
            ),
        ]
        indexes = [models.Index(fields=["round", "node"], name="step_done_node")]
