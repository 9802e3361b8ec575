import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("appraisals", "0003_remark_evaluator"),
        ("organisation", "0001_initial"),
    ]

    operations = together(
        migrations.CreateModel(
            name="Difficulty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("article", "điều luật"),
                            ("point", "điểm luật còn để ngỏ"),
                            ("result", "một dòng trong kết quả của mình"),
                        ],
                        max_length=8,
                        verbose_name="về",
                    ),
                ),
                ("rulebook", models.CharField(max_length=80, verbose_name="bộ quy tắc")),
                ("overlays", models.JSONField(default=list, verbose_name="quy chế bổ sung")),
                ("article", models.CharField(blank=True, max_length=120, verbose_name="mã điều")),
                ("article_words", models.CharField(max_length=600, verbose_name="điều")),
                ("item", models.CharField(blank=True, max_length=200, verbose_name="mã dòng hoặc điểm luật")),
                ("item_words", models.CharField(blank=True, max_length=600, verbose_name="dòng hoặc điểm luật")),
                ("text", models.TextField(verbose_name="vướng mắc")),
                ("proposal", models.TextField(blank=True, verbose_name="đề xuất")),
                ("search_key", models.TextField(verbose_name="khóa tìm")),
                ("raised_at", models.DateTimeField(verbose_name="nêu lúc")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "chờ trả lời"),
                            ("answered", "đã trả lời"),
                            ("published", "đã công bố cách hiểu"),
                            ("merged", "đã gộp"),
                            ("withdrawn", "người nêu đã rút"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="trạng thái",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                ("changed_at", models.DateTimeField(verbose_name="thay đổi lúc")),
                ("answer", models.TextField(blank=True, verbose_name="trả lời")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="trả lời lúc")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="difficulties",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="difficulties.difficulty",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appraisals.sheet"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "vướng mắc",
                "indexes": [
                    models.Index(fields=["holder", "state"], name="difficulty_by_holder"),
                    models.Index(fields=["rulebook", "article"], name="difficulty_by_article"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="difficulty_has_text"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("state", "merged")),
                            models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into__isnull", True)),
                            _connector="OR",
                        ),
                        name="difficulty_merged_into_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="difficulty_not_merged_into_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("state__in", ("answered", "published")),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state__in", ("answered", "published")), _negated=True),
                                ("answer", ""),
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="difficulty_answer_has_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by__isnull", True),
                            models.Q(("answered_by", models.F("author")), _negated=True),
                            _connector="OR",
                        ),
                        name="difficulty_not_answered_by_author",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("about", "result"), ("sheet__isnull", False)),
                            models.Q(models.Q(("about", "result"), _negated=True), ("sheet__isnull", True)),
                            _connector="OR",
                        ),
                        name="difficulty_on_result_has_sheet",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AcceptedReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rulebook", models.CharField(max_length=80, verbose_name="bộ quy tắc")),
                ("article", models.CharField(max_length=120, verbose_name="mã điều")),
                ("article_words", models.CharField(max_length=600, verbose_name="điều")),
                ("question", models.TextField(verbose_name="vướng mắc, bản công bố")),
                ("text", models.TextField(verbose_name="cách hiểu")),
                ("search_key", models.TextField(verbose_name="khóa tìm")),
                ("start", models.DateField(verbose_name="áp dụng từ ngày")),
                ("published_at", models.DateTimeField(verbose_name="công bố lúc")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="thôi công bố lúc")),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "difficulty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="difficulties.difficulty",
                    ),
                ),
            ],
            options={
                "verbose_name": "cách hiểu đã công bố",
                "indexes": [models.Index(fields=["rulebook", "article"], name="reading_by_article")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("difficulty",),
                        name="one_reading_per_difficulty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True), models.Q(("question", ""), _negated=True)
                        ),
                        name="reading_has_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DifficultyStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("raised", "nêu vướng mắc"),
                            ("withdrawn", "người nêu rút lại"),
                            ("answered", "trả lời"),
                            ("published", "công bố cách hiểu"),
                            ("merged", "gộp vào vướng mắc khác"),
                            ("sent_up", "gửi cấp trên"),
                            ("taken_back", "lấy lại từ cấp trên"),
                            ("reopened", "mở lại"),
                        ],
                        max_length=10,
                        verbose_name="việc",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="nội dung")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "difficulty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="difficulties.difficulty"
                    ),
                ),
                (
                    "from_unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "to_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "bước xử lý vướng mắc",
                "indexes": [models.Index(fields=["to_unit"], name="difficulty_step_by_unit")],
            },
        ),
    )
