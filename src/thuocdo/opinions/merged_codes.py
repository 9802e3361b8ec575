"""When two staff codes cannot become one person yet: while opinions are asked, one human would answer about oneself, or
twice about somebody."""

from django.db.models import Q

from thuocdo.opinions.models import OpinionInvitation, OpinionRound


def clash(kept: int, dropped: int) -> str:
    """The sentence against merging; empty where nothing stands against it. One query."""
    running = (OpinionRound.State.DRAFT, OpinionRound.State.OPEN)
    concerned = Q(rater__in=(kept, dropped)) | Q(about__in=(kept, dropped))
    rows = OpinionInvitation.objects.filter(concerned, party__round__state__in=running)
    people = {person for row in rows.values_list("rater", "about") for person in row}
    if {kept, dropped} <= people:
        return "Cả hai mã đang có trong đợt lấy ý kiến chưa kết thúc. Hãy gộp sau khi kết thúc."
    return ""
