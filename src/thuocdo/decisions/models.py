from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.appraisals.models import Confirmation, Petition, Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.constraints import dates_in_order
from thuocdo.organisation.models import Person, Unit

USER = settings.AUTH_USER_MODEL


class PublicationForm(models.Model):
    """Form of publication (hình thức công bố) that the authority chose for a unit and what is below, dated."""

    class Kind(models.TextChoices):
        ELECTRONIC = "electronic", "trên môi trường điện tử, trong nội bộ đơn vị"
        POSTED = "posted", "niêm yết bản giấy tại đơn vị"
        INDIVIDUAL = "individual", "thông báo tới từng người"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="publication_forms")
    kind = models.CharField("hình thức", max_length=10, choices=Kind)
    decided_by = models.CharField("cấp quyết định, số văn bản", max_length=200)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    set_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "hình thức công bố"
        constraints = [
            dates_in_order("publication_form_dates_in_order"),
            models.UniqueConstraint(fields=["unit", "start"], name="publication_form_once"),
            models.CheckConstraint(condition=~Q(decided_by=""), name="publication_form_is_decided"),
        ]


class PetitionRoute(models.Model):
    """Petition route (nơi giải quyết kiến nghị) where the rulebook is silent: as the unit's own regulation names it,
    or, where that is silent too, as its authority (`chosen_by`) chose for a `reason`, in the document `named_in`.

    It names no clock: a rulebook that gives none has none.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    named_in = models.CharField("quy chế, văn bản nêu nơi giải quyết", max_length=200)
    chosen_by = models.CharField("cấp có thẩm quyền đã chọn", max_length=160, blank=True, default="")
    reason = models.CharField("lý do chọn", max_length=500, blank=True, default="")
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    set_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "nơi giải quyết kiến nghị"
        constraints = [
            dates_in_order("petition_route_dates_in_order"),
            models.UniqueConstraint(fields=["unit", "start"], name="petition_route_once"),
            models.CheckConstraint(condition=~Q(named_in=""), name="petition_route_is_named_somewhere"),
            models.CheckConstraint(
                condition=Q(chosen_by="", reason="") | (~Q(chosen_by="") & ~Q(reason="")),
                name="petition_route_chosen_with_reason",
            ),
        ]


class Publication(models.Model):
    """Publication (công bố kết quả) of the results of a closed cycle that the head of one unit decided.

    `results` holds the ids of the confirmations in force then, `digest` the SHA-256 over them; no text of opinions.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="publications")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="publications")
    form = models.CharField("hình thức", max_length=10, choices=PublicationForm.Kind)
    form_note = models.CharField("cấp chọn hình thức", max_length=200)
    results = models.JSONField("kết quả được công bố")
    quota_note = models.CharField("lý do công bố khi vượt tỷ lệ khuyến nghị", max_length=1000, blank=True)
    digest = models.CharField("băm nội dung", max_length=64)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("công bố lúc")

    class Meta:
        verbose_name = "công bố kết quả"
        constraints = [models.UniqueConstraint(fields=["cycle", "unit"], name="publication_once_per_cycle_and_unit")]


class ResultReceipt(models.Model):
    """Receipt of a result (xác nhận đã nhận kết quả): by the person it is about, or by the personnel office."""

    class Party(models.TextChoices):
        PERSON = "person", "người được đánh giá"
        OFFICE = "office", "bộ phận tổ chức cán bộ"

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="receipts")
    party = models.CharField("bên nhận", max_length=6, choices=Party)
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, null=True, related_name="receipts")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("nhận lúc")

    class Meta:
        verbose_name = "xác nhận đã nhận kết quả"
        constraints = [
            models.UniqueConstraint(fields=["confirmation"], name="receipt_once_per_result"),
            models.UniqueConstraint(
                fields=["publication"], condition=Q(party="office"), name="receipt_once_per_office"
            ),
            models.CheckConstraint(
                condition=Q(party="person", confirmation__isnull=False) | Q(party="office", confirmation__isnull=True),
                name="receipt_names_its_result",
            ),
        ]


class Decision(models.Model):
    """Decision (văn bản kết quả) of a unit: a list, a notice, a decision, or one that replaces another; frozen.

    `content` is canonical JSON made when it was drafted, `digest` its SHA-256. The office types the number.
    """

    class Kind(models.TextChoices):
        LIST = "list", "danh sách"
        NOTICE = "notice", "thông báo"
        DECISION = "decision", "quyết định"
        REPLACEMENT = "replacement", "quyết định thay thế"

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


class Reopening(models.Model):
    """Reopening (mở lại phiếu của kỳ đã khóa) of one sheet, for a result that replaces it and nothing else.

    Two different people want it, neither of them the person concerned. It ends with the replacement, or is dropped.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "chờ người thứ hai đồng ý"
        OPEN = "open", "đã mở, chờ kết quả thay thế"
        REPLACED = "replaced", "đã khóa lại: có kết quả thay thế"
        DROPPED = "dropped", "đã khóa lại: không thay"

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="reopenings")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="reopenings")
    subject = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    authority_note = models.CharField("vì sao nơi này thay kết quả", max_length=500)
    reason = models.CharField("lý do", max_length=1000)
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("đề nghị lúc")
    agreed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField("đồng ý lúc", null=True)
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("khóa lại lúc", null=True)
    end_reason = models.CharField("vì sao khóa lại", max_length=1000, blank=True)
    replacement = models.OneToOneField(Confirmation, on_delete=models.PROTECT, null=True, related_name="reopening")

    class Meta:
        verbose_name = "mở lại phiếu của kỳ đã khóa"
        constraints = [
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(state__in=("proposed", "open")), name="reopening_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reopening_has_reason"),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("proposed_by")),
                name="reopening_by_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("subject")) & (Q(agreed_by__isnull=True) | ~Q(agreed_by=F("subject"))),
                name="reopening_not_by_the_person_concerned",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "dropped")) | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="reopening_open_is_agreed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "open"), ended_at__isnull=True)
                | Q(state__in=("replaced", "dropped"), ended_at__isnull=False),
                name="reopening_ended_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="replaced", replacement__isnull=False)
                | (~Q(state="replaced") & Q(replacement__isnull=True)),
                name="reopening_replaced_has_result",
            ),
        ]


class Recusal(models.Model):
    """Recusal (từ chối giải quyết kiến nghị) of whoever was to answer it; it goes to a unit above, on the record."""

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="recusals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    passed_to = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("lý do", max_length=1000)
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "từ chối giải quyết kiến nghị"
        constraints = [
            models.UniqueConstraint(fields=["petition", "person"], name="recusal_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="recusal_has_reason"),
            models.CheckConstraint(condition=~Q(unit=F("passed_to")), name="recusal_goes_elsewhere"),
        ]
