"""Tables of articles: whatever a spreadsheet makes of them, a cell is text, and a file that is none is refused."""

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from knowledge.tables import Formula, TableError, harmless, read_table, write_csv, write_xlsx

COLUMNS = ("id", "question", "answer")


def read(content, most=10, columns=COLUMNS, needed=("id", "question")):
    if isinstance(content, str):
        content = content.encode()
    return read_table(content, columns, needed, most)


def xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def what(content, **options):
    with pytest.raises(TableError) as caught:
        read(content, **options)
    return caught.value.what


def test_rows_come_with_the_numbers_a_spreadsheet_shows():
    text = 'ID, Question ,answer\r\na,甲？,"一，\n二"\r\n\r\nb,乙？,\r\n'
    assert read(text) == [
        (3, {"id": "a", "question": "甲？", "answer": "一，\n二"}),
        (5, {"id": "b", "question": "乙？", "answer": ""}),
    ]


def test_columns_may_stand_in_any_order_and_some_may_be_missing():
    assert read("question,id\n甲？,a") == [(2, {"question": "甲？", "id": "a"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_spreadsheets_write_is_understood(encoding):
    assert read("id,question\na,健康码红了怎么办？".encode(encoding))[0][1]["question"] == "健康码红了怎么办？"


def test_an_xlsx_file_is_read_the_same_way():
    content = xlsx(["id", "question", "answer"], ["a", "甲？", 5.0], [None, None, None], ["b", "乙？", None])
    assert read(content) == [
        (2, {"id": "a", "question": "甲？", "answer": "5"}),
        (4, {"id": "b", "question": "乙？", "answer": ""}),
    ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "no_rows"),
        (b"id,question,answer\n", "no_rows"),
        (b"id,question,answer\n,,\n", "no_rows"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "no_table"),
        (b"PK\x03\x04 not a zip at all", "no_table"),
        (b"id,answer\na,b", "columns_missing"),
        (b"id,question,colour\na,b,c", "columns_unknown"),
        (b"id,question,id\na,b,c", "columns_twice"),
        (b'id,question\na,"b" c', "broken_row"),
    ],
)
def test_what_is_no_table_is_told_by_name(content, name):
    assert what(content) == name


def test_a_zip_that_is_no_table_or_unpacks_to_a_giant_is_refused():
    def packed(name, content):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            file.writestr(name, content)
        return out.getvalue()

    assert what(packed("a.txt", "x")) == "no_table"
    assert what(packed("xl/worksheets/sheet1.xml", b"\0" * 101 * 1024 * 1024)) == "too_large"


def test_a_hundred_thousand_rows_are_refused_without_reading_them_all():
    text = "id,question\n" + "a,b\n" * 100_000
    assert what(text) == "too_many_rows"
    assert len(read("id,question\n" + "a,b\n" * 10)) == 10
    assert what("id,question\n" + "a,b\n" * 11) == "too_many_rows"


@pytest.mark.parametrize("cell", ["=cmd()", "=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-cmd", "=HYPERLINK(x)"])
def test_a_formula_is_marked_on_its_way_in_and_harmless_on_its_way_out(cell):
    ((_, row),) = read(write_raw(cell))
    assert isinstance(row["question"], Formula)
    assert harmless(cell) == f"'{cell}"
    ((_, back),) = read(write_csv(COLUMNS, [("a", cell, "")]))
    assert back["question"] == cell
    assert not isinstance(back["question"], Formula)


def write_raw(cell):
    quoted = cell.replace('"', '""')
    return f'id,question\na,"{quoted}"'


@pytest.mark.parametrize("cell", ["+8613800138000", "-3", "问-答", "a=b", "'引号'"])
def test_numbers_and_text_are_no_formulas(cell):
    ((_, row),) = read(write_raw(cell))
    assert row["question"] == cell
    assert not isinstance(row["question"], Formula)


def test_a_formula_of_a_spreadsheet_is_marked_too():
    ((_, row),) = read(xlsx(["id", "question"], ["a", "=1+1"]))
    assert isinstance(row["question"], Formula)


def test_cells_beyond_the_last_column_are_told():
    ((_, row),) = read("id,question\na,b,c")
    assert row[""] == "beyond"


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_what_is_written_comes_back(write):
    rows = [("a", "=cmd()", "健康码\n两行"), ("b", "+1", '他说"好"')]
    assert [tuple(row.values()) for _, row in read(write(COLUMNS, rows))] == rows


def test_no_cell_of_an_xlsx_file_is_a_formula():
    book = load_workbook(io.BytesIO(write_xlsx(COLUMNS, [("a", "=cmd()", "@x")])))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} == {"s"}
