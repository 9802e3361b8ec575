from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.appraisals.models import Sheet
from thuocdo.organisation.models import Unit

USER = settings.AUTH_USER_MODEL


class Difficulty(models.Model):
    """Difficulty with the rules (vướng mắc): what somebody finds unclear or unfit in an article, and the answer.

    `unit` is where the author serves, `holder` the unit whose officers have it now. The author's name is for
    those officers alone.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "chờ trả lời"
        ANSWERED = "answered", "đã trả lời"
        PUBLISHED = "published", "đã công bố cách hiểu"
        MERGED = "merged", "đã gộp"
        WITHDRAWN = "withdrawn", "người nêu đã rút"

    class About(models.TextChoices):
        ARTICLE = "article", "điều luật"
        POINT = "point", "điểm luật còn để ngỏ"
        RESULT = "result", "một dòng trong kết quả của mình"

    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="difficulties")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    about = models.CharField("về", max_length=8, choices=About)
    rulebook = models.CharField("bộ quy tắc", max_length=80)
    overlays = models.JSONField("quy chế bổ sung", default=list)
    article = models.CharField("mã điều", max_length=120, blank=True)
    article_words = models.CharField("điều", max_length=600)
    item = models.CharField("mã dòng hoặc điểm luật", max_length=200, blank=True)
    item_words = models.CharField("dòng hoặc điểm luật", max_length=600, blank=True)
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField("vướng mắc")
    proposal = models.TextField("đề xuất", blank=True)
    search_key = models.TextField("khóa tìm")
    raised_at = models.DateTimeField("nêu lúc")
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.WAITING)
    version = models.PositiveIntegerField("phiên bản", default=1)
    changed_at = models.DateTimeField("thay đổi lúc")
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    answer = models.TextField("trả lời", blank=True)
    answered_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("trả lời lúc", null=True)

    class Meta:
        verbose_name = "vướng mắc"
        indexes = [
            models.Index(fields=["holder", "state"], name="difficulty_by_holder"),
            models.Index(fields=["rulebook", "article"], name="difficulty_by_article"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="difficulty_has_text"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="difficulty_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="difficulty_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=("answered", "published"), answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer="")
                )
                | (
                    ~Q(state__in=("answered", "published"))
                    & Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                ),
                name="difficulty_answer_has_words",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("author")),
                name="difficulty_not_answered_by_author",
            ),
            models.CheckConstraint(
                condition=Q(about="result", sheet__isnull=False) | (~Q(about="result") & Q(sheet__isnull=True)),
                name="difficulty_on_result_has_sheet",
            ),
        ]


class DifficultyStep(models.Model):
    """Step of a difficulty (bước xử lý vướng mắc): who did what, when, and which unit has it then; added only."""

    class Kind(models.TextChoices):
        RAISED = "raised", "nêu vướng mắc"
        WITHDRAWN = "withdrawn", "người nêu rút lại"
        ANSWERED = "answered", "trả lời"
        PUBLISHED = "published", "công bố cách hiểu"
        MERGED = "merged", "gộp vào vướng mắc khác"
        SENT_UP = "sent_up", "gửi cấp trên"
        TAKEN_BACK = "taken_back", "lấy lại từ cấp trên"
        REOPENED = "reopened", "mở lại"

    difficulty = models.ForeignKey(Difficulty, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField("việc", max_length=10, choices=Kind)
    text = models.TextField("nội dung", blank=True)
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "bước xử lý vướng mắc"
        indexes = [models.Index(fields=["to_unit"], name="difficulty_step_by_unit")]


class AcceptedReading(models.Model):
    """Accepted reading (cách hiểu đã công bố) of an article: by which unit, from which day; it changes no figure."""

    difficulty = models.ForeignKey(Difficulty, on_delete=models.PROTECT, related_name="readings")
    rulebook = models.CharField("bộ quy tắc", max_length=80)
    article = models.CharField("mã điều", max_length=120)
    article_words = models.CharField("điều", max_length=600)
    question = models.TextField("vướng mắc, bản công bố")
    text = models.TextField("cách hiểu")
    search_key = models.TextField("khóa tìm")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    start = models.DateField("áp dụng từ ngày")
    published_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField("công bố lúc")
    ended_at = models.DateTimeField("thôi công bố lúc", null=True)

    class Meta:
        verbose_name = "cách hiểu đã công bố"
        indexes = [models.Index(fields=["rulebook", "article"], name="reading_by_article")]
        constraints = [
            models.UniqueConstraint(
                fields=["difficulty"], condition=Q(ended_at__isnull=True), name="one_reading_per_difficulty"
            ),
            models.CheckConstraint(condition=~Q(text="") & ~Q(question=""), name="reading_has_words"),
        ]
