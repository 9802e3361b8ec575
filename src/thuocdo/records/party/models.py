"""Party organisations, membership in a cell, seats on committees, standings: dated facts, nothing else."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.organisation.constraints import dates_in_order
from thuocdo.organisation.models import Person, Unit


class PartyOrganisation(models.Model):
    """Party organisation (tổ chức đảng): a committee's organisation or a cell, beside one unit.

    `paper_above`, `paper_name` and `heading`: what its papers say at upper left and right (`letterheads`).
    """

    class Kind(models.TextChoices):
        PROVINCE = "province", "đảng bộ cấp tỉnh"
        ABOVE_BASE = "above_base", "đảng bộ cấp trên trực tiếp của tổ chức cơ sở đảng"
        BASE = "base", "đảng bộ cơ sở"
        PART = "part", "đảng bộ bộ phận"
        BASE_CELL = "base_cell", "chi bộ cơ sở"
        SUB_CELL = "sub_cell", "chi bộ trực thuộc"

    code = models.CharField("mã tổ chức đảng", max_length=40, unique=True)
    name = models.CharField("tên tổ chức đảng", max_length=200)
    kind = models.CharField("loại", max_length=10, choices=Kind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="party_organisations")
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    paper_above = models.CharField("dòng trên bên trái văn bản", max_length=160, blank=True, default="")
    paper_name = models.CharField("tên ghi trên văn bản", max_length=160, blank=True, default="")
    heading = models.CharField("tiêu đề văn bản", max_length=160, blank=True, default="")

    class Meta:
        verbose_name = "tổ chức đảng"
        constraints = [dates_in_order("party_organisation_dates_in_order")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_cell(self) -> bool:
        """Whether members meet in it."""
        return self.kind in CELLS


CELLS = frozenset({PartyOrganisation.Kind.BASE_CELL, PartyOrganisation.Kind.SUB_CELL})


class PartyLink(models.Model):
    """Party link (quan hệ tổ chức đảng): which organisation is directly under which, from when to when."""

    child = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, related_name="up_links")
    parent = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, related_name="down_links")
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)

    class Meta:
        verbose_name = "quan hệ tổ chức đảng"
        constraints = [
            dates_in_order("party_link_dates_in_order"),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="party_organisation_not_its_own_parent"),
            models.UniqueConstraint(fields=["child", "start"], name="one_party_parent_per_start"),
        ]


class PartyMembership(models.Model):
    """Membership (sinh hoạt đảng) of a person in a cell; `admitted` is the day of admission to the Party."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="party_memberships")
    organisation = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, related_name="memberships")
    admitted = models.DateField("ngày kết nạp")
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)

    class Meta:
        verbose_name = "sinh hoạt đảng"
        constraints = [
            dates_in_order("party_membership_dates_in_order"),
            models.CheckConstraint(condition=Q(admitted__lte=F("start")), name="party_membership_after_admission"),
            models.UniqueConstraint(fields=["person", "start"], name="one_party_membership_per_start"),
        ]


class CommitteeSeat(models.Model):
    """Seat on a Party committee (cấp ủy viên): which committee, in which role, from when to when."""

    class Role(models.TextChoices):
        SECRETARY = "secretary", "bí thư"
        DEPUTY = "deputy", "phó bí thư"
        STANDING = "standing", "ủy viên ban thường vụ"
        MEMBER = "member", "cấp ủy viên"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="committee_seats")
    organisation = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField("chức vụ", max_length=10, choices=Role)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)

    class Meta:
        verbose_name = "cấp ủy viên"
        constraints = [
            dates_in_order("committee_seat_dates_in_order"),
            models.UniqueConstraint(fields=["person", "organisation", "start"], name="committee_seat_once"),
        ]


class PartyStanding(models.Model):
    """Standing of a member (tình trạng sinh hoạt đảng) that a rule asks for (QĐ 366 Điều 5; HD 43 mục 7.6, 7.7). Who is
    a key cadre no text read lists: an officer says so, for the criteria that a province adds (Gia Lai 2017).

    What was written by mistake is `withdrawn` with a reason and stays to be read; whoever asks for standings asks for
    those with `withdrawn_at=None`.
    """

    class Kind(models.TextChoices):
        EXCUSED = "excused", "miễn công tác và sinh hoạt đảng"
        SUSPENDED = "suspended", "đình chỉ sinh hoạt đảng"
        OFF_COMMITTEE = "off_committee", "đình chỉ sinh hoạt cấp ủy"
        TEMPORARY = "temporary", "sinh hoạt đảng tạm thời ở nơi khác"
        KEY_CADRE = "key_cadre", "cán bộ chủ chốt"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="party_standings")
    kind = models.CharField("tình trạng", max_length=13, choices=Kind)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    withdrawn_at = models.DateTimeField("rút lại lúc", null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="người rút lại"
    )
    withdrawn_reason = models.CharField("lý do rút lại", max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "tình trạng sinh hoạt đảng"
        constraints = [
            dates_in_order("party_standing_dates_in_order"),
            models.UniqueConstraint(
                fields=["person", "kind", "start"], condition=Q(withdrawn_at=None), name="party_standing_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="party_standing_withdrawn_with_reason",
            ),
        ]
