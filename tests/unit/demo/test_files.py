"""The committed XLSX files are what the generator makes, byte for byte."""

from python_calamine import CalamineWorkbook

from thuocdo.demo.make_files import FOLDER, committed_files


def test_committed_files_are_the_generated_ones():
    made = {file.name: file.content for file in committed_files()}
    assert {path.name for path in FOLDER.glob("*.xlsx")} == set(made)
    for name, content in made.items():
        assert (FOLDER / name).read_bytes() == content, f"run python -m thuocdo.demo.make_files ({name})"
        assert len(content) < 20_000


def test_the_people_file_lists_the_ward_with_the_movers_twice():
    rows = CalamineWorkbook.from_path(str(FOLDER / "nguoi-phuong.xlsx")).get_sheet_by_index(0).to_python()
    codes = [row[0] for row in rows[1:]]
    assert len(codes) == 67
    assert len(codes) - len(set(codes)) == 2
