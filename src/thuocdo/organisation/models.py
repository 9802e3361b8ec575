from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.organisation.changes.models import (
    Departure,
    PersonMerge,
    PersonName,
    Placement,
    Reorganisation,
    Succession,
)
from thuocdo.organisation.constraints import dates_in_order
from thuocdo.organisation.duties.models import ActingHead, Contact, Delegation, DelegationCover, DeputyField
from thuocdo.organisation.finding.models import SearchEntry

__all__ = [
    "ActingHead", "Contact", "Delegation", "DelegationCover", "Departure", "DeputyField", "Employment", "Person",
    "PersonMerge", "PersonName", "Placement", "Reorganisation", "Role", "SearchEntry", "Succession", "Unit", "UnitLink",
]


class Unit(models.Model):
    """Unit (đơn vị): a node of the trees: a place, an agency, or a component unit of an agency."""

    class Kind(models.TextChoices):
        PLACE = "place", "địa bàn"
        AGENCY = "agency", "cơ quan sử dụng"
        COMPONENT = "component", "đơn vị trực tiếp sử dụng"

    code = models.CharField("mã đơn vị", max_length=40, unique=True)
    name = models.CharField("tên đơn vị", max_length=200)
    kind = models.CharField("loại", max_length=10, choices=Kind)
    order = models.PositiveIntegerField("thứ tự", default=0)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)

    class Meta:
        verbose_name = "đơn vị"
        constraints = [dates_in_order("unit_dates_in_order")]
        indexes = [models.Index(fields=["order", "code", "id"], name="unit_in_order")]

    def __str__(self) -> str:
        return self.name


class UnitLink(models.Model):
    """Link between units (quan hệ đơn vị), dated, in one of several trees."""

    class Tree(models.TextChoices):
        STRUCTURE = "structure", "thuộc về"
        MANAGEMENT = "management", "cơ quan quản lý công chức"
        SUCCESSION = "succession", "đơn vị kế tiếp giữ hồ sơ"

    tree = models.CharField("cây", max_length=12, choices=Tree)
    child = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="up_links")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="down_links")
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)

    class Meta:
        verbose_name = "quan hệ đơn vị"
        constraints = [
            dates_in_order("unit_link_dates_in_order"),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="unit_not_its_own_parent"),
            models.UniqueConstraint(fields=["tree", "child", "start"], name="one_parent_per_tree_and_start"),
        ]


class Person(models.Model):
    """Person (người): identified by the staff code alone; a name is never an identity."""

    code = models.CharField("mã cán bộ", max_length=40, unique=True)
    full_name = models.CharField("họ và tên", max_length=120)
    sort_key = models.CharField("khóa sắp xếp", max_length=600, db_index=True)
    search_key = models.CharField("khóa tìm", max_length=120, db_index=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="person"
    )

    class Meta:
        verbose_name = "người"
        indexes = [models.Index(fields=["sort_key", "code"], name="person_in_order")]

    def __str__(self) -> str:
        return self.full_name


class Employment(models.Model):
    """Employment (vị trí công tác): where a person serves, in which kind and post, from when to when."""

    class Kind(models.TextChoices):
        CADRE = "cadre", "cán bộ"
        CIVIL_SERVANT = "civil_servant", "công chức"
        PUBLIC_EMPLOYEE = "public_employee", "viên chức"
        CONTRACT_WORKER = "contract_worker", "người lao động hợp đồng"

    class Leadership(models.TextChoices):
        NONE = "none", "không giữ chức vụ"
        HEAD = "head", "người đứng đầu"
        DEPUTY = "deputy", "cấp phó"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="employments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="employments")
    kind = models.CharField("đối tượng", max_length=16, choices=Kind)
    position = models.CharField("chức vụ, chức danh", max_length=160)
    leadership = models.CharField("vai trò", max_length=6, choices=Leadership)
    task_group = models.CharField("nhóm nhiệm vụ tương đồng", max_length=80, blank=True)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)

    class Meta:
        verbose_name = "vị trí công tác"
        constraints = [
            dates_in_order("employment_dates_in_order"),
            models.UniqueConstraint(fields=["person", "unit", "start"], name="employment_once"),
        ]
        indexes = [models.Index(fields=["end"], condition=models.Q(end__isnull=False), name="employment_ended")]


class Role(models.Model):
    """Role (vai trò) given to a person over a unit and what is below it, from when to when."""

    class Kind(models.TextChoices):
        OFFICER = "officer", "cán bộ tổ chức"
        TASK_GIVER = "task_giver", "người giao việc"
        INSPECTOR = "inspector", "người kiểm tra"
        ENTERER = "enterer", "người nhập bản giấy"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField("vai trò", max_length=12, choices=Kind)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "vai trò"
        constraints = [dates_in_order("role_dates_in_order")]
