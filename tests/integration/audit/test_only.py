"""The one row of a question by a key, asked without LIMIT."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from thuocdo.accounts.models import User
from thuocdo.audit.only import only


@pytest.mark.django_db
def test_the_one_row_none_and_never_one_of_several() -> None:
    one, _ = (User.objects.create(username=f"kt{number}", created_at=timezone.now()) for number in range(2))
    with CaptureQueriesContext(connection) as asked:
        assert only(User.objects.filter(pk=one.pk)) == one
        assert only(User.objects.filter(pk=-1)) is None
        with pytest.raises(ValueError, match="2 rows of User"):
            only(User.objects.all())
    assert len(asked) == 3
    assert not any("LIMIT" in query["sql"] for query in asked), "PostgreSQL plans many joins five times as long with it"
