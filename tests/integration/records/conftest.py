"""A small ward: place, two agencies, an office under one of them, and the ward's organisation officer."""

import pytest

from tests.integration.organisation.ward import Ward, build_ward


@pytest.fixture
def ward(db, at) -> Ward:
    return build_ward(at)
