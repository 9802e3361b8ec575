"""A text that no parser reads is refused in Vietnamese with the place, whatever the parser's own words are."""

import re

import pytest

from thuocdo.engine import CaseError, parse_case

BROKEN = ["a=1\na=2", "a=", "a b=1", 'a="x', "[a\nb=1", "a=[1,2", "a=1 2", "x", "a={b=1", "[a]\n[a]", "a=\x01",
          'a="\\q"',
          "a=nope", "[[a]]\n[a]", "a={b=1,b=2}", "= 1", 'a="\\uD800"', "a.b=1\na=2", "a=2025-13-40", '"a', "a='x\ny'",
          '{"a":1,}', "{a:1}", '{"a" 1}', '{"a":1} x', '{"a":"x', '{"a":nope}', '{"a":[1 2]}', '{"a":"\t"}',
          '{"a":"\\q"}',
          "{", "a=" + "1" * 5000, '{"a":1', '{"a":"\\u12"}', '{"a":1,"a":2}']  # fmt: skip

ENGLISH = (r"\b(at|line|column|expect\w*|(in)?valid|values?|strings?|keys?|unterminated|unclosed|unescaped|cannot|"
           r"declare|twice|duplicate|escaped?|extra|data|array|table|property|delimiter|document)\b")  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_no_word_of_a_parser_is_shown(text: str) -> None:
    with pytest.raises(CaseError) as told:
        parse_case(text.encode())
    said = told.value.problem.removeprefix("sai cú pháp TOML hoặc JSON: ")
    assert said != told.value.problem
    assert not re.search(ENGLISH, said, re.IGNORECASE), said
    assert said.startswith(("dòng ", "cuối tệp: ", "khóa “a” ghi hai lần", "có số quá dài"))
    assert "không đọc được" not in said
