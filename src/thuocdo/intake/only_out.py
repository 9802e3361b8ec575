"""Lists that only go out, each with the reason that its page and the handbook give. A list without a row here is not
registered."""

ONLY_OUT = {
    "accounts": "tài khoản mở, dừng từng người",
    "branch": "số đếm",
    "catalogue-compare": "so hai bản đã có",
    "difficulties": "trả lời cạnh điều luật",
    "follow-ups": "từng quyết định có căn cứ",
    "handovers": "giao, nhận có xác nhận",
    "inbox": "làm rõ nhiều mục một lần trên trang",
    "levels": "suất còn lại phải xem ngay lúc bấm",
    "levels-to-decide": "quyết định ký trên trang",
    "opinions": "phần mềm chọn đều; không nêu ai đã trả lời",
    "own-history": "kết quả đã xác nhận",
    "petitions": "trả lời từng kiến nghị, có lý do",
    "places": "chốt một lần cho cả kỳ",
    "product-proposals": "trả lời từng đề xuất",
    "publication": "đã công bố thì không sửa",
    "published": "sửa bằng quyết định thay thế",
    "refused": "nhật ký",
    "rollups": "tính từ các tháng",
    "round-subjects": "miễn, hoãn bằng quyết định trên trang",
    "sheets": "nhận định thì tải hai bảng có trở lại",
    "unit-round": "mức đề xuất, quyết định từng đơn vị",
    "unit-week": "kế hoạch của ai người ấy sửa",
    "units-of-period": "số đếm",
    "units-week": "số đếm",
}
