from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):

    dependencies = [("records", "0007_withdrawn_fixed")]
    operations = together(
        *(
            migrations.AddField("partyorganisation", name, models.CharField(label, max_length=160, blank=True, default=""))
            for name, label in (
                ("paper_above", "dòng trên bên trái văn bản"),
                ("paper_name", "tên ghi trên văn bản"),
                ("heading", "tiêu đề văn bản"),
            )
        )
    )
