"""Forms made by hand, with the wording of the annex written out once more, apart from the rulebook."""

from dataclasses import replace
from datetime import date

from thuocdo.documents.model import Box, Head, Line, MarkRow, Mau01, Mau02, MonthRow, SignatureSpace

CRITERIA = [
    ("group", "I", "Phẩm chất chính trị, phẩm chất đạo đức, văn hóa thực thi công vụ và ý thức kỷ luật, kỷ cương "
     "trong thực thi công vụ", "10", "9,5"),
    ("criterion", "1", "Phẩm chất chính trị, phẩm chất đạo đức, văn hóa thực thi công vụ", "5", "4,5"),
    ("criterion", "2", "Ý thức kỷ luật, kỷ cương trong thực thi công vụ", "5", "5"),
    ("group", "II", "Năng lực chuyên môn, nghiệp vụ theo yêu cầu của vị trí việc làm; khả năng đáp ứng yêu cầu thực "
     "thi nhiệm vụ được giao; tinh thần trách nhiệm trong thực thi công vụ; thái độ phục vụ người dân, doanh nghiệp "
     "và khả năng phối hợp với đồng nghiệp", "10", "9"),
    ("criterion", "1", "Năng lực chuyên môn, nghiệp vụ theo yêu cầu của vị trí việc làm", "2,5", "2,5"),
    ("criterion", "2", "Khả năng đáp ứng yêu cầu thực thi nhiệm vụ được giao thường xuyên, đột xuất", "2,5", "2"),
    ("criterion", "3", "Tinh thần trách nhiệm trong thực thi công vụ", "2,5", "2"),
    ("criterion", "4", "Thái độ phục vụ người dân, doanh nghiệp và khả năng phối hợp với đồng nghiệp", "2,5", "2,5"),
    ("group", "III", "Năng lực đổi mới, sáng tạo, dám nghĩ, dám làm, dám chịu trách nhiệm vì lợi ích chung trong "
     "thực thi công vụ", "10", "8"),
    ("criterion", "1", "Có sản phẩm, giải pháp đột phá, sáng tạo đem lại giá trị, hiệu quả thiết thực, tác động tích "
     "cực đến kết quả thực hiện nhiệm vụ của cơ quan, tổ chức, đơn vị.", "2,5", "1,5"),
    ("criterion", "2", "Sẵn sàng tham gia thực hiện nhiệm vụ chính trị đặc biệt quan trọng, nhiệm vụ có tính chất "
     "đột xuất, phức tạp hoặc trong điều kiện khó khăn.", "2,5", "2"),
    ("criterion", "3", "Có tinh thần chịu trách nhiệm trước kết quả công việc; chủ động nhận trách nhiệm khi có sai "
     "sót và có biện pháp khắc phục rõ ràng, cụ thể.", "2,5", "2,5"),
    ("criterion", "4", "Chủ động đưa ra quyết định trong phạm vi thẩm quyền, không né tránh; có tinh thần tiên phong "
     "trong thực hiện những nhiệm vụ mới.", "2,5", "2"),
    ("total", "", "Tổng cộng", "30", "26,5"),
]
LEVELS = ("Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành tốt nhiệm vụ", "Hoàn thành nhiệm vụ",
          "Không hoàn thành nhiệm vụ")
SIGN = "(Ký tên, ghi rõ họ tên)"
HEAD = Head("Ủy ban nhân dân phường Hoàn Kiếm", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc")
IDENTITY = (Line("Họ và tên", "Nguyễn Thị Phương Thảo"), Line("Chức vụ, chức danh", "Chuyên viên"),
            Line("Đơn vị công tác", "Phòng Kinh tế, Hạ tầng và Đô thị"))
COMMENT = ("Đã chủ động tham mưu xử lý hồ sơ đất đai tồn đọng, phối hợp tốt với Trung tâm Phục vụ hành chính công. "
           "Cần lập kế hoạch tuần sớm hơn để giảm việc dồn vào cuối tháng.")
SIGNATURES_01 = (SignatureSpace("CÔNG CHỨC TỰ ĐÁNH GIÁ", SIGN),
                 SignatureSpace("CẤP CÓ THẨM QUYỀN THEO DÕI, ĐÁNH GIÁ", SIGN))
SIGNATURES_02 = (SignatureSpace("CÔNG CHỨC TỰ XẾP LOẠI", ""), SignatureSpace("CẤP CÓ THẨM QUYỀN XẾP LOẠI", ""))
NOTES = ("Số phiếu: 1042, kết quả xác nhận lần 1. Bộ quy tắc: state/nd-335-2025, phiên bản 1.0.",
         "Băm bộ quy tắc: " + "0123456789abcdef" * 4 + ".",
         "Điểm chính xác: 1799/20. Mức tương ứng: Tốt – điểm; mức tương ứng, chưa phải xếp loại.")

MAU_01 = Mau01(
    number="Mẫu số 01", reference="mau-01_CC001_2026-03", made_on=date(2026, 4, 3), head=HEAD,
    title="PHIẾU THEO DÕI, ĐÁNH GIÁ CÔNG CHỨC", under_title="(Kỳ theo dõi, đánh giá: tháng 3 năm 2026)",
    identity=IDENTITY, signatures=SIGNATURES_01, remark="", notes=NOTES,
    marks_heading="I. KẾT QUẢ THEO DÕI, ĐÁNH GIÁ THEO TIÊU CHÍ CHUNG",
    columns=("TT", "Tiêu chí chấm điểm", "Điểm tối đa", "Điểm do cá nhân tự chấm"),
    column_numbers=("(1)", "(2)", "(3)", "(4)"), rows=tuple(MarkRow(*row) for row in CRITERIA),
    summary_heading="II. TỔNG HỢP KẾT QUẢ THEO DÕI, ĐÁNH GIÁ CÔNG CHỨC",
    points=(Line("1. Điểm tiêu chí chung", "26,5"), Line("2. Điểm tiêu chí kết quả thực hiện nhiệm vụ", "63,45"),
            Line("3. Tổng điểm theo dõi, đánh giá công chức", "89,95")),
    comments=(Line("4. Ưu điểm", "Hoàn thành đúng hạn các báo cáo tháng."),
              Line("5. Hạn chế, khuyết điểm", "Còn một sản phẩm phải sửa về nội dung."),
              Line("6. Ý kiến nhận xét của cấp có thẩm quyền theo dõi, đánh giá", COMMENT)),
)

MAU_02 = Mau02(
    number="Mẫu số 02", reference="mau-02_CC001_2026", made_on=date(2026, 11, 22), head=HEAD,
    title="PHIẾU XẾP LOẠI CHẤT LƯỢNG CÔNG CHỨC", under_title="Năm 2026", identity=IDENTITY,
    signatures=SIGNATURES_02, remark="BẢN NHÁP – chưa đủ các tháng: 10, 11, 12", notes=NOTES[:2],
    months_heading="I. TỔNG HỢP KẾT QUẢ THEO DÕI, ĐÁNH GIÁ",
    columns=("Tháng", "Tổng điểm theo dõi, đánh giá", "Ghi chú"),
    months=tuple(MonthRow(str(n), "89,95" if n < 9 else "", "Nghỉ thai sản" if n == 9 else "") for n in range(1, 13)),
    mean=MonthRow("Tổng điểm trung bình cả năm", "", ""),
    self_heading="II. CÔNG CHỨC TỰ ĐÁNH GIÁ, XẾP LOẠI CHẤT LƯỢNG",
    self_boxes=tuple(Box(label, checked=False) for label in LEVELS),
    decision_heading="III. KẾT QUẢ XẾP LOẠI CHẤT LƯỢNG CỦA CẤP CÓ THẨM QUYỀN CÔNG CHỨC",
    decision_boxes=tuple(Box(label, checked=False) for label in LEVELS),
    remedy_heading="IV. ĐỀ XUẤT PHƯƠNG ÁN XỬ LÝ", remedy="",
)


def mau_01(*, name: str = "", agency: str = "", position: str = "", comment: str | None = None) -> Mau01:
    """The sample with some texts replaced."""
    values = (name or IDENTITY[0].value, position or IDENTITY[1].value, IDENTITY[2].value)
    identity = tuple(replace(line, value=value) for line, value in zip(IDENTITY, values, strict=True))
    comments = MAU_01.comments
    if comment is not None:
        comments = (*comments[:2], replace(comments[2], value=comment))
    return replace(MAU_01, identity=identity, comments=comments, head=replace(HEAD, agency=agency or HEAD.agency))
