import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("appraisals", "0004_petition_clock"),
        ("cycles", "0002_rule_decision"),
        ("organisation", "0001_initial"),
    ]

    operations = together(
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("list", "danh sách"),
                            ("notice", "thông báo"),
                            ("decision", "quyết định"),
                            ("replacement", "quyết định thay thế"),
                        ],
                        max_length=12,
                        verbose_name="loại văn bản",
                    ),
                ),
                ("subject", models.CharField(max_length=300, verbose_name="trích yếu")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "dự thảo"),
                            ("issued", "đã ban hành"),
                            ("replaced", "đã được thay thế"),
                            ("dropped", "bỏ dự thảo"),
                        ],
                        default="draft",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=10, verbose_name="số")),
                ("symbol", models.CharField(blank=True, max_length=40, verbose_name="ký hiệu")),
                ("number_year", models.PositiveSmallIntegerField(null=True, verbose_name="năm của số")),
                ("signed_on", models.DateField(null=True, verbose_name="ngày ký")),
                ("place", models.CharField(blank=True, max_length=80, verbose_name="địa danh")),
                (
                    "signing_form",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("own", "người đứng đầu ký"),
                            ("tm", "TM."),
                            ("kt", "KT."),
                            ("tl", "TL."),
                            ("tuq", "TUQ."),
                            ("q", "Q."),
                        ],
                        max_length=4,
                        verbose_name="thể thức ký",
                    ),
                ),
                (
                    "on_behalf",
                    models.CharField(blank=True, max_length=160, verbose_name="ký thay mặt, thay, thừa lệnh ai"),
                ),
                ("signer_position", models.CharField(blank=True, max_length=160, verbose_name="chức vụ người ký")),
                ("recipients", models.JSONField(default=list, verbose_name="nơi nhận")),
                ("content", models.TextField(verbose_name="nội dung")),
                ("digest", models.CharField(max_length=64, verbose_name="băm nội dung")),
                ("replace_reason", models.CharField(blank=True, max_length=1000, verbose_name="lý do thay thế")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                ("drafted_at", models.DateTimeField(verbose_name="soạn lúc")),
                ("issued_at", models.DateTimeField(null=True, verbose_name="ban hành lúc")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="cycles.cycle",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="decisions.decision",
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "văn bản kết quả",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("number", ""), _negated=True), models.Q(("state", "dropped"), _negated=True)
                        ),
                        fields=("agency", "number_year", "kind", "number"),
                        name="decision_number_once_per_agency_and_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("draft", "dropped")),
                            models.Q(
                                models.Q(("number", ""), _negated=True),
                                ("issued_at__isnull", False),
                                ("signed_on__isnull", False),
                                ("signer__isnull", False),
                                ("number_year__isnull", False),
                                models.Q(("signing_form", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="decision_issued_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaces__isnull", True), models.Q(("replace_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="decision_replacement_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DecisionLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "confirmation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appraisals.confirmation"
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="decisions.decision"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "dòng của văn bản",
                "constraints": [
                    models.UniqueConstraint(fields=("decision", "person"), name="decision_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("signer")), _negated=True),
                        name="nobody_signs_own_result",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sent_at", models.DateTimeField(verbose_name="gửi lúc")),
                ("received_at", models.DateTimeField(null=True, verbose_name="nhận lúc")),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="decisions.decision"
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "gửi văn bản",
                "constraints": [
                    models.UniqueConstraint(fields=("decision", "to"), name="delivery_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_at__isnull", True), ("received_by__isnull", True)),
                            models.Q(("received_at__isnull", False), ("received_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="delivery_received_at_and_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PetitionRoute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("named_in", models.CharField(max_length=200, verbose_name="quy chế, quy định nêu nơi giải quyết")),
                ("start", models.DateField(verbose_name="từ ngày")),
                ("end", models.DateField(null=True, verbose_name="đến trước ngày")),
                ("set_at", models.DateTimeField(verbose_name="ghi lúc")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "verbose_name": "nơi giải quyết kiến nghị",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="petition_route_dates_in_order",
                    ),
                    models.UniqueConstraint(fields=("unit", "start"), name="petition_route_once"),
                    models.CheckConstraint(
                        condition=models.Q(("named_in", ""), _negated=True), name="petition_route_is_named_somewhere"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("electronic", "trên môi trường điện tử, trong nội bộ đơn vị"),
                            ("posted", "niêm yết bản giấy tại đơn vị"),
                            ("individual", "thông báo tới từng người"),
                        ],
                        max_length=10,
                        verbose_name="hình thức",
                    ),
                ),
                ("form_note", models.CharField(max_length=200, verbose_name="cấp chọn hình thức")),
                ("results", models.JSONField(verbose_name="kết quả được công bố")),
                ("digest", models.CharField(max_length=64, verbose_name="băm nội dung")),
                ("at", models.DateTimeField(verbose_name="công bố lúc")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="publications", to="cycles.cycle"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="publications", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "công bố kết quả",
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "unit"), name="publication_once_per_cycle_and_unit")
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicationForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("electronic", "trên môi trường điện tử, trong nội bộ đơn vị"),
                            ("posted", "niêm yết bản giấy tại đơn vị"),
                            ("individual", "thông báo tới từng người"),
                        ],
                        max_length=10,
                        verbose_name="hình thức",
                    ),
                ),
                ("decided_by", models.CharField(max_length=200, verbose_name="cấp quyết định, số văn bản")),
                ("start", models.DateField(verbose_name="từ ngày")),
                ("end", models.DateField(null=True, verbose_name="đến trước ngày")),
                ("set_at", models.DateTimeField(verbose_name="ghi lúc")),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publication_forms",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "hình thức công bố",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="publication_form_dates_in_order",
                    ),
                    models.UniqueConstraint(fields=("unit", "start"), name="publication_form_once"),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", ""), _negated=True), name="publication_form_is_decided"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=1000, verbose_name="lý do")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                (
                    "passed_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "petition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recusals", to="appraisals.petition"
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
                "verbose_name": "từ chối giải quyết kiến nghị",
                "constraints": [
                    models.UniqueConstraint(fields=("petition", "person"), name="recusal_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="recusal_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit", models.F("passed_to")), _negated=True),
                        name="recusal_goes_elsewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reopening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("authority_note", models.CharField(max_length=500, verbose_name="vì sao nơi này thay kết quả")),
                ("reason", models.CharField(max_length=1000, verbose_name="lý do")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "chờ người thứ hai đồng ý"),
                            ("open", "đã mở, chờ kết quả thay thế"),
                            ("replaced", "đã khóa lại: có kết quả thay thế"),
                            ("dropped", "đã khóa lại: không thay"),
                        ],
                        default="proposed",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="đề nghị lúc")),
                ("agreed_at", models.DateTimeField(null=True, verbose_name="đồng ý lúc")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="khóa lại lúc")),
                ("end_reason", models.CharField(blank=True, max_length=1000, verbose_name="vì sao khóa lại")),
                (
                    "agreed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reopenings", to="cycles.cycle"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "replacement",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopening",
                        to="appraisals.confirmation",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reopenings", to="appraisals.sheet"
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "mở lại phiếu của kỳ đã khóa",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("proposed", "open"))),
                        fields=("sheet",),
                        name="reopening_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="reopening_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agreed_by__isnull", True),
                            models.Q(("agreed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="reopening_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("proposed_by", models.F("subject")), _negated=True),
                            models.Q(
                                ("agreed_by__isnull", True),
                                models.Q(("agreed_by", models.F("subject")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="reopening_not_by_the_person_concerned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("proposed", "dropped")),
                            models.Q(("agreed_at__isnull", False), ("agreed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="reopening_open_is_agreed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state__in", ("proposed", "open"))),
                            models.Q(("ended_at__isnull", False), ("state__in", ("replaced", "dropped"))),
                            _connector="OR",
                        ),
                        name="reopening_ended_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("replacement__isnull", False), ("state", "replaced")),
                            models.Q(models.Q(("state", "replaced"), _negated=True), ("replacement__isnull", True)),
                            _connector="OR",
                        ),
                        name="reopening_replaced_has_result",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "party",
                    models.CharField(
                        choices=[("person", "người được đánh giá"), ("office", "bộ phận tổ chức cán bộ")],
                        max_length=6,
                        verbose_name="bên nhận",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="nhận lúc")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "confirmation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="appraisals.confirmation",
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="decisions.publication"
                    ),
                ),
            ],
            options={
                "verbose_name": "xác nhận đã nhận kết quả",
                "constraints": [
                    models.UniqueConstraint(fields=("confirmation",), name="receipt_once_per_result"),
                    models.UniqueConstraint(
                        condition=models.Q(("party", "office")), fields=("publication",), name="receipt_once_per_office"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmation__isnull", False), ("party", "person")),
                            models.Q(("confirmation__isnull", True), ("party", "office")),
                            _connector="OR",
                        ),
                        name="receipt_names_its_result",
                    ),
                ],
            },
        ),
    )
