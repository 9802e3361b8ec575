"""A small ward: place, two agencies, an office under one of them, and the ward's organisation officer."""

import pytest

from tests.integration.organisation.ward import Ward, build_ward
from tests.integration.web.conftest import _unknown_variables_are_errors  # noqa: F401  (templates are strict here too)


@pytest.fixture
def ward(db, at) -> Ward:
    return build_ward(at)
