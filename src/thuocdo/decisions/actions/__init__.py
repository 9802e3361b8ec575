"""Every write of the room: publication, documents with numbers, deliveries, reopening, recusal."""

from thuocdo.decisions.actions.publishing import Published, publish_units

__all__ = ["Published", "publish_units"]
