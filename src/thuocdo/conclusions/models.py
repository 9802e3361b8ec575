"""Who decides for whom, one assessment of a subject, its parts, and what must be verified first."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.conclusions.papers.models import AssessmentPaper, FileSent
from thuocdo.conclusions.reconsidering.models import Reconsideration
from thuocdo.organisation.constraints import dates_in_order
from thuocdo.organisation.models import Person, Unit
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds.models import Round, RoundSubject

__all__ = [
    "Assessment",
    "AssessmentHold",
    "AssessmentPaper",
    "AssessmentPart",
    "Competence",
    "FileSent",
    "QuotaRaising",
    "Reconsideration",
]
USER = settings.AUTH_USER_MODEL


class Competence(models.Model):
    """Competence (thẩm quyền theo phân cấp): which body decides for subjects of a kind in a unit and below, until a
    nearer unit says otherwise.

    `role` and `party_kind` narrow it (a head; a base cell). The body is a committee (`party`), the leadership of a unit
    (`body_unit`), or, where both are empty, one that does not use this installation: files are sent up to it.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("loại đối tượng", max_length=20)
    role = models.CharField("vai trò", max_length=6, blank=True)
    party_kind = models.CharField("loại tổ chức đảng", max_length=10, blank=True, choices=PartyOrganisation.Kind)
    body = models.CharField("cấp quyết định", max_length=200)
    party = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, null=True, related_name="+")
    body_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    verifier = models.CharField("cơ quan thẩm định", max_length=200)
    basis = models.CharField("văn bản phân cấp", max_length=300)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "thẩm quyền theo phân cấp"
        constraints = [
            dates_in_order("competence_dates_in_order"),
            models.CheckConstraint(
                condition=Q(party__isnull=True) | Q(body_unit__isnull=True), name="competence_is_of_one_body"
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="competence_has_basis"),
            models.UniqueConstraint(
                fields=["unit", "kind", "role", "party_kind", "start"], name="one_competence_per_start"
            ),
        ]

    @property
    def above(self) -> bool:
        """Whether the body does not use this installation."""
        return self.party_id is None and self.body_unit_id is None


class Assessment(models.Model):
    """Assessment (hồ sơ đánh giá, xếp loại) of one subject: of a round, or before an event (`occasion`, whose `day`
    selects the rulebook; `start` to `end` is the time it looks at).

    `rule_level` and `score_shown` (hundredths, cut) are those of the last part, `level` is the one decided; `group` are
    those of a similar position, role, function and task, among whom a share is counted.
    """

    class State(models.TextChoices):
        OWN = "own", "chờ tự xếp loại"
        VERIFY = "verify", "chờ thẩm định"
        DECIDE = "decide", "chờ quyết định"
        DECIDED = "decided", "đã quyết định"
        DROPPED = "dropped", "đã bỏ"

    class Occasion(models.TextChoices):
        YEAR = "year", "hằng năm"
        APPOINTMENT = "appointment", "trước khi bổ nhiệm"
        REAPPOINTMENT = "reappointment", "trước khi bổ nhiệm lại"
        NOMINATION = "nomination", "trước khi giới thiệu ứng cử"
        ELECTION = "election", "trước khi bầu cử"
        PLANNING = "planning", "trước khi quy hoạch"
        REWARD = "reward", "trước khi khen thưởng"
        DISCIPLINE = "discipline", "trước khi kỷ luật"
        TERM = "term", "cuối nhiệm kỳ"
        NEEDED = "needed", "khi cần"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="assessments")
    subject = models.OneToOneField(RoundSubject, on_delete=models.PROTECT, null=True, related_name="assessment")
    occasion = models.CharField("dịp", max_length=13, choices=Occasion, default=Occasion.YEAR)
    event = models.CharField("việc", max_length=300, blank=True)
    day = models.DateField("ngày của việc", null=True)
    kind = models.CharField("loại đối tượng", max_length=20)
    role = models.CharField("vai trò", max_length=6, default="none")
    name = models.CharField("tên", max_length=240)
    position = models.CharField("chức vụ", max_length=300, blank=True)
    search_key = models.CharField("khóa tìm", max_length=240)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="assessments")
    start = models.DateField("từ ngày")
    end = models.DateField("đến hết ngày")
    rulebook = models.CharField("bộ quy tắc", max_length=80)
    overlays = models.JSONField("quy chế bổ sung", default=list)
    rulebook_hash = models.CharField("băm bộ quy tắc", max_length=64)
    group = models.CharField("nhóm tương đồng", max_length=120, blank=True)
    state = models.CharField("tình trạng", max_length=7, choices=State, default=State.OWN)
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, null=True, related_name="+")
    rule_kind = models.CharField("kết quả theo quy tắc", max_length=14, blank=True)
    rule_level = models.CharField("mức theo quy tắc", max_length=40, blank=True)
    score_shown = models.IntegerField("điểm, phần trăm điểm", null=True)
    proposed = models.CharField("mức đề xuất", max_length=40, blank=True)
    level = models.CharField("mức", max_length=40, blank=True)
    version = models.PositiveIntegerField("phiên bản", default=1)
    opened_at = models.DateTimeField("lập lúc")

    class Meta:
        verbose_name = "hồ sơ đánh giá, xếp loại"
        constraints = [
            models.CheckConstraint(
                condition=Q(occasion="year", subject__isnull=False, round__isnull=False)
                | (~Q(occasion="year") & Q(subject=None, round=None, day__isnull=False) & ~Q(event="")),
                name="assessment_of_round_or_event",
            ),
            models.UniqueConstraint(
                fields=["person", "occasion", "kind"],
                condition=Q(state__in=("own", "verify", "decide"), round=None, person__isnull=False),
                name="assessment_event_of_person_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "occasion", "kind"],
                condition=Q(state__in=("own", "verify", "decide"), round=None, person=None, party=None),
                name="assessment_event_of_unit_once",
            ),
            models.UniqueConstraint(
                fields=["party", "occasion", "kind"],
                condition=Q(state__in=("own", "verify", "decide"), round=None, person=None, party__isnull=False),
                name="assessment_event_of_party_once",
            ),
            models.CheckConstraint(condition=Q(start__lte=F("end")), name="assessment_span_in_order"),
        ]
        indexes = [
            models.Index(fields=["round", "kind", "state"], name="assessment_kind"),
            models.Index(fields=["competence", "state"], name="assessment_competence"),
        ]

    @property
    def label(self) -> str:
        """What it is about, in words."""
        return self.round.label if self.round is not None else f"{self.get_occasion_display()}: {self.event}"

    @property
    def own_words(self) -> str:
        """What the first part is called: before an event nobody gives themselves a level."""
        return "tự xếp loại" if self.occasion == self.Occasion.YEAR else "tự đánh giá"

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # Django keeps one that the class has
        """The state in the words of its occasion."""
        return f"chờ {self.own_words}" if self.state == self.State.OWN else self.State(self.state).label


class AssessmentPart(models.Model):
    """Part of an assessment (phần của hồ sơ đánh giá, xếp loại), added and never changed; `document` holds it all.

    `person` is the one assessed and `verified_by` who verified what is decided: neither decides, and nobody verifies
    the own. `replaces`: the decision that this one replaces, after an order to rate again (`ordered`).
    """

    class Part(models.TextChoices):
        OWN = "own", "tự xếp loại"
        VERIFICATION = "verification", "thẩm định"
        DECISION = "decision", "quyết định"
        ORDER = "order", "yêu cầu xếp loại lại"
        DROPPED = "dropped", "bỏ hồ sơ"

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField("thứ tự")
    part = models.CharField("phần", max_length=12, choices=Part)
    document = models.TextField("nội dung")
    digest = models.CharField("băm nội dung", max_length=64)
    outcome = models.TextField("kết quả theo quy tắc", blank=True)
    rule_level = models.CharField("mức theo quy tắc", max_length=40, blank=True)
    level = models.CharField("mức", max_length=40, blank=True)
    reason = models.CharField("lý do", max_length=1000, blank=True)
    on = models.DateField("ngày văn bản", null=True)
    document_number = models.CharField("số văn bản", max_length=80, blank=True)
    body = models.CharField("cấp quyết định", max_length=200, blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    verified_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    by_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "phần của hồ sơ đánh giá, xếp loại"
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="assessment_part_number_once"),
            models.CheckConstraint(
                condition=Q(part="own") | Q(person__isnull=True) | ~Q(person=F("by_person")),
                name="assessment_part_not_by_its_own_subject",
            ),
            models.CheckConstraint(
                condition=~Q(part="decision") | (Q(verified_by__isnull=False) & ~Q(verified_by=F("by_person"))),
                name="assessment_decided_by_another_than_verified",
            ),
            models.CheckConstraint(
                condition=~Q(part="decision") | (Q(on__isnull=False) & ~Q(document_number="") & ~Q(body="")),
                name="assessment_decision_has_document",
            ),
            models.CheckConstraint(
                condition=~Q(part="decision") | Q(rule_level="") | Q(level=F("rule_level")) | ~Q(reason=""),
                name="assessment_other_level_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | (Q(part="decision") & ~Q(reason="")),
                name="assessment_replaced_with_reason",
            ),
        ]


class AssessmentHold(models.Model):
    """Hold (việc phải xác minh trước khi quyết định): what is verified first; while it runs nothing is decided."""

    class Kind(models.TextChoices):
        OBJECTION = "objection", "khiếu nại"
        DENUNCIATION = "denunciation", "tố cáo"
        DISCIPLINE = "discipline", "đang xem xét kỷ luật"
        DISUNITY = "disunity", "dấu hiệu mất đoàn kết"

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField("loại việc", max_length=12, choices=Kind)
    note = models.CharField("nội dung", max_length=500)
    begun_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField("ghi lúc")
    outcome = models.CharField("kết quả xác minh", max_length=1000, blank=True)
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("kết thúc lúc", null=True)

    class Meta:
        verbose_name = "việc phải xác minh trước khi quyết định"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, outcome="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(outcome="")),
                name="assessment_hold_ends_with_outcome",
            ),
        ]


class QuotaRaising(models.Model):
    """Raised line (quyết định nâng tỷ lệ): the competent body's decision that the higher share applies to a group.

    `group`, `deciding` and `side` are those of `places.key_of`: among whom the share is counted. A row from before
    these were told apart has no side, and holds for the bodies named in `body`, on every side.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="raisings")
    group = models.CharField("nhóm tương đồng", max_length=120)
    deciding = models.CharField("cấp mà nhóm được đếm theo", max_length=200, blank=True, default="")
    side = models.CharField("loại được đếm với nhau", max_length=20, blank=True, default="")
    body = models.CharField("cấp quyết định", max_length=200)
    document_number = models.CharField("số văn bản", max_length=80)
    reason = models.CharField("lý do", max_length=1000)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("ghi lúc")
    ended_at = models.DateTimeField("thôi áp dụng lúc", null=True)

    class Meta:
        verbose_name = "quyết định nâng tỷ lệ"
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(document_number=""), name="quota_raising_has_ground"),
            models.UniqueConstraint(
                fields=["round", "group", "deciding", "side"],
                condition=Q(ended_at__isnull=True),
                name="quota_raised_once",
            ),
        ]
