from django.db import migrations

from thuocdo.appraisals.counts.keeping import fill


class Migration(migrations.Migration):

    dependencies = [
        ('appraisals', '0013_counts'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
