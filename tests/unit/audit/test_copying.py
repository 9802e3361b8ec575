"""A copied field is the field that Django would build anew."""

from django.db.migrations.loader import MigrationLoader
from django.db.models import Field

from thuocdo.accounts.models import User
from thuocdo.audit.copying import copied, fields_copied


def test_each_field_of_the_migrations_is_copied_whole() -> None:
    models = MigrationLoader(None).project_state().models.values()
    # Built anew: another test of this process may have put the fields of the migrations into a model.
    fields = [(name, field.clone()) for model in models for name, field in model.fields.items()]
    assert len(fields) > 1000
    for name, field in fields:
        before = field.deconstruct()
        one, built = copied(field), field.clone()
        assert type(one) is type(built)
        assert one.deconstruct() == built.deconstruct() == before, name
        assert one is not field
        if field.remote_field is not None:
            assert one.remote_field is not field.remote_field
            assert one.remote_field.field is one
        assert (one.creation_counter < 0) == (built.creation_counter < 0)
        assert abs(built.creation_counter) == abs(one.creation_counter) + 1, "each comes after all others"
        assert one.__dict__.keys() - built.__dict__.keys() == set(), name


def test_a_field_of_a_model_is_cloned_as_ever() -> None:
    field, clone = User._meta.get_field("username"), Field.clone
    with fields_copied():
        assert not hasattr(field.clone(), "model")
    assert Field.clone is clone
