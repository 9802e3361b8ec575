"""Reports of a review and the defects they name."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from thuocdo.organisation.models import Person
from thuocdo.rounds.models import Round, RoundSubject

USER = settings.AUTH_USER_MODEL


class ReviewDraft(models.Model):
    """Working copy (bản đang viết) of a report: `owner` is `p<person>` for the texts that all procedures of a person
    share in the round, `s<subject>` for what belongs to one of them. `typed` is canonical JSON, kept as typed."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="review_drafts")
    owner = models.CharField("của ai", max_length=30)
    typed = models.TextField("nội dung", default="{}")
    version = models.PositiveIntegerField("phiên bản", default=1)
    saved_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField("lưu lúc")

    class Meta:
        verbose_name = "bản đang viết"
        constraints = [models.UniqueConstraint(fields=["round", "owner"], name="review_draft_once")]


class ReviewReport(models.Model):
    """Filed report (bản kiểm điểm) of one subject: added and never changed; the highest number is in force.

    `content` (canonical JSON): `layout`, `texts` by head or block, `marks` in hundredths or grades by row, `level` that
    the subject takes for itself, `defects` and `past` (those of the year before with their state), `months` as they
    were. `sent_on` is the day on which those who will meet could read a draft.
    """

    class Stage(models.TextChoices):
        DRAFT = "draft", "dự thảo gửi người dự họp"
        FINAL = "final", "hoàn chỉnh sau hội nghị"

    SOURCE = "reviews.reviewreport"

    subject = models.ForeignKey(RoundSubject, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField("lần")
    stage = models.CharField("bản", max_length=5, choices=Stage)
    layout = models.CharField("mẫu", max_length=64)
    content = models.TextField("nội dung")
    digest = models.CharField("băm nội dung", max_length=64)
    sent_on = models.DateField("ngày gửi")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    by_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "bản kiểm điểm"
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="review_report_number_once")]


class Defect(models.Model):
    """Defect (hạn chế, khuyết điểm) of a person or collective, pointed out in the review of `year`.

    `owner` stays the same from round to round: `p<person>`, or the key of a collective in its rounds; `subject` is
    where it was written down. One that was dropped keeps its reason and counts nowhere.
    """

    class Source(models.TextChoices):
        SELF = "self", "tự nhận"
        MEETING = "meeting", "hội nghị chỉ ra"
        PROMPT = "prompt", "gợi ý kiểm điểm"
        AUTHORITY = "authority", "cấp trên kết luận"

    subject = models.ForeignKey(RoundSubject, on_delete=models.PROTECT, related_name="defects")
    owner = models.CharField("của ai", max_length=70)
    year = models.PositiveSmallIntegerField("năm kiểm điểm")
    text = models.CharField("hạn chế, khuyết điểm", max_length=1000)
    cause = models.CharField("nguyên nhân", max_length=1000, blank=True)
    source = models.CharField("ai chỉ ra", max_length=9, choices=Source)
    dropped_reason = models.CharField("lý do bỏ", max_length=500, blank=True)
    dropped_at = models.DateTimeField("bỏ lúc", null=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "hạn chế, khuyết điểm"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="defect_has_text"),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True) | ~Q(dropped_reason=""), name="defect_dropped_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["owner", "year"], name="defect_of_year")]


class ReviewPrompt(models.Model):
    """Review prompt (gợi ý kiểm điểm) of a superior committee to one subject; its points are answered in the report.
    `half_days`: how long it wants the meeting to be, where it said so."""

    subject = models.OneToOneField(RoundSubject, on_delete=models.PROTECT, related_name="prompt")
    number = models.CharField("số văn bản", max_length=80)
    issued_on = models.DateField("ngày văn bản")
    half_days = models.PositiveSmallIntegerField("số buổi họp ít nhất", null=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "gợi ý kiểm điểm"


class PromptPoint(models.Model):
    """Point of a prompt (điểm gợi ý), and what whoever issued it says of the answer."""

    class Follow(models.TextChoices):
        WAITING = "waiting", "chờ theo dõi"
        MET = "met", "đã làm rõ"
        UNMET = "unmet", "chưa rõ, còn theo dõi"

    prompt = models.ForeignKey(ReviewPrompt, on_delete=models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField("thứ tự")
    text = models.CharField("nội dung gợi ý", max_length=1000)
    follow = models.CharField("theo dõi", max_length=7, choices=Follow, default=Follow.WAITING)
    words = models.CharField("nhận xét", max_length=1000, blank=True)
    followed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    followed_at = models.DateTimeField("theo dõi lúc", null=True)

    class Meta:
        verbose_name = "điểm gợi ý"
        constraints = [models.UniqueConstraint(fields=["prompt", "number"], name="prompt_point_once")]


class DefectDuty(models.Model):
    """Duty for a defect (trách nhiệm đối với khuyết điểm) of a collective: which of its people, and what that person
    says."""

    class Answer(models.TextChoices):
        WAITING = "waiting", "chờ trả lời"
        ACCEPTED = "accepted", "nhận trách nhiệm"
        DISPUTED = "disputed", "có ý kiến khác"

    defect = models.ForeignKey(Defect, on_delete=models.PROTECT, related_name="duties")
    subject = models.ForeignKey(RoundSubject, on_delete=models.PROTECT, related_name="duties")
    words = models.CharField("trách nhiệm", max_length=500)
    answer = models.CharField("trả lời", max_length=8, choices=Answer, default=Answer.WAITING)
    said = models.CharField("ý kiến", max_length=1000, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ghi lúc")
    answered_at = models.DateTimeField("trả lời lúc", null=True)

    class Meta:
        verbose_name = "trách nhiệm đối với khuyết điểm"
        constraints = [models.UniqueConstraint(fields=["defect", "subject"], name="defect_duty_once")]


class Remedy(models.Model):
    """Remedy (biện pháp khắc phục) of a defect: measure, who, by when. It is fixed when somebody other than who carries
    it out has confirmed that, and withdrawn when somebody other than who asked has."""

    class State(models.TextChoices):
        OPEN = "open", "chưa khắc phục"
        DOING = "doing", "đang khắc phục"
        CLAIMED = "claimed", "báo đã khắc phục, chờ xác nhận"
        FIXED = "fixed", "đã khắc phục"
        WRONG = "wrong", "xin rút vì ghi nhầm, chờ xác nhận"
        DROPPED = "dropped", "đã rút vì ghi nhầm"

    defect = models.ForeignKey(Defect, on_delete=models.PROTECT, related_name="remedies")
    measure = models.CharField("biện pháp", max_length=1000)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="remedies")
    due = models.DateField("thời hạn")
    state = models.CharField("tình trạng", max_length=7, choices=State, default=State.OPEN)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "biện pháp khắc phục"
        indexes = [models.Index(fields=["person", "state"], name="remedy_of_person")]


class RemedyStep(models.Model):
    """Step of a remedy (tiến độ khắc phục): added and never changed. `words`: the degree, what stands in the way."""

    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField("tình trạng", max_length=7, choices=Remedy.State)
    words = models.CharField("mức độ, khó khăn, vướng mắc", max_length=1000)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    by_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    carried_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "tiến độ khắc phục"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="fixed") | Q(by_person__isnull=True) | ~Q(by_person=models.F("carried_by")),
                name="remedy_not_confirmed_by_its_own",
            )
        ]


class ReviewMeeting(models.Model):
    """Review meeting (hội nghị kiểm điểm): one may serve several procedures. Lengths are in half days.

    `exception`: why a term of the rulebook was not kept; `terms` says which, with its article, and stays on the
    minutes.
    """

    class State(models.TextChoices):
        CALLED = "called", "đã triệu tập"
        HELD = "held", "đã họp"
        DROPPED = "dropped", "không họp"
        WITHDRAWN = "withdrawn", "đã hủy vì ghi nhầm"

    SOURCE = "reviews.reviewmeeting"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="review_meetings")
    on = models.DateField("ngày họp")
    half_days = models.PositiveSmallIntegerField("số buổi")
    place = models.CharField("nơi họp", max_length=200)
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.CALLED)
    chair = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    secretary = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    conclusion = models.TextField("kết luận của chủ trì", blank=True)
    terms = models.JSONField("quy định không giữ được", default=list)
    exception = models.CharField("lý do", max_length=1000, blank=True)
    version = models.PositiveIntegerField("phiên bản", default=1)
    called_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField("triệu tập lúc")
    held_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    held_at = models.DateTimeField("ghi đã họp lúc", null=True)

    class Meta:
        verbose_name = "hội nghị kiểm điểm"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="held")
                | Q(chair__isnull=False, secretary__isnull=False, held_by__isnull=False, held_at__isnull=False),
                name="review_meeting_held_whole",
            ),
        ]


class MeetingSubject(models.Model):
    """Subject of a meeting (đối tượng kiểm điểm tại hội nghị): of one meeting that counts at a time."""

    meeting = models.ForeignKey(ReviewMeeting, on_delete=models.PROTECT, related_name="subjects")
    subject = models.ForeignKey(RoundSubject, on_delete=models.PROTECT, related_name="meetings")
    counts = models.BooleanField("được tính", default=True)

    class Meta:
        verbose_name = "đối tượng kiểm điểm tại hội nghị"
        constraints = [
            models.UniqueConstraint(fields=["subject"], condition=Q(counts=True), name="reviewed_in_one_meeting")
        ]


class MeetingSeat(models.Model):
    """Seat at a meeting (người được triệu tập): whether the person came."""

    meeting = models.ForeignKey(ReviewMeeting, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    present = models.BooleanField("có mặt", null=True)

    class Meta:
        verbose_name = "người được triệu tập"
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="meeting_seat_once")]


class MeetingComment(models.Model):
    """Comment at a meeting (ý kiến góp ý tại hội nghị) on one subject, and its answer."""

    class Answer(models.TextChoices):
        WAITING = "waiting", "chưa trả lời"
        TAKEN = "taken", "tiếp thu"
        EXPLAINED = "explained", "giải trình"

    meeting = models.ForeignKey(ReviewMeeting, on_delete=models.PROTECT, related_name="comments")
    subject = models.ForeignKey(RoundSubject, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.CharField("ý kiến", max_length=2000)
    answer = models.CharField("trả lời", max_length=9, choices=Answer, default=Answer.WAITING)
    said = models.CharField("nội dung trả lời", max_length=2000, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "ý kiến góp ý tại hội nghị"


from thuocdo.reviews.minutes.models import MeetingMinutes, MeetingScan, MeetingWithdrawal  # noqa: E402, F401
from thuocdo.reviews.planned.models import RemedyWork  # noqa: E402, F401
from thuocdo.reviews.scoring.models import Recognition, SelfScore  # noqa: E402, F401
