"""Changes of units and people that are planned, applied as one act and can be taken back while nothing built on
them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

USER = settings.AUTH_USER_MODEL


class Reorganisation(models.Model):
    """Reorganisation (sắp xếp đơn vị): old units to new ones from a date, by a decision.

    `month_rule` is what the officer chose where NĐ 335 is silent: who finishes the sheets that are not confirmed.
    `effects` holds what applying made and changed, for taking it back.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "đang chuẩn bị"
        APPLIED = "applied", "đã áp dụng"
        UNDONE = "undone", "đã hoàn tác"

    class MonthRule(models.TextChoices):
        NEW = "new", "người có thẩm quyền theo bảng của quy định tại ngày sắp xếp"
        OLD = "old", "người đã đánh giá ở đơn vị cũ làm cho xong"

    root = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="reorganisations")
    title = models.CharField("tên phương án", max_length=200)
    decision = models.CharField("số văn bản", max_length=120)
    decided_on = models.DateField("ngày văn bản")
    start = models.DateField("có hiệu lực từ ngày")
    month_rule = models.CharField("phiếu chưa xác nhận", max_length=3, choices=MonthRule, blank=True)
    month_reason = models.CharField("lý do chọn", max_length=500, blank=True)
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField("phiên bản", default=1)
    effects = models.JSONField("thay đổi đã ghi", default=dict)
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("lập lúc")
    applied_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField("áp dụng lúc", null=True)

    class Meta:
        verbose_name = "sắp xếp đơn vị"
        constraints = [
            models.CheckConstraint(condition=~Q(decision=""), name="reorganisation_has_decision"),
            models.CheckConstraint(
                condition=Q(month_rule="") | ~Q(month_reason=""), name="reorganisation_choice_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", applied_at__isnull=True) | Q(~Q(state="draft"), applied_at__isnull=False),
                name="reorganisation_applied_has_time",
            ),
        ]


class Succession(models.Model):
    """Succession (đơn vị kế tiếp): one old unit and one unit that takes over from the date.

    The code of the old unit itself says that it goes on (under `parent_code`, where given). Several rows of one old
    unit split it, several old units with one code merge. `records`: this one looks after the old unit's papers.
    """

    plan = models.ForeignKey(Reorganisation, on_delete=models.CASCADE, related_name="successions")
    old = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    code = models.CharField("mã đơn vị mới", max_length=40)
    name = models.CharField("tên đơn vị mới", max_length=200, blank=True)
    kind = models.CharField("loại", max_length=10, blank=True)
    parent_code = models.CharField("thuộc về mã", max_length=40, blank=True)
    managed_code = models.CharField("mã cơ quan quản lý công chức", max_length=40, blank=True)
    records = models.BooleanField("tiếp nhận hồ sơ", default=False)

    class Meta:
        verbose_name = "đơn vị kế tiếp"
        constraints = [
            models.UniqueConstraint(fields=["plan", "old", "code"], name="succession_once"),
            models.UniqueConstraint(fields=["plan", "old"], condition=Q(records=True), name="one_keeper_of_records"),
        ]


class Placement(models.Model):
    """Placement (bố trí người): where one post goes, or what it becomes, as the officer chose."""

    plan = models.ForeignKey(Reorganisation, on_delete=models.CASCADE, related_name="placements")
    employment = models.ForeignKey("organisation.Employment", on_delete=models.PROTECT, related_name="+")
    code = models.CharField("mã đơn vị mới", max_length=40)
    position = models.CharField("chức vụ, chức danh", max_length=160, blank=True)
    leadership = models.CharField("vai trò", max_length=6, blank=True)

    class Meta:
        verbose_name = "bố trí người"
        constraints = [models.UniqueConstraint(fields=["plan", "employment"], name="placement_once")]


class PersonName(models.Model):
    """Former name (họ tên trước đây) of a person, until the day it was changed."""

    person = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="former_names")
    full_name = models.CharField("họ và tên", max_length=120)
    end = models.DateField("đến trước ngày")
    reason = models.CharField("lý do", max_length=200)

    class Meta:
        verbose_name = "họ tên trước đây"


class PersonMerge(models.Model):
    """Merge of two codes of one human (gộp mã cán bộ): proposed by one officer, approved by another."""

    kept = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="merges")
    dropped = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="merged_away")
    reason = models.CharField("lý do", max_length=500)
    proposed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("đề nghị lúc")
    approved_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField("duyệt lúc", null=True)
    withdrawn_at = models.DateTimeField("rút lại lúc", null=True)

    class Meta:
        verbose_name = "gộp mã cán bộ"
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("dropped")), name="merge_of_two_codes"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")), name="merge_by_two_officers"
            ),
            models.UniqueConstraint(
                fields=["dropped"], condition=Q(withdrawn_at__isnull=True), name="one_merge_of_a_code"
            ),
        ]


class Departure(models.Model):
    """Departure (thôi công tác) of a person: everything ended at once; `effects` lets it be undone the same day."""

    person = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="departures")
    end = models.DateField("nghỉ từ ngày")
    reason = models.CharField("lý do", max_length=300)
    effects = models.JSONField("thay đổi đã ghi", default=dict)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("ghi lúc")
    undone_at = models.DateTimeField("hoàn tác lúc", null=True)

    class Meta:
        verbose_name = "thôi công tác"
