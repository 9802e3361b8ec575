"""The organisation of the Gia Lai story: as it stood since 2016, who decides on deputies and on heads, a key cadre."""

from datetime import date, datetime, timezone

from tests.factories.conclusions import competent
from tests.factories.hoa_binh import make_district, second_officer
from tests.factories.party import stand
from tests.factories.rounds import Ward

OVERLAY = "overlays/gia-lai-2017"
START = date(2017, 4, 17)
AT = datetime(2017, 12, 4, 2, 0, tzinfo=timezone.utc)


def make_place() -> Ward:
    """The seed's table: the standing committee on heads, the Party committee beside the government on deputies."""
    ward = make_district()
    second_officer(ward)
    stand(ward.people["vice"], "key_cadre", start=START)
    for role in ("head", "deputy"):
        competent(ward, "leader", role=role, start=START, at=AT, basis="Phân cấp quản lý cán bộ của tỉnh")
    return ward
