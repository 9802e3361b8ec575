from datetime import datetime

import pytest

from tests.integration.audit.world import World, build


@pytest.fixture
def world(db: None, at: datetime) -> World:
    return build(at)
