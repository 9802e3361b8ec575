"""Old fonts: all 134 letters there and back through tables of their own, fonts by name, guesses with their share."""

import unicodedata

import pytest

from thuocdo.kernel.legacy import Encoding, Guess, encoding_of_font, fits, guess, in_old_bytes, to_unicode
from thuocdo.kernel.spelling import is_syllable, match_key

SMALL = "aàảãáạăằẳẵắặâầẩẫấậđeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ"
LETTERS = [c for c in SMALL + SMALL.upper() if c not in "aeiouyAEIOUY"]
# Written as tables of the encodings are printed, not as the product builds its own.
TCVN3_SMALL = dict(
    zip(
        [c for c in SMALL if c not in "aeiouy"],
        bytes.fromhex(
            "B5B6B7B8B9 A8BBBCBDBEC6 A9C7C8C9CACB AE CCCECFD0D1 AAD2D3D4D5D6 D7D8DCDDDE DFE1E2E3E4 ABE5E6E7E8E9"
            " ACEAEBECEDEE EFF1F2F3F4 ADF5F6F7F8F9 FAFBFCFDFE"
        ).decode("latin-1"),
        strict=True,
    )
)
VNI_TEXT = """aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä ñ eø eû eõ eù eï eâ eà eå eã eá eä ì æ ó í ò
oø oû oõ où oï oâ oà oå oã oá oä ô ôø ôû ôõ ôù ôï uø uû uõ uù uï ö öø öû öõ öù öï yø yû yõ yù î"""
VNI_SMALL = dict(zip([c for c in SMALL if c not in "aeiouy"], VNI_TEXT.split(), strict=True))
NAMES = "Nguyễn Thị Ngọc Ánh|Trần Đức Hưởng|Đặng Quỳnh Như|Phạm Vĩnh Thuỵ|Lê Hoàng Ỷ Ưởng|Vũ Thế Khoẻ|Bùi Sỹ Luỹ"


def test_there_are_134_letters():
    assert len(set(LETTERS)) == len(LETTERS) == 134


@pytest.mark.parametrize("letter", [c for c in LETTERS if c.islower()])
def test_every_letter_from_tcvn3_and_vni(letter):
    assert to_unicode(TCVN3_SMALL[letter], Encoding.TCVN3) == letter
    assert to_unicode(TCVN3_SMALL[letter], Encoding.TCVN3_CAPITALS) == letter.upper()
    assert to_unicode(VNI_SMALL[letter], Encoding.VNI) == letter
    assert to_unicode(VNI_SMALL[letter].upper(), Encoding.VNI) == letter.upper()
    assert unicodedata.is_normalized("NFC", to_unicode(VNI_SMALL[letter], Encoding.VNI))


def test_plain_vowels_stay_and_the_seven_capitals_of_tcvn3_have_bytes():
    assert to_unicode("aeiouyAEIOUY bcd 123", Encoding.VNI) == to_unicode("aeiouyAEIOUY bcd 123", Encoding.TCVN3)
    assert to_unicode("\xa1\xa2\xa3\xa4\xa5\xa6\xa7", Encoding.TCVN3) == "ĂÂÊÔƠƯĐ"


def test_a_capital_before_a_small_mark_is_a_capital():
    assert to_unicode("Aùnh Ôû Öùng", Encoding.VNI) == "Ánh Ở Ứng"


def written(text: str, table: dict[str, str], capitals: bool) -> str:
    small = {**table, **({c.upper(): t.upper() for c, t in table.items()} if capitals else {})}
    return "".join(small.get(c, c) for c in text)


def test_names_there_and_back():
    for name in NAMES.split("|"):
        assert to_unicode(written(name, VNI_SMALL, True), Encoding.VNI) == name
        assert to_unicode(written(name.lower(), TCVN3_SMALL, False), Encoding.TCVN3) == name.lower()
        assert to_unicode(written(name.lower(), TCVN3_SMALL, False), Encoding.TCVN3_CAPITALS) == name.upper()


def test_a_text_fits_where_all_its_signs_are_known():
    assert fits("TrÇn V¨n", Encoding.TCVN3)
    assert not fits("Hà", Encoding.TCVN3)
    assert fits("Traàn Vaên", Encoding.VNI)
    assert not fits("TrÇn", Encoding.VNI)
    assert in_old_bytes("§Æng – “A”"), "typographic marks do not make a text Unicode"


def test_fonts_tell_the_encoding():
    assert encoding_of_font(".VnTime") is Encoding.TCVN3
    assert encoding_of_font(".vnarial narrow") is Encoding.TCVN3
    assert encoding_of_font(".VnArialH") is Encoding.TCVN3_CAPITALS
    assert encoding_of_font("VNI-Times") is Encoding.VNI
    assert encoding_of_font("Arial") is None
    assert all(e.label for e in Encoding)


def test_lists_are_recognised_with_their_share():
    tcvn3 = [written(n.lower(), TCVN3_SMALL, False) for n in NAMES.split("|")]
    vni = [written(n, VNI_SMALL, True) for n in NAMES.split("|")]
    assert guess(tcvn3) == Guess(Encoding.TCVN3, 100, 23)
    assert guess(vni) == Guess(Encoding.VNI, 100, 23)


def test_unicode_ascii_and_other_languages_are_not_taken_for_old_fonts():
    assert guess(["Lê Hà", "Trí", "Nam"]) is None, "letters of Windows-1252 that are right as they stand"
    assert guess(NAMES.split("|")) is None
    assert guess(["Maõ ñôn vò"]) == Guess(Encoding.VNI, 100, 3)
    assert guess(["ASCII only", ""]) is None
    assert guess(["Größe", "naïveté", "Ångström", "Łódź"]) is None
    assert [in_old_bytes(t) for t in ("Hµ", "Ha", "Hạ")] == [True, False, False]


def test_where_the_tone_stands_is_no_difference():
    for one, other in (("hoà", "hòa"), ("THUÝ", "thúy"), ("Ðức", "Đức"), ("khoẻ", "khỏe"), ("Toa\u0300n", "Toàn")):
        assert match_key(one) == match_key(other)
    assert match_key("Hòa") != match_key("Hóa")
    assert match_key("Hân") != match_key("Hẩn")
    assert match_key("An") != match_key("Ân")


def test_syllables():
    words = "nguyễn quỳnh gì gìn nghiêng khuỷu thuở ỷ ưởng uỵch xoong quốc quả già của hoà hòa mão"
    assert all(map(is_syllable, words.split(" ")))
    assert not any(map(is_syllable, ["NguyÔn", "ñoàng", "ñôn", "maõ", "vaên", "bcd", "hòá", "a\u0300\u0301", ""]))
