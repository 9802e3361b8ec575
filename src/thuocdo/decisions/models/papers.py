from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.appraisals.models import Confirmation
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.models.publication import Publication
from thuocdo.organisation.models import Person, Unit

USER = settings.AUTH_USER_MODEL


class Decision(models.Model):
    """Decision (văn bản kết quả) of a unit: a list, a notice, a decision, the list of a supplementary publication, or
    one that replaces another; frozen.

    `publication` is the supplementary one whose results it lists, or which the replaced paper listed. `content` is
    canonical JSON made when it was drafted, `digest` its SHA-256. The office types the number.
    """

    class Kind(models.TextChoices):
        LIST = "list", "danh sách"
        NOTICE = "notice", "thông báo"
        DECISION = "decision", "quyết định"
        REPLACEMENT = "replacement", "quyết định thay thế"
        SUPPLEMENT = "supplement", "danh sách bổ sung"

    class State(models.TextChoices):
        DRAFT = "draft", "dự thảo"
        ISSUED = "issued", "đã ban hành"
        REPLACED = "replaced", "đã được thay thế"
        DROPPED = "dropped", "bỏ dự thảo"

    class SigningForm(models.TextChoices):
        OWN = "own", "người đứng đầu ký"
        TM = "tm", "TM."
        KT = "kt", "KT."
        TL = "tl", "TL."
        TUQ = "tuq", "TUQ."
        Q = "q", "Q."

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="decisions")
    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, null=True, related_name="decisions")
    kind = models.CharField("loại văn bản", max_length=12, choices=Kind)
    subject = models.CharField("trích yếu", max_length=300)
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.DRAFT)
    number = models.CharField("số", max_length=10, blank=True)
    symbol = models.CharField("ký hiệu", max_length=40, blank=True)
    number_year = models.PositiveSmallIntegerField("năm của số", null=True)
    signed_on = models.DateField("ngày ký", null=True)
    place = models.CharField("địa danh", max_length=80, blank=True)
    signing_form = models.CharField("thể thức ký", max_length=4, choices=SigningForm, blank=True)
    on_behalf = models.CharField("ký thay mặt, thay, thừa lệnh ai", max_length=160, blank=True)
    signer = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    signer_position = models.CharField("chức vụ người ký", max_length=160, blank=True)
    recipients = models.JSONField("nơi nhận", default=list)
    content = models.TextField("nội dung")
    digest = models.CharField("băm nội dung", max_length=64)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    replace_reason = models.CharField("lý do thay thế", max_length=1000, blank=True)
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, null=True, related_name="papers")
    version = models.PositiveIntegerField("phiên bản", default=1)
    drafted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField("soạn lúc")
    issued_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField("ban hành lúc", null=True)

    class Meta:
        verbose_name = "văn bản kết quả"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "number_year", "kind", "number"],
                condition=~Q(number="") & ~Q(state="dropped"),
                name="decision_number_once_per_agency_and_year",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "dropped"))
                | (
                    ~Q(number="")
                    & Q(signed_on__isnull=False, signer__isnull=False, issued_at__isnull=False)
                    & Q(number_year__isnull=False)
                    & ~Q(signing_form="")
                ),
                name="decision_issued_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replace_reason=""), name="decision_replacement_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(kind="replacement")
                | Q(kind="supplement", publication__isnull=False)
                | (~Q(kind="supplement") & Q(publication__isnull=True)),
                name="decision_supplement_names_its_publication",
            ),
            models.UniqueConstraint(
                fields=["publication"],
                condition=Q(kind="supplement", state__in=("draft", "issued")),
                name="decision_supplement_once",
            ),
        ]


class DecisionLine(models.Model):
    """Line of an issued decision (dòng của văn bản): whose result it carries; nobody signs the own result."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="lines")
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "dòng của văn bản"
        constraints = [
            models.UniqueConstraint(fields=["decision", "person"], name="decision_line_once"),
            models.CheckConstraint(condition=~Q(person=F("signer")), name="nobody_signs_own_result"),
        ]


class Delivery(models.Model):
    """Delivery (gửi văn bản) of an issued decision to another unit, with the receipt."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="deliveries")
    to = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="deliveries")
    sent_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("gửi lúc")
    received_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField("nhận lúc", null=True)

    class Meta:
        verbose_name = "gửi văn bản"
        constraints = [
            models.UniqueConstraint(fields=["decision", "to"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True)
                | Q(received_at__isnull=False, received_by__isnull=False),
                name="delivery_received_at_and_by",
            ),
        ]
