from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):

    dependencies = [
        ('conclusions', '0007_reconsidering_years'),
    ]

    operations = together(
        migrations.RemoveConstraint(
            model_name='quotaraising',
            name='quota_raised_once',
        ),
        migrations.AddField(
            model_name='quotaraising',
            name='deciding',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='cấp mà nhóm được đếm theo'),
        ),
        migrations.AddField(
            model_name='quotaraising',
            name='side',
            field=models.CharField(blank=True, default='', max_length=20, verbose_name='loại được đếm với nhau'),
        ),
        migrations.AddConstraint(
            model_name='quotaraising',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('round', 'group', 'deciding', 'side'), name='quota_raised_once'),
        ),
    )
