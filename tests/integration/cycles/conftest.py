import pytest


@pytest.fixture(autouse=True)
def _every_write_is_an_action(writes_only_in_actions: None) -> None:
    """All writes of these tests go through actions, or say that they do not."""
