"""What only a ballot on phones has. Neither table holds a time, a person or a key that grows with arrival: who looks
into the database, its log or its copies, finds no order in them (tests/ballots_attack)."""

from django.db import models
from django.db.models import Q


class TokenRequest(models.Model):
    """Request for a token (yêu cầu nhận phiếu): the blinded message of one voter and the committee's blind signature.
    The primary key is the voter, so nobody asks twice. Deleted at closing; the number stays."""

    elector = models.OneToOneField(
        "ballots.Elector", on_delete=models.PROTECT, primary_key=True, related_name="token_request"
    )
    blinded = models.CharField("thông điệp đã che", max_length=768)
    blind_signature = models.CharField("chữ ký mù", max_length=768, blank=True)

    class Meta:
        verbose_name = "yêu cầu nhận phiếu"
        constraints = [models.CheckConstraint(condition=~Q(blinded=""), name="token_request_is_blinded")]


class Cast(models.Model):
    """Cast (phiếu đã bỏ): a token and a sealed choice, by ballot and serial. Written in batches of at least five, all
    of them anew in the order of serials when the ballot closes."""

    pk = models.CompositePrimaryKey("ballot_id", "serial")
    ballot = models.ForeignKey("ballots.Ballot", on_delete=models.PROTECT, related_name="casts", db_index=False)
    serial = models.CharField("số phiếu", max_length=64)
    key = models.CharField("khóa dùng một lần", max_length=130)
    prefix = models.CharField("tiền tố", max_length=64)
    signature = models.CharField("chữ ký của ban kiểm phiếu", max_length=768)
    sealed = models.TextField("lựa chọn niêm phong")
    proof = models.CharField("chữ ký của người bỏ", max_length=128)

    class Meta:
        verbose_name = "phiếu đã bỏ"
