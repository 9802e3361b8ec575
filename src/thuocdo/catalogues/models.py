from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.organisation.constraints import dates_in_order
from thuocdo.organisation.models import Unit
from thuocdo.work.models import Product, Task

USER = settings.AUTH_USER_MODEL


class Inventory(models.Model):
    """Inventory of a unit (bản rà soát sản phẩm, công việc): what the unit delivered over one year."""

    class State(models.TextChoices):
        DRAFTING = "drafting", "đang rà soát"
        SENT = "sent", "đã gửi bộ phận tổ chức"
        MERGED = "merged", "đã đưa vào danh mục"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="inventories")
    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày")
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.DRAFTING)
    version = models.PositiveIntegerField("phiên bản", default=1)
    begun_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField("bắt đầu lúc")
    sent_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField("gửi lúc", null=True)
    remark = models.TextField("lý do trả lại", blank=True)

    class Meta:
        verbose_name = "bản rà soát sản phẩm, công việc"
        constraints = [
            dates_in_order("inventory_dates_in_order"),
            models.UniqueConstraint(fields=["unit"], condition=Q(state="drafting"), name="one_inventory_in_drafting"),
        ]


class InventoryLine(models.Model):
    """Line of an inventory (dòng rà soát): one product or task, how often and how much; kept, joined or dropped."""

    class State(models.TextChoices):
        KEPT = "kept", "giữ lại"
        JOINED = "joined", "gộp vào dòng khác"
        DROPPED = "dropped", "loại"

    inventory = models.ForeignKey(Inventory, on_delete=models.CASCADE, related_name="lines")
    name = models.CharField("tên sản phẩm, công việc", max_length=200)
    search_key = models.CharField("khóa tìm", max_length=200)
    occurrences = models.PositiveIntegerField("số lần", default=0)
    quantity = models.PositiveBigIntegerField("tổng số lượng (phần trăm)", default=0)
    complexity = models.PositiveSmallIntegerField("nhóm phức tạp", null=True)
    standard = models.BooleanField("đề xuất làm sản phẩm chuẩn", default=False)
    state = models.CharField("trạng thái", max_length=7, choices=State, default=State.KEPT)
    joined_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="joined")
    reason = models.CharField("lý do loại", max_length=300, blank=True)
    proposed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    taken_into = models.ForeignKey("CatalogueLine", on_delete=models.PROTECT, null=True, related_name="taken")
    set_aside = models.CharField("lý do không đưa vào danh mục", max_length=300, blank=True)

    class Meta:
        verbose_name = "dòng rà soát"
        constraints = [
            models.CheckConstraint(
                condition=Q(complexity__isnull=True) | Q(complexity__range=(1, 5)),
                name="inventory_complexity_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(state="joined", joined_into__isnull=False)
                | (~Q(state="joined") & Q(joined_into__isnull=True)),
                name="inventory_line_joined_into_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(reason=""), name="inventory_line_dropped_with_reason"
            ),
            models.UniqueConstraint(
                fields=["inventory"], condition=Q(standard=True), name="one_standard_per_inventory"
            ),
        ]


class Catalogue(models.Model):
    """Catalogue version (bản danh mục sản phẩm, công việc) of an agency, from draft to dated decision."""

    class State(models.TextChoices):
        DRAFTING = "drafting", "đang soạn"
        SUBMITTED = "submitted", "chờ phê duyệt"
        APPROVED = "approved", "đã phê duyệt"
        DROPPED = "dropped", "đã bỏ"

    class Method(models.TextChoices):
        RATIO = "ratio", "điểm của sản phẩm chia cho điểm của sản phẩm chuẩn"
        TYPED = "typed", "ghi hệ số từng dòng, có lý do"
        GROUP = "group", "hệ số chung theo nhóm phức tạp"

    class Rounding(models.TextChoices):
        NONE = "none", "không làm tròn"
        HALF_UP = "half_up", "làm tròn đến hai chữ số thập phân, từ 5 trở lên thì làm tròn lên"
        DOWN = "down", "bỏ phần sau hai chữ số thập phân"
        UP = "up", "làm tròn lên hai chữ số thập phân"

    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="catalogues")
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.DRAFTING)
    version = models.PositiveIntegerField("phiên bản", default=1)
    method = models.CharField("cách xác định hệ số", max_length=5, choices=Method, default=Method.TYPED)
    ratio_accepted = models.BooleanField("chấp nhận cách tính theo tỷ lệ điểm", default=False)
    rounding = models.CharField("làm tròn", max_length=7, choices=Rounding, default=Rounding.NONE)
    rounding_reason = models.CharField("căn cứ làm tròn", max_length=300, blank=True)
    groups = models.JSONField("các nhóm phức tạp", default=list)
    begun_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField("bắt đầu lúc")
    submitted_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField("trình lúc", null=True)
    remark = models.TextField("lý do trả lại", blank=True)
    decision_number = models.CharField("số quyết định", max_length=80, blank=True)
    decided_on = models.DateField("ngày quyết định", null=True)
    start = models.DateField("từ ngày", null=True)
    end = models.DateField("đến trước ngày", null=True)
    approved_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField("phê duyệt lúc", null=True)

    class Meta:
        verbose_name = "bản danh mục sản phẩm, công việc"
        constraints = [
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(state__in=("drafting", "submitted")),
                name="one_catalogue_in_preparation",
            ),
            models.UniqueConstraint(
                fields=["agency", "start"], condition=Q(state="approved"), name="catalogue_start_once"
            ),
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(state="approved", end__isnull=True),
                name="one_catalogue_without_end",
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gt=F("start")), name="catalogue_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=F("begun_by")) & ~Q(approved_by=F("submitted_by"))),
                name="catalogue_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | (
                    Q(
                        approved_by__isnull=False,
                        submitted_by__isnull=False,
                        start__isnull=False,
                        decided_on__isnull=False,
                    )
                    & ~Q(decision_number="")
                ),
                name="catalogue_approval_is_whole",
            ),
        ]


class Proposal(models.Model):
    """Proposal for a product outside the catalogue (đề xuất bổ sung sản phẩm, công việc): NĐ 335 Điều 13 khoản 5."""

    class State(models.TextChoices):
        WAITING = "waiting", "chờ xem xét"
        DRAFTED = "drafted", "đã đưa vào dự thảo"
        ACCEPTED = "accepted", "đã bổ sung vào danh mục"
        REFUSED = "refused", "không bổ sung"
        WITHDRAWN = "withdrawn", "người đề xuất đã rút"

    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="product_proposals")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField("tên sản phẩm, công việc", max_length=200)
    words = models.TextField("vì sao cần bổ sung")
    proposed_at = models.DateTimeField("đề xuất lúc")
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.WAITING)
    version = models.PositiveIntegerField("phiên bản", default=1)
    answer = models.CharField("trả lời", max_length=500, blank=True)
    answered_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("trả lời lúc", null=True)

    class Meta:
        verbose_name = "đề xuất bổ sung sản phẩm, công việc"
        indexes = [models.Index(fields=["agency", "state"], name="product_proposal_by_agency")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""), name="product_proposal_refused_with_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("refused", "accepted")) | ~Q(answered_by=F("author")),
                name="nobody_answers_own_product_proposal",
            ),
        ]


class CatalogueLine(models.Model):
    """Line of a catalogue version (dòng danh mục): one product, its group, its coefficient and where that comes from.

    Points and coefficients are hundredths. `coefficient` is settled when the draft is submitted.
    """

    catalogue = models.ForeignKey(Catalogue, on_delete=models.CASCADE, related_name="lines")
    code = models.CharField("mã sản phẩm", max_length=40)
    name = models.CharField("tên sản phẩm, công việc", max_length=200)
    complexity = models.PositiveSmallIntegerField("nhóm phức tạp")
    standard = models.BooleanField("sản phẩm, công việc chuẩn", default=False)
    points = models.PositiveIntegerField("điểm chấm (phần trăm)", null=True)
    typed = models.PositiveIntegerField("hệ số ghi (phần trăm)", null=True)
    reason = models.CharField("lý do của hệ số", max_length=300, blank=True)
    coefficient = models.PositiveIntegerField("hệ số quy đổi (phần trăm)", null=True)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="catalogue_lines")

    class Meta:
        verbose_name = "dòng danh mục"
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "code"], name="catalogue_code_once"),
            models.UniqueConstraint(
                fields=["catalogue"], condition=Q(standard=True), name="one_standard_per_catalogue"
            ),
            models.CheckConstraint(condition=Q(complexity__range=(1, 5)), name="catalogue_complexity_1_to_5"),
        ]
