from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.appraisals.models import Confirmation
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.exact import parse_fraction
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.models import Person, Unit
from thuocdo.results.outside.models import OutsideResult
from thuocdo.results.papers.models import YearPaper

__all__ = [
    "FollowUp", "FollowUpRule", "Handover", "HandoverLine", "OutsideResult", "Rollup", "SyncMark", "YearPaper",
]  # fmt: skip

USER = settings.AUTH_USER_MODEL


class Rollup(models.Model):
    """Rolled-up score (điểm tổng hợp) of a quarter, half year or year: append-only, replaced by a later revision.

    `included` lists what was averaged, `{"number", "confirmation", "score", "sent_by"}` a part, exact; `left_out` the
    parts without a score, `{"number", "reason", "words"}`. `decisions`: the readings chosen where the law is open.
    A year has no band here: its level is decided by the authority after the meeting (Điều 21), never by a mean.
    """

    class Kind(models.TextChoices):
        QUARTER = "quarter", "quý"
        HALF_YEAR = "half_year", "6 tháng"
        YEAR = "year", "năm"

    class Part(models.TextChoices):
        MONTH = "month", "tháng"
        QUARTER = "quarter", "quý"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rollups")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("loại kỳ", max_length=9, choices=Kind)
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveSmallIntegerField("số của kỳ", default=1)
    revision = models.PositiveIntegerField("lần tính")
    parts = models.CharField("tổng hợp từ", max_length=7, choices=Part)
    included = models.JSONField("các kỳ được tính")
    left_out = models.JSONField("các kỳ không có điểm")
    decisions = models.JSONField("cách hiểu đã chọn", default=dict)
    facts = models.TextField("dữ kiện đã tính")
    digest = models.CharField("băm dữ kiện", max_length=64)
    rulebook = models.CharField("bộ quy tắc", max_length=80)
    overlays = models.JSONField("quy chế bổ sung", default=list)
    rulebook_hash = models.CharField("băm bộ quy tắc", max_length=64)
    engine_version = models.CharField("phiên bản bộ tính", max_length=20)
    score = models.CharField("điểm (phân số)", max_length=400)
    score_shown = models.PositiveIntegerField("điểm hiển thị (phần trăm)")
    band = models.CharField("mức tương ứng", max_length=20, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("tổng hợp lúc")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    replace_reason = models.CharField("lý do tính lại", max_length=1000, blank=True)

    class Meta:
        verbose_name = "điểm tổng hợp"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "year", "number", "revision"], name="rollup_revision_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="quarter", number__range=(1, 4))
                | Q(kind="half_year", number__range=(1, 2))
                | Q(kind="year", number=1),
                name="rollup_number_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(revision=1, replaces__isnull=True, replace_reason="")
                | (Q(revision__gt=1, replaces__isnull=False) & ~Q(replace_reason="")),
                name="rollup_replacement_has_reason",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("person")), name="nobody_rolls_up_own_scores"),
            models.CheckConstraint(condition=~Q(kind="year") | Q(band=""), name="rollup_of_a_year_has_no_level"),
        ]

    @property
    def exact_score(self) -> Fraction:
        return parse_fraction(self.score)


class Handover(models.Model):
    """Hand-over of results (bàn giao kết quả) of somebody who moved to another agency (NĐ 335 Điều 19 khoản 1).

    The old agency sends, the new one reads only after it has received; nothing leaves the old agency's file. `left_out`
    names what could not be sent yet and why, `{"label", "why"}`. What follows later is sent under the next `number`.
    `account` is the person's, None where there was none: the database refuses it as the one that sends or closes.
    """

    class State(models.TextChoices):
        SENT = "sent", "đã gửi, chờ nhận"
        RECEIVED = "received", "đã nhận"
        RETURNED = "returned", "nơi nhận trả lại"
        WITHDRAWN = "withdrawn", "nơi gửi đã rút"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handovers")
    from_agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveIntegerField("lần gửi")
    left_out = models.JSONField("chưa gửi được", default=list)
    digest = models.CharField("băm nội dung", max_length=64)
    note = models.CharField("ghi chú của nơi gửi", max_length=500, blank=True)
    account = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    sent_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("gửi lúc")
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.SENT)
    closed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField("xử lý lúc", null=True)
    remark = models.CharField("lý do trả lại hoặc rút", max_length=500, blank=True)

    class Meta:
        verbose_name = "bàn giao kết quả"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "from_agency", "to_agency", "year", "number"], name="handover_number_once"
            ),
            models.CheckConstraint(condition=~Q(from_agency=F("to_agency")), name="handover_to_another_agency"),
            models.CheckConstraint(
                condition=Q(state="sent", closed_by__isnull=True, closed_at__isnull=True, remark="")
                | Q(state="received", closed_by__isnull=False, closed_at__isnull=False, remark="")
                | (Q(state__in=("returned", "withdrawn"), closed_by__isnull=False, closed_at__isnull=False)
                   & ~Q(remark="")),
                name="handover_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("received", "returned")) | ~Q(closed_by=F("sent_by")),
                name="handover_not_received_by_sender",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | ~Q(sent_by=F("account")), name="nobody_sends_own_results"
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | Q(closed_by__isnull=True) | ~Q(closed_by=F("account")),
                name="nobody_closes_own_handover",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["to_agency", "state"], name="handover_to_receive")]


class HandoverLine(models.Model):
    """Line of a hand-over (mục bàn giao): one result, roll-up, difficulty or paper as it was sent; added only."""

    class Kind(models.TextChoices):
        RESULT = "result", "kết quả kỳ"
        ROLLUP = "rollup", "điểm tổng hợp"
        DIFFICULTY = "difficulty", "vướng mắc về kết quả"
        PAPER = "paper", "giấy tờ trong hồ sơ năm"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField("loại", max_length=10, choices=Kind)
    label = models.CharField("nội dung", max_length=300)
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, null=True, related_name="handover_lines")
    content = models.TextField("bản sao đã gửi")
    digest = models.CharField("băm bản sao", max_length=64)

    class Meta:
        verbose_name = "mục bàn giao"
        constraints = [
            models.UniqueConstraint(fields=["handover", "kind", "digest"], name="handover_line_once"),
            models.CheckConstraint(
                condition=Q(kind="result", confirmation__isnull=False)
                | (~Q(kind="result") & Q(confirmation__isnull=True)),
                name="handover_result_names_it",
            ),
        ]


class FollowUpRule(models.Model):
    """Rule of an agency (tiêu chí khen, nhắc) for following results up: how many published results in a row
    at or under which score. The agency's own choice, dated, with who decided it; the product ships none.
    """

    class Kind(models.TextChoices):
        COMMEND = "commend", "khen thưởng, biểu dương"
        REMIND = "remind", "nhắc nhở"
        REPRIMAND = "reprimand", "phê bình"

    class Bound(models.TextChoices):
        AT_LEAST = "at_least", "từ mức điểm này trở lên"
        BELOW = "below", "dưới mức điểm này"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="follow_up_rules")
    kind = models.CharField("hình thức", max_length=9, choices=Kind)
    bound = models.CharField("so với mức điểm", max_length=8, choices=Bound)
    score = models.PositiveIntegerField("mức điểm (phần trăm)")
    run = models.PositiveSmallIntegerField("số kỳ liền nhau")
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    decided_by = models.CharField("cấp quyết định", max_length=160)
    source = models.CharField("văn bản, căn cứ", max_length=500)
    set_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "tiêu chí khen, nhắc"
        constraints = [
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gt=F("start")), name="follow_up_rule_dates"),
            models.CheckConstraint(condition=Q(run__range=(1, 12)), name="follow_up_rule_run"),
            models.CheckConstraint(condition=~Q(decided_by="") & ~Q(source=""), name="follow_up_rule_has_source"),
        ]

    @property
    def words(self) -> str:
        """`2 tháng liền từ 97 điểm trở lên`."""
        score = format_points(self.score)
        bound = f"từ {score} điểm trở lên" if self.bound == self.Bound.AT_LEAST else f"dưới {score} điểm"
        return f"{self.run} tháng liền {bound}"

    @property
    def text_id(self) -> str:
        """The key as text, for ids of inputs."""
        return str(self.pk)


class FollowUp(models.Model):
    """Follow-up of published results (khen thưởng, nhắc nhở): proposed, then decided by the authority with a
    reason, then made known. It changes no score, and nothing makes one by itself.

    `basis` freezes the results it hangs on: `{"confirmation", "period", "score"}` each, exact. `account` is the
    person's, None where there was none: the database refuses it as the one that proposes or makes known.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "đề xuất, chờ quyết định"
        AGREED = "agreed", "đã quyết định, chưa thông báo"
        DECLINED = "declined", "không thực hiện"
        WITHDRAWN = "withdrawn", "đã rút đề xuất"
        PUBLISHED = "published", "đã thông báo"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="follow_ups")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    chain = models.CharField("chuỗi nhật ký", max_length=40)
    kind = models.CharField("hình thức", max_length=9, choices=FollowUpRule.Kind)
    rule = models.ForeignKey(FollowUpRule, on_delete=models.PROTECT, null=True, related_name="+")
    basis = models.JSONField("kết quả làm căn cứ")
    proposal = models.CharField("lý do đề xuất", max_length=1000)
    account = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    proposed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("đề xuất lúc")
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.PROPOSED)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("quyết định lúc", null=True)
    reason = models.CharField("lý do quyết định", max_length=1000, blank=True)
    number = models.CharField("số văn bản", max_length=60, blank=True)
    signed_on = models.DateField("ngày văn bản", null=True)
    published_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField("thông báo lúc", null=True)
    version = models.PositiveIntegerField("phiên bản", default=1)

    class Meta:
        verbose_name = "khen thưởng, nhắc nhở"
        constraints = [
            models.CheckConstraint(condition=~Q(proposal=""), name="follow_up_has_reason"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("person")), name="nobody_decides_own_follow_up"
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | ~Q(proposed_by=F("account")), name="nobody_proposes_own_follow_up"
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | Q(published_by__isnull=True) | ~Q(published_by=F("account")),
                name="nobody_makes_own_follow_up_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "withdrawn"), decided_by__isnull=True, decided_at__isnull=True)
                | (
                    Q(state__in=("agreed", "declined", "published"), decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(reason="")
                ),
                name="follow_up_decision_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False, published_by__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True, published_by__isnull=True)),
                name="follow_up_published_has_time",
            ),
        ]
        indexes = [models.Index(fields=["unit", "state"], name="follow_up_by_unit")]


class SyncMark(models.Model):
    """Mark (ghi nhận cập nhật dữ liệu quốc gia) that results of a period went to the National Database of cadres, civil
    servants and public employees, by a rulebook that asks for it (`syncing.duties`). Added only.

    It covers the results up to the id `covers_to` (marks from before it was kept: those confirmed by `covers_until`);
    `digest` is over their ids. A result that is committed later waits again, whenever its request came. The product
    does not transfer them.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="sync_marks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    covers_until = models.DateTimeField("gồm kết quả xác nhận đến")
    covers_to = models.PositiveBigIntegerField("gồm kết quả có khóa đến", null=True)
    results = models.PositiveIntegerField("số kết quả")
    digest = models.CharField("băm các kết quả", max_length=64)
    done_on = models.DateField("ngày cập nhật")
    reference = models.CharField("mã hoặc căn cứ", max_length=200)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "ghi nhận cập nhật dữ liệu quốc gia"
        constraints = [
            models.CheckConstraint(condition=~Q(reference=""), name="sync_mark_has_reference"),
            models.UniqueConstraint(fields=["cycle", "unit", "covers_until"], name="sync_mark_once"),
        ]
