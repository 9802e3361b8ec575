"""argparse in Vietnamese: headings, usage and error messages."""

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

_MESSAGES = (
    (r"the following arguments are required: (.+)", r"còn thiếu: \1"),
    (r"unrecognized arguments: (.+)", r"không có tham số: \1"),
    (r"argument (.+?): expected one argument", r"\1: cần kèm một giá trị"),
    (r"argument (.+?): expected at least one argument", r"\1: cần kèm ít nhất một giá trị"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1: không nhận giá trị kèm theo (\2)"),
    (r"argument (.+?): not allowed with argument (.+)", r"\1: không dùng cùng với \2"),
    (r"argument (.+?): invalid (?:int|\w+) value: (.+)", r"\1: giá trị \2 không hợp lệ"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1: không có lựa chọn \2; chọn một trong: \3"),
    (r"one of the arguments (.+) is required", r"cần một trong các tham số: \1"),
    (r"argument (.+?): (.+)", r"\1: \2"),
)


def in_vietnamese(message: str) -> str:
    """An argparse error message in Vietnamese; messages of our own pass through."""
    for pattern, replacement in _MESSAGES:
        if re.fullmatch(pattern, message, re.DOTALL):
            return re.sub(pattern, replacement, message, flags=re.DOTALL)
    return message


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help text with a Vietnamese usage heading."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "Cách dùng: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """Parser of the command `thuocdo` and of each sub-command; a wrong call ends with exit code 2."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", Formatter)
        super().__init__(add_help=False, allow_abbrev=False, **options)
        self._positionals.title = "Tham số"
        self._optionals.title = "Tùy chọn"
        self.add_argument("-h", "--help", action="help", help="hiện hướng dẫn này rồi kết thúc")

    def error(self, message: str) -> NoReturn:
        command = f"{self.prog} --help"
        sys.stderr.write(f"{self.prog}: {in_vietnamese(message)}\nXem hướng dẫn: {command}\n")
        raise SystemExit(2)
