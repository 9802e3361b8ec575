from typing import Any

from django.db import migrations, models

from thuocdo.audit.migrating import together

SHOWN = 20


def nobody_accepted_oneself(apps: Any, editor: Any) -> None:
    """What the constraint refuses is on the record, so nothing here may change it: the upgrade stops and names it.
    Raises ValueError."""
    rows = apps.get_model("catalogues", "Proposal").objects.using(editor.connection.alias)
    found = rows.filter(state="accepted", answered_by=models.F("author")).order_by("pk")
    keys = [str(pk) for pk in found.values_list("pk", flat=True)[:SHOWN]]
    if keys:
        raise ValueError(
            f"Chưa nâng cấp được: có đề xuất bổ sung danh mục do chính người đề xuất phê duyệt (số {', '.join(keys)}). "
            f"Hãy báo người quản trị hệ thống trước khi nâng cấp."
        )


class Migration(migrations.Migration):

    dependencies = [("catalogues", "0002_refused_by_another")]

    operations = together(
        migrations.RunPython(nobody_accepted_oneself, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="proposal", name="nobody_refuses_own_product_proposal"),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=~models.Q(state__in=("refused", "accepted")) | ~models.Q(answered_by=models.F("author")),
                name="nobody_answers_own_product_proposal",
            ),
        ),
    )
