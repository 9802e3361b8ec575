"""`thuocdo verify`: check the log, every row it covers, and every confirmed result."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuocdo.cli.serve import prepare_database, start_django

if TYPE_CHECKING:
    from thuocdo.audit.report import Report

CLEAN, PROBLEMS, UNREADABLE = 0, 1, 3
SHOWN = 50


def add_commands(commands: Any) -> None:
    """Register `verify`."""
    parser = commands.add_parser(
        "verify",
        help="kiểm tra nhật ký, dữ liệu và kết quả đã xác nhận",
        description="Đối chiếu toàn bộ dữ liệu với nhật ký và tính lại các kết quả đã xác nhận. "
        "Không sửa gì; chạy được khi hệ thống đang hoạt động.",
    )
    parser.add_argument(
        "--heads",
        type=Path,
        metavar="TỆP",
        help="tệp mã chốt xuất ra khi khóa kỳ: phát hiện cả phần cuối nhật ký bị cắt hoặc viết lại",
    )
    parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")
    parser.set_defaults(run=run)
    words = commands.add_parser(
        "search-words",
        help="lập lại các mục tìm kiếm thiếu, thừa, sai",
        description="Đọc mọi dòng tìm được ở ô tìm kiếm và sửa mục tìm kiếm cho khớp; không sửa dữ liệu nào khác.\n"
        "Dùng khi thuocdo verify nêu sai lệch của mục tìm kiếm. Chạy được khi hệ thống đang hoạt động;\n"
        "dừng giữa chừng thì lần sau làm tiếp.",
    )
    words.set_defaults(run=mend_words)


def run(arguments: argparse.Namespace) -> int:
    """Verify and print; 0 clean, 1 problems found, 3 the heads file cannot be used."""
    start_django()
    from thuocdo.audit.heads import HeadsError, load
    from thuocdo.audit.verify import verify

    try:
        heads = load(arguments.heads) if arguments.heads else None
    except HeadsError as error:
        print(f"thuocdo verify: {error}", file=sys.stderr)
        return UNREADABLE
    report = verify(heads, rerate=[confirmations(), assessments()], checks=checks())
    print(as_json(report) if arguments.json else as_text(report, anchored=heads is not None))
    return CLEAN if report.clean else PROBLEMS


def mend_words(arguments: argparse.Namespace) -> int:
    """Make the search words those of the rows and print what was wrong."""
    prepare_database()
    from thuocdo.organisation.finding.comparing import mend

    done = mend()
    print(
        f"Đã đọc {done.rows} dòng; thêm {done.added}, sửa {done.changed}, bỏ {done.removed} mục tìm kiếm."
        if done.added or done.changed or done.removed
        else f"Đã đọc {done.rows} dòng; các mục tìm kiếm đều khớp."
    )
    return CLEAN


def confirmations() -> Any:
    """The confirmed results, to be computed again from their frozen inputs."""
    from thuocdo.appraisals.queries import every_result, rate_document
    from thuocdo.audit.verify import Rerating

    return Rerating(
        rows=every_result(),
        stored=lambda confirmation: confirmation.outcome,
        again=lambda confirmation: rate_document(confirmation).to_json(),
    )


def assessments() -> Any:
    """The parts of assessments that hold an outcome, from their frozen facts."""
    from thuocdo.audit.verify import Rerating
    from thuocdo.conclusions.facts import stored_again
    from thuocdo.conclusions.queries import every_part

    return Rerating(
        rows=every_part(),
        stored=lambda part: part.outcome,
        again=stored_again,
    )


def checks() -> "list[Callable[[Report], None]]":
    """The kept rulebooks have their hashes, every period can read what it pinned, the kept counts of sheets say
    what the sheets say, and publications name what they name on the record."""
    from thuocdo.appraisals.counts.keeping import check_counts
    from thuocdo.collectives.pinned import check_pins
    from thuocdo.decisions.keeping import check_published
    from thuocdo.organisation.finding.comparing import check_words
    from thuocdo.rulesets.versions import check_kept

    return [check_kept, check_pins, check_counts, check_published, check_words]


def as_json(report: "Report") -> str:
    """The report as JSON: `clean`, `found`, `problems`, counts, `anchors` by chain, `seconds`."""
    return json.dumps({"clean": report.clean, **asdict(report)}, ensure_ascii=False, indent=1)


def as_text(report: "Report", *, anchored: bool) -> str:
    """The report in sentences."""
    lines = [
        f"Đã kiểm tra {report.events} sự kiện, {report.objects} đối tượng, {report.rows} dòng dữ liệu; "
        f"tính lại {report.rerated} kết quả đã xác nhận ({report.seconds:.1f} giây)."
    ]
    if report.clean:
        lines.append("Không phát hiện sai lệch.")
    else:
        lines.append(f"PHÁT HIỆN {report.found} SAI LỆCH:")
        lines += [f"- {problem.message}" for problem in report.problems[:SHOWN]]
        if report.found > SHOWN:
            lines.append(f"- … và {report.found - SHOWN} sai lệch khác (xem bằng --json).")
        lines.append("Hãy giữ nguyên cơ sở dữ liệu, báo người phụ trách và đối chiếu với bản sao lưu.")
    return "\n".join(lines + clock_lines(report) + anchor_lines(report, anchored=anchored))


def clock_lines(report: "Report") -> list[str]:
    """Where the server's clock was set back; the order of events is that of their numbers all the same."""
    lines = [
        f"- chuỗi “{key}”: sự kiện số {seq} ghi giờ sớm hơn sự kiện đứng trước quá 5 phút"
        for key, seq in sorted(report.backwards.items())[:SHOWN]
    ]
    return (
        ["Lưu ý: đồng hồ máy chủ từng bị lùi; thứ tự sự kiện vẫn theo số. Hãy kiểm tra đồng hồ máy chủ:", *lines]
        if lines
        else []
    )


def anchor_lines(report: "Report", *, anchored: bool) -> list[str]:
    """Which part nothing outside the database holds."""
    loose = [(key, anchor) for key, anchor in sorted(report.anchors.items()) if anchor.held_to < anchor.last]
    if not loose:
        return ["Toàn bộ nhật ký đã được neo bằng tệp mã chốt."] if anchored else []
    lines = ["Chưa neo (chưa có mã chốt nào ngoài hệ thống giữ phần này):"]
    lines += [f"- chuỗi “{key}”: từ sự kiện số {a.held_to + 1} đến số {a.last}" for key, a in loose[:SHOWN]]
    if len(loose) > SHOWN:
        lines.append(f"- … và {len(loose) - SHOWN} chuỗi khác (xem bằng --json)")
    if not anchored:
        lines.append("Dùng --heads TỆP với tệp mã chốt đã lưu khi khóa kỳ để kiểm tra cả phần cuối nhật ký.")
    return lines
