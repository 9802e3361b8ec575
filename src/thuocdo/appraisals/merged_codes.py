"""When two staff codes cannot become one person: both have sheets in one period (one that the officer exempted,
with the reason, does not count for the code given up), or the one given up has an open sheet."""

from thuocdo.appraisals import rules
from thuocdo.appraisals.models import Sheet


def clash(kept: int, dropped: int) -> str:
    """The sentence against merging; empty where nothing stands against it. Two queries."""
    given_up = Sheet.objects.filter(person=dropped).exclude(state=Sheet.State.EXEMPTED)
    periods = [
        set(sheets.values_list("cycle__kind", "cycle__year", "cycle__number"))
        for sheets in (Sheet.objects.filter(person=kept), given_up)
    ]
    if periods[0] & periods[1]:
        return (
            "Cả hai mã đều có phiếu trong cùng một kỳ, nên không gộp được. Kỳ đang mở: hãy miễn phiếu của mã sẽ bỏ ở "
            "trang Tiến độ của kỳ, lý do ghi “trùng mã”, rồi gộp. Kỳ đã khóa: hãy xin ý kiến cấp có thẩm quyền."
        )
    if Sheet.objects.filter(person=dropped).exclude(state__in=rules.RESOLVED).exists():
        return "Mã sẽ bỏ đang có phiếu chưa xác nhận. Hãy giữ mã ấy, hoặc gộp sau khi phiếu được xác nhận."
    return ""
