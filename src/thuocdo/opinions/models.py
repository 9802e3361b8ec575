from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.cycles.models import Cycle, Member
from thuocdo.opinions.keys import new_key
from thuocdo.opinions.rules import FLOOR
from thuocdo.organisation.models import Person, Unit
from thuocdo.rounds.models import Round, RoundSubject

USER = settings.AUTH_USER_MODEL


class OpinionRound(models.Model):
    """Round of opinions (đợt lấy ý kiến) about people of one unit in one cycle, or about subjects of the year's round:
    on what ground, secret or named, until which day. What is shown to whom is settled before anybody is asked and never
    changed afterwards. `shows_self`: every form shows what the subject rates itself; else every form is blank."""

    class State(models.TextChoices):
        DRAFT = "draft", "đang lập danh sách"
        OPEN = "open", "đang lấy ý kiến"
        CLOSED = "closed", "đã kết thúc"
        DROPPED = "dropped", "đã bỏ"

    class Basis(models.TextChoices):
        RULE = "rule", "quy định áp dụng yêu cầu"
        AGENCY = "agency", "cơ quan chọn"

    class Told(models.TextChoices):
        NOTHING = "nothing", "không xem kết quả"
        FIGURES = "figures", "xem số liệu"
        TEXTS = "texts", "xem số liệu và lời góp ý"

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, null=True, related_name="opinion_rounds")
    year_round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="opinion_rounds")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="opinion_rounds")
    basis = models.CharField("căn cứ", max_length=6, choices=Basis)
    basis_text = models.CharField("văn bản làm căn cứ", max_length=300)
    secret = models.BooleanField("giữ kín người cho ý kiến")
    threshold = models.PositiveSmallIntegerField("số ý kiến ít nhất để công bố")
    shows_self = models.BooleanField("phiếu kèm mức tự nhận", default=False)
    told = models.CharField("người được đánh giá", max_length=8, choices=Told, default=Told.NOTHING)
    closes_on = models.DateField("hạn trả lời")
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField("phiên bản", default=1)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("lập lúc")
    closed_at = models.DateTimeField("kết thúc lúc", null=True)
    answered = models.PositiveIntegerField("số người trả lời", null=True)

    class Meta:
        verbose_name = "đợt lấy ý kiến"
        constraints = [
            models.CheckConstraint(condition=~Q(basis_text=""), name="opinion_round_has_basis"),
            models.CheckConstraint(condition=Q(threshold__gte=FLOOR), name="opinion_round_threshold_floor"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="opinion_round_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(cycle__isnull=False, year_round__isnull=True, shows_self=False)
                | Q(cycle__isnull=True, year_round__isnull=False),
                name="opinion_round_of_a_cycle_or_a_year",
            ),
        ]

    @property
    def _of(self) -> Cycle | Round:
        found = self.cycle if self.cycle is not None else self.year_round
        assert found is not None, "one of the two (a constraint of the table)"
        return found

    @property
    def label(self) -> str:
        """The period, in words."""
        return self._of.label

    @property
    def root_id(self) -> int:
        """The unit whose people may be asked."""
        found = self._of
        return found.unit_id if isinstance(found, Round) else found.root_id


class OpinionQuestion(models.Model):
    """Question of a round (nội dung hỏi ý kiến): points up to a maximum in hundredths, or agree and disagree."""

    class Kind(models.TextChoices):
        POINTS = "points", "cho điểm"
        AGREE = "agree", "đồng ý hoặc không"

    round = models.ForeignKey(OpinionRound, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField("thứ tự")
    label = models.CharField("nội dung hỏi", max_length=200)
    kind = models.CharField("cách trả lời", max_length=6, choices=Kind)
    maximum = models.PositiveIntegerField("điểm tối đa", null=True)

    class Meta:
        verbose_name = "nội dung hỏi ý kiến"
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="opinion_question_number_once"),
            models.CheckConstraint(
                condition=Q(kind="points", maximum__gt=0) | Q(kind="agree", maximum__isnull=True),
                name="opinion_question_points_have_maximum",
            ),
        ]


class OpinionParty(models.Model):
    """Party that is asked (bên được hỏi ý kiến): colleagues, subordinates, …, and the questions within its field. It is
    asked as people, or as bodies: what a body answers bears its name, whether the round is secret or not."""

    class Group(models.TextChoices):
        COLLEAGUE = "colleague", "đồng nghiệp"
        SUBORDINATE = "subordinate", "cấp dưới"
        SUPERIOR = "superior", "cấp trên"
        RELATED = "related", "bên liên quan"
        RESIDENCE = "residence", "cấp ủy nơi cư trú"
        FRONT = "front", "Mặt trận Tổ quốc"
        PUBLIC = "public", "nhân dân"

    class Asks(models.TextChoices):
        PEOPLE = "people", "từng cá nhân"
        BODIES = "bodies", "tập thể, cơ quan"

    round = models.ForeignKey(OpinionRound, on_delete=models.PROTECT, related_name="parties")
    number = models.PositiveSmallIntegerField("thứ tự")
    group = models.CharField("bên", max_length=12, choices=Group)
    asks = models.CharField("hỏi ai", max_length=6, choices=Asks, default=Asks.PEOPLE)
    label = models.CharField("tên bên được hỏi", max_length=120)
    questions = models.JSONField("số thứ tự nội dung hỏi thuộc lĩnh vực")

    class Meta:
        verbose_name = "bên được hỏi ý kiến"
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="opinion_party_number_once")]


class OpinionSubject(models.Model):
    """Whom a round asks about (đối tượng lấy ý kiến): a member of a cycle, or a subject of the year's round. In one
    living round of a cycle or year only, and a person with several procedures of a year once for all of them: two
    results that differ by a few givers would give these away. `self_rating`: what every form shows, where forms are
    not blank."""

    round = models.ForeignKey(OpinionRound, on_delete=models.PROTECT, related_name="subjects")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="opinion_subjects")
    year_round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="+")
    year_subject = models.ForeignKey(
        RoundSubject, on_delete=models.PROTECT, null=True, related_name="opinion_subjects"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    self_rating = models.CharField("mức tự nhận", max_length=200, blank=True)
    living = models.BooleanField("đợt không bị bỏ", default=True)

    class Meta:
        verbose_name = "đối tượng lấy ý kiến"
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(living=True), name="opinion_subject_once_a_cycle"),
            models.UniqueConstraint(
                fields=["year_subject"], condition=Q(living=True), name="opinion_subject_once_a_year"
            ),
            models.UniqueConstraint(
                fields=["year_round", "person"], condition=Q(living=True), name="opinion_person_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=False, year_subject__isnull=True, year_round__isnull=True)
                | Q(member__isnull=True, year_subject__isnull=False, year_round__isnull=False),
                name="opinion_subject_of_a_cycle_or_a_year",
            ),
        ]

    @property
    def _of(self) -> Member | RoundSubject:
        found = self.member if self.member is not None else self.year_subject
        assert found is not None, "one of the two (a constraint of the table)"
        return found

    @property
    def name(self) -> str:
        """Whom or what it is about, in words."""
        found = self._of
        return found.name if isinstance(found, RoundSubject) else found.person.full_name

    @property
    def position(self) -> str:
        return self._of.position

    @property
    def unit_name(self) -> str:
        return self._of.unit.name

    @property
    def about_id(self) -> int | None:
        """The person; None for a collective or an organisation."""
        return self.member.person_id if self.member is not None else self.person_id


class OpinionInvitation(models.Model):
    """Invitation (phiếu lấy ý kiến phát ra): who is asked about whom, as what; `about` is empty for a collective. Says
    nothing about who has answered."""

    party = models.ForeignKey(OpinionParty, on_delete=models.PROTECT, related_name="invitations")
    subject = models.ForeignKey(OpinionSubject, on_delete=models.PROTECT, related_name="invitations")
    about = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    rater = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="opinion_invitations")

    class Meta:
        verbose_name = "phiếu lấy ý kiến phát ra"
        constraints = [
            models.UniqueConstraint(fields=["subject", "rater"], name="opinion_invitation_once"),
            models.CheckConstraint(condition=~Q(rater=F("about")), name="opinion_not_about_oneself"),
        ]

    @property
    def subject_name(self) -> str:
        return self.about.full_name if self.about is not None else self.subject.name


class OpinionReturn(models.Model):
    """Mark that somebody has answered (dấu đã trả lời), while the round is open. No time, no number, nothing that
    leads to an answer; of a secret round it is deleted at closing."""

    key = models.CharField("khóa ngẫu nhiên", max_length=32, primary_key=True, default=new_key)
    round = models.ForeignKey(OpinionRound, on_delete=models.PROTECT, related_name="returns")
    rater = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "dấu đã trả lời"
        constraints = [models.UniqueConstraint(fields=["round", "rater"], name="opinion_returned_once")]


class OpinionEnvelope(models.Model):
    """One sealed answer about one person (phiếu niêm phong), until closing. All envelopes of a round are written anew
    in random order at every answer; nothing says whose they are."""

    key = models.CharField("khóa ngẫu nhiên", max_length=32, primary_key=True, default=new_key)
    round = models.ForeignKey(OpinionRound, on_delete=models.PROTECT, related_name="envelopes")
    sealed = models.BinaryField("nội dung niêm phong")

    class Meta:
        verbose_name = "phiếu niêm phong"


class OpinionTally(models.Model):
    """Frozen count about one person (kết quả lấy ý kiến): forms sent, returned and valid of one party, or of several
    that were merged because they were small; `figures` (canonical JSON) is empty where too few gave an opinion."""

    subject = models.ForeignKey(OpinionSubject, on_delete=models.PROTECT, related_name="tallies")
    number = models.PositiveSmallIntegerField("thứ tự")
    parties = models.CharField("các bên", max_length=1000)
    party_numbers = models.JSONField("số thứ tự các bên", default=list)
    sent = models.PositiveIntegerField("phát ra")
    returned = models.PositiveIntegerField("thu về")
    valid = models.PositiveIntegerField("có ý kiến")
    shown = models.BooleanField("được công bố")
    figures = models.TextField("số liệu", blank=True)

    class Meta:
        verbose_name = "kết quả lấy ý kiến"
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="opinion_tally_number_once"),
            models.CheckConstraint(
                condition=Q(returned__lte=F("sent"), valid__lte=F("returned")), name="opinion_tally_counts_in_order"
            ),
            models.CheckConstraint(condition=Q(shown=True) | Q(figures=""), name="opinion_tally_hidden_is_empty"),
        ]


class Opinion(models.Model):
    """Opened answer (ý kiến) of a tally that is shown: what was answered, by question. Where it is secret no author and
    one question a row; no time, a random key; written with all others of the round at closing."""

    key = models.CharField("khóa ngẫu nhiên", max_length=32, primary_key=True, default=new_key)
    tally = models.ForeignKey(OpinionTally, on_delete=models.PROTECT, related_name="opinions")
    answers = models.TextField("trả lời")
    secret = models.BooleanField("giữ kín")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "ý kiến"
        constraints = [
            models.CheckConstraint(
                condition=Q(secret=True, author__isnull=True) | Q(secret=False, author__isnull=False),
                name="opinion_secret_has_no_author",
            ),
        ]


class OpinionComment(models.Model):
    """Words of an answer (lời góp ý), apart from its marks; rules as for `Opinion`."""

    key = models.CharField("khóa ngẫu nhiên", max_length=32, primary_key=True, default=new_key)
    tally = models.ForeignKey(OpinionTally, on_delete=models.PROTECT, related_name="comments")
    text = models.CharField("lời góp ý", max_length=300)
    secret = models.BooleanField("giữ kín")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "lời góp ý"
        constraints = [
            models.CheckConstraint(
                condition=Q(secret=True, author__isnull=True) | Q(secret=False, author__isnull=False),
                name="opinion_comment_secret_has_no_author",
            ),
        ]


from thuocdo.opinions.bodies.models import OpinionBody, OpinionPaper  # noqa: E402, F401
