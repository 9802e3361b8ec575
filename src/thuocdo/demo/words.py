"""Sentences that people in the demonstration write: self-reviews, comments, reasons, petitions."""

from random import Random

from thuocdo.demo.posts import SEED

STRENGTHS = (
    "Hoàn thành phần lớn công việc được giao, chủ động báo cáo khi có vướng mắc.",
    "Chấp hành nghiêm kỷ luật, kỷ cương hành chính; phối hợp tốt với đồng nghiệp.",
    "Tiếp công dân đúng mực, giải quyết hồ sơ đúng quy trình.",
    "Nắm chắc nghiệp vụ, có đề xuất rút ngắn thời gian xử lý hồ sơ.",
)
SHORTCOMINGS = (
    "Một số việc đột xuất xử lý còn chậm.", "Cần rèn thêm kỹ năng tổng hợp, báo cáo.",
    "Chưa chủ động đôn đốc đơn vị phối hợp.", "Cập nhật hồ sơ điện tử có lúc chưa kịp thời.",
)
COMMENTS = {
    "excellent": "Hoàn thành tốt, vượt yêu cầu ở các việc khó; tiếp tục phát huy.",
    "good": "Hoàn thành nhiệm vụ, chất lượng bảo đảm; cần giữ tiến độ ở các việc phối hợp.",
    "fair": "Còn việc chậm, thiếu so với kế hoạch; tháng tới tập trung khắc phục.",
    "poor": "Khối lượng hoàn thành thấp; đơn vị phân công người kèm cặp và theo dõi hằng tuần.",
}
RETURN_REASON = "Đề nghị bổ sung minh chứng cho công việc thứ hai và giải thích số lượng hoàn thành."
EXTENSION_REASON = "Được cử đi công tác trong những ngày cuối hạn nộp."
STAND_IN_REASON = "Chưa có tài khoản, đã được thông báo; người đánh giá lập theo sổ theo dõi công việc."
STAND_IN_NOTE = "Theo sổ theo dõi công việc của đơn vị."
MOVER_REASON = "Hai đơn vị thống nhất lập phiếu tại đơn vị mới, có bàn giao việc của nửa đầu tháng."
ORGANISING_REASON = "Kế hoạch chuyên đề chậm kéo dài sang tháng sau."
PETITIONS = {
    "corrected": "Tôi đề nghị xem lại lần không đạt chất lượng: hồ sơ sai mã thủ tục do bộ phận khác nhập, "
                 "có nhật ký hệ thống kèm theo.",
    "upheld": "Tôi đề nghị tính việc nộp chứng từ ngày cuối tháng là đúng hạn.",
    "pending": "Đề nghị xem lại số lượng đạt chất lượng: hai hồ sơ bị trả lại do thay đổi biểu mẫu.",
}
ANSWERS = {
    "corrected": "Nhật ký hệ thống cho thấy hồ sơ do bộ phận khác nhập; "
                 "bỏ lần không đạt chất lượng, thay bằng kết quả mới.",
    "upheld": "Hạn ghi khi giao việc là 16 giờ; chứng từ nộp sau giờ đó. Giữ nguyên kết quả.",
}


def self_texts(slot: str, index: int) -> dict[str, str]:
    """What a person writes about themselves in a month."""
    rng = Random(f"{SEED}:words:{slot}:{index}")
    return {"strengths": rng.choice(STRENGTHS), "shortcomings": rng.choice(SHORTCOMINGS)}
