"""People are looked up by the words of their folded names and by the beginnings of their codes in capitals (PostgreSQL;
other databases read the columns)."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from thuocdo.audit.migrating import OnDatabase
from thuocdo.organisation.folded import WORDS

NAMES = ("person_by_words", "person_by_code")


def make(_: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        words, codes = NAMES
        editor.execute(f"CREATE INDEX {words} ON organisation_person USING gin ({WORDS.format(column='search_key')})")
        editor.execute(f"CREATE INDEX {codes} ON organisation_person (upper(code) text_pattern_ops)")


def drop(_: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for name in NAMES:
            editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("organisation", "0011_people_in_order")]
    operations = [OnDatabase(make, drop)]
