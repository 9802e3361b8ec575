import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import thuocdo.opinions.keys
from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("cycles", "0003_runs"),
        ("organisation", "0005_search_entries"),
    ]

    operations = together(
        migrations.CreateModel(
            name="OpinionRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "basis",
                    models.CharField(
                        choices=[("rule", "quy định áp dụng yêu cầu"), ("agency", "cơ quan chọn")],
                        max_length=6,
                        verbose_name="căn cứ",
                    ),
                ),
                ("basis_text", models.CharField(max_length=300, verbose_name="văn bản làm căn cứ")),
                ("secret", models.BooleanField(verbose_name="giữ kín người cho ý kiến")),
                ("threshold", models.PositiveSmallIntegerField(verbose_name="số ý kiến ít nhất để công bố")),
                (
                    "told",
                    models.CharField(
                        choices=[
                            ("nothing", "không xem kết quả"),
                            ("figures", "xem số liệu"),
                            ("texts", "xem số liệu và lời góp ý"),
                        ],
                        default="nothing",
                        max_length=8,
                        verbose_name="người được đánh giá",
                    ),
                ),
                ("closes_on", models.DateField(verbose_name="hạn trả lời")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "đang lập danh sách"),
                            ("open", "đang lấy ý kiến"),
                            ("closed", "đã kết thúc"),
                            ("dropped", "đã bỏ"),
                        ],
                        default="draft",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                ("made_at", models.DateTimeField(verbose_name="lập lúc")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="kết thúc lúc")),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="opinion_rounds", to="cycles.cycle"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinion_rounds",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "đợt lấy ý kiến",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("basis_text", ""), _negated=True), name="opinion_round_has_basis"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("threshold__gte", 3)), name="opinion_round_threshold_floor"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="opinion_round_closed_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpinionReturn",
            fields=[
                (
                    "key",
                    models.CharField(
                        default=thuocdo.opinions.keys.new_key,
                        max_length=32,
                        primary_key=True,
                        serialize=False,
                        verbose_name="khóa ngẫu nhiên",
                    ),
                ),
                (
                    "rater",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="opinions.opinionround"
                    ),
                ),
            ],
            options={
                "verbose_name": "dấu đã trả lời",
                "constraints": [models.UniqueConstraint(fields=("round", "rater"), name="opinion_returned_once")],
            },
        ),
        migrations.CreateModel(
            name="OpinionQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="thứ tự")),
                ("label", models.CharField(max_length=200, verbose_name="nội dung hỏi")),
                (
                    "kind",
                    models.CharField(
                        choices=[("points", "cho điểm"), ("agree", "đồng ý hoặc không")],
                        max_length=6,
                        verbose_name="cách trả lời",
                    ),
                ),
                ("maximum", models.PositiveIntegerField(null=True, verbose_name="điểm tối đa")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="opinions.opinionround",
                    ),
                ),
            ],
            options={
                "verbose_name": "nội dung hỏi ý kiến",
                "constraints": [
                    models.UniqueConstraint(fields=("round", "number"), name="opinion_question_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "points"), ("maximum__gt", 0)),
                            models.Q(("kind", "agree"), ("maximum__isnull", True)),
                            _connector="OR",
                        ),
                        name="opinion_question_points_have_maximum",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpinionParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="thứ tự")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("colleague", "đồng nghiệp"),
                            ("subordinate", "cấp dưới"),
                            ("superior", "cấp trên"),
                            ("related", "bên liên quan"),
                        ],
                        max_length=12,
                        verbose_name="bên",
                    ),
                ),
                ("label", models.CharField(max_length=120, verbose_name="tên bên được hỏi")),
                ("questions", models.JSONField(verbose_name="số thứ tự nội dung hỏi thuộc lĩnh vực")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parties", to="opinions.opinionround"
                    ),
                ),
            ],
            options={
                "verbose_name": "bên được hỏi ý kiến",
                "constraints": [models.UniqueConstraint(fields=("round", "number"), name="opinion_party_number_once")],
            },
        ),
        migrations.CreateModel(
            name="OpinionEnvelope",
            fields=[
                (
                    "key",
                    models.CharField(
                        default=thuocdo.opinions.keys.new_key,
                        max_length=32,
                        primary_key=True,
                        serialize=False,
                        verbose_name="khóa ngẫu nhiên",
                    ),
                ),
                ("sealed", models.BinaryField(verbose_name="nội dung niêm phong")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="envelopes",
                        to="opinions.opinionround",
                    ),
                ),
            ],
            options={
                "verbose_name": "phiếu niêm phong",
            },
        ),
        migrations.CreateModel(
            name="OpinionSubject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("living", models.BooleanField(default=True, verbose_name="đợt không bị bỏ")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="opinion_subjects", to="cycles.member"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="subjects", to="opinions.opinionround"
                    ),
                ),
            ],
            options={
                "verbose_name": "người được lấy ý kiến",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("living", True)), fields=("member",), name="opinion_subject_once_a_cycle"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpinionInvitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "about",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "rater",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinion_invitations",
                        to="organisation.person",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="opinions.opinionparty",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="opinions.opinionsubject",
                    ),
                ),
            ],
            options={
                "verbose_name": "phiếu lấy ý kiến phát ra",
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "rater"), name="opinion_invitation_once"),
                    models.CheckConstraint(
                        condition=models.Q(("rater", models.F("about")), _negated=True),
                        name="opinion_not_about_oneself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpinionTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="thứ tự")),
                ("parties", models.CharField(max_length=1000, verbose_name="các bên")),
                ("sent", models.PositiveIntegerField(verbose_name="phát ra")),
                ("returned", models.PositiveIntegerField(verbose_name="thu về")),
                ("valid", models.PositiveIntegerField(verbose_name="có ý kiến")),
                ("shown", models.BooleanField(verbose_name="được công bố")),
                ("figures", models.TextField(blank=True, verbose_name="số liệu")),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tallies",
                        to="opinions.opinionsubject",
                    ),
                ),
            ],
            options={
                "verbose_name": "kết quả lấy ý kiến",
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "number"), name="opinion_tally_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("returned__lte", models.F("sent")), ("valid__lte", models.F("returned"))),
                        name="opinion_tally_counts_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shown", True), ("figures", ""), _connector="OR"),
                        name="opinion_tally_hidden_is_empty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpinionComment",
            fields=[
                (
                    "key",
                    models.CharField(
                        default=thuocdo.opinions.keys.new_key,
                        max_length=32,
                        primary_key=True,
                        serialize=False,
                        verbose_name="khóa ngẫu nhiên",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="lời góp ý")),
                ("secret", models.BooleanField(verbose_name="giữ kín")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "tally",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="opinions.opiniontally"
                    ),
                ),
            ],
            options={
                "verbose_name": "lời góp ý",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("author__isnull", True), ("secret", True)),
                            models.Q(("author__isnull", False), ("secret", False)),
                            _connector="OR",
                        ),
                        name="opinion_comment_secret_has_no_author",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                (
                    "key",
                    models.CharField(
                        default=thuocdo.opinions.keys.new_key,
                        max_length=32,
                        primary_key=True,
                        serialize=False,
                        verbose_name="khóa ngẫu nhiên",
                    ),
                ),
                ("answers", models.TextField(verbose_name="trả lời")),
                ("secret", models.BooleanField(verbose_name="giữ kín")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "tally",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="opinions", to="opinions.opiniontally"
                    ),
                ),
            ],
            options={
                "verbose_name": "ý kiến",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("author__isnull", True), ("secret", True)),
                            models.Q(("author__isnull", False), ("secret", False)),
                            _connector="OR",
                        ),
                        name="opinion_secret_has_no_author",
                    )
                ],
            },
        ),
    )
