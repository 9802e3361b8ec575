"""What periods pinned must stay readable: of people (`cycles.Member`) and of units (`UnitSheet`)."""

from thuocdo.audit.report import Report
from thuocdo.collectives.models import UnitSheet
from thuocdo.cycles.models import Member
from thuocdo.kernel.errors import Refusal
from thuocdo.rulesets.versions import pinned_book


def check_pins(report: Report) -> None:
    """For `thuocdo verify`: each rulebook that a period of people or of units pinned can be read with its hash."""
    for model in (Member, UnitSheet):
        pins = model._default_manager.exclude(rulebook_hash="").order_by("rulebook", "rulebook_hash")
        for key, overlays, digest in pins.values_list("rulebook", "overlays", "rulebook_hash").distinct():
            try:
                pinned_book(key, tuple(overlays), digest)
            except Refusal as refusal:
                report.add("pinned_rulebook", refusal.message, kind=model._meta.label_lower, key=digest)
