"""A reorganisation hands no catalogue of products over: the preview says so, the page of catalogues offers a draft."""

from collections.abc import Mapping

from thuocdo.organisation.changes.followers import Change, Counted
from thuocdo.organisation.changes.ledger import Ledger
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import on_day
from thuocdo.work.models import Product


class Catalogues:
    """Follower of `organisation.changes`: writes nothing, since a catalogue is approved by its own agency's authority
    (NĐ 335 Điều 13)."""

    def concerned(self, change: Change) -> Counted:
        """The old units with products in force on the date."""
        held = Product.objects.filter(on_day(change.start), agency__in=change.ended)
        return {"catalogues": Unit.objects.filter(pk__in=held.values("agency"))}

    def foresee(self, change: Change, counts: Mapping[str, int]) -> tuple[list[str], bool]:
        """That these catalogues do not go on by themselves, and where they are offered."""
        if not counts["catalogues"]:
            return [], False
        return [
            f"{counts['catalogues']} đơn vị cũ có danh mục sản phẩm, công việc; danh mục không tự chuyển sang đơn vị "
            "kế tiếp. Sau khi áp dụng, trang Danh mục của đơn vị kế tiếp cho lấy danh mục cũ làm dự thảo để phê duyệt."
        ], False

    def follow(self, change: Change, ledger: Ledger) -> int:
        """Nothing follows."""
        return 0
