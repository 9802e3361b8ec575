from django.db import models


class Chain(models.Model):
    """Audit chain (chuỗi nhật ký) of one unit: its head moves with each event, which locks it."""

    key = models.CharField("mã chuỗi", max_length=40, unique=True)
    seq = models.PositiveBigIntegerField("số thứ tự cuối", default=0)
    head = models.CharField("mã băm cuối", max_length=64, default="")

    class Meta:
        verbose_name = "chuỗi nhật ký"


class Event(models.Model):
    """Audit event (sự kiện nhật ký): append-only, hash-chained; people and objects are opaque references."""

    chain = models.CharField("mã chuỗi", max_length=40)
    seq = models.PositiveBigIntegerField("số thứ tự")
    at = models.DateTimeField("thời điểm")
    code = models.CharField("mã việc", max_length=60)
    actor = models.CharField("người thực hiện", max_length=40)
    on_behalf_of = models.CharField("thay mặt", max_length=40, blank=True)
    data = models.TextField("dữ kiện", default="{}")
    objects_hash = models.CharField("băm các đối tượng", max_length=64)
    previous = models.CharField("mã băm trước", max_length=64, blank=True)
    hash = models.CharField("mã băm", max_length=64)

    class Meta:
        verbose_name = "sự kiện nhật ký"
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="event_seq_once_per_chain")]


class EventObject(models.Model):
    """Object touched by an event (đối tượng của sự kiện), with the digest of its content right after it.

    `revision` counts the events of one object from 1, in whatever chain; an empty digest says removed.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="touched")
    kind = models.CharField("loại", max_length=60)
    key = models.CharField("khóa", max_length=40)
    revision = models.PositiveIntegerField("lần ghi")
    digest = models.CharField("băm nội dung", max_length=64, blank=True)

    class Meta:
        verbose_name = "đối tượng của sự kiện"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "revision"], name="event_object_revision_once")
        ]
