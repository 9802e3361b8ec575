"""When two staff codes cannot become one person: both have sheets in one period, or the one given up has
an open sheet."""

from thuocdo.appraisals import rules
from thuocdo.appraisals.models import Sheet


def clash(kept: int, dropped: int) -> str:
    """The sentence against merging; empty where nothing stands against it. Two queries."""
    periods = [
        set(Sheet.objects.filter(person=one).values_list("cycle__kind", "cycle__year", "cycle__number"))
        for one in (kept, dropped)
    ]
    if periods[0] & periods[1]:
        return (
            "Cả hai mã đều có phiếu trong cùng một kỳ, nên không gộp được: hãy làm rõ phiếu nào đúng với người có thẩm "
            "quyền trước."
        )
    if Sheet.objects.filter(person=dropped).exclude(state__in=rules.RESOLVED).exists():
        return "Mã sẽ bỏ đang có phiếu chưa xác nhận. Hãy giữ mã ấy, hoặc gộp sau khi phiếu được xác nhận."
    return ""
