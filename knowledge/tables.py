"""Reads and writes tables of articles, CSV and XLSX; a cell is text, never a formula, and memory stays bounded.

Spreadsheets run what begins with `=`, `+`, `-` or `@`: such cells are written with an apostrophe before them, and a
cell that is a formula is not taken in.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import HotlineError

_ENCODINGS = ("utf-8-sig", "gb18030")  # what spreadsheets in China write when not told otherwise
_LARGEST_UNPACKED_BYTES = 100 * 1024 * 1024
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
Row = tuple[int, dict[str, str]]


class TableError(HotlineError):
    """A file can't be read as a table; `what` names a sentence that every screen has, `values` what stands in it."""

    def __init__(self, what: str, **values: str | int) -> None:
        super().__init__(f"{what} {values}" if values else what)
        self.what, self.values = what, values


class Formula(str):
    """A cell that is a formula: kept apart from text, so that its row can be refused."""

    __slots__ = ()


def read_table(content: bytes, columns: Sequence[str], needed: Iterable[str], most: int) -> list[Row]:
    """Return the rows of a table with their numbers as the spreadsheet shows them (the heading is row 1).

    A cell is text or a `Formula`; empty rows are passed over.

    Raises:
        TableError: not a table, a column missing or unknown, or more than `most` rows; it stops reading there.
    """
    if not content.strip():
        raise TableError("no_rows")
    rows = _xlsx(content) if content[:2] == b"PK" else _csv(content)
    _, heading = next(rows, (1, []))
    names = [name.strip().casefold() for name in heading]
    while names and not names[-1]:
        names.pop()
    _check_heading(names, columns, needed)
    filled = ((number, cells) for number, cells in rows if any(cell.strip() for cell in cells))
    found = [(number, _by_name(names, cells)) for number, cells in islice(filled, most + 1)]
    if len(found) > most:
        raise TableError("too_many_rows", most=most)
    if not found:
        raise TableError("no_rows")
    return found


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV file that spreadsheets open as it is meant: marked as UTF-8, no cell a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return an XLSX file; every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("articles")
    sheet.append(list(columns))
    for row in rows:
        sheet.append([harmless(_UNWRITABLE.sub("", cell)) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(_STARTS_FORMULA) else cell


def _plain(cell: str) -> str:
    """Return what a cell says: our own apostrophe is taken off again, a formula stays marked as one."""
    text = cell.strip()
    if text.startswith("'") and text[1:].startswith(_STARTS_FORMULA):
        return text[1:]
    number = text[:1] in "+-" and text[1:2].isdigit()
    return Formula(text) if text.startswith(_STARTS_FORMULA) and not number else text


def _by_name(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return a row by its columns; cells beyond the last column are told by an empty name."""
    row = {name: _plain(cell) for name, cell in zip(names, (*cells, *[""] * len(names)), strict=False)}
    beyond = any(cell.strip() for cell in cells[len(names) :])
    return {**row, "": "beyond"} if beyond else row


def _check_heading(names: Sequence[str], columns: Sequence[str], needed: Iterable[str]) -> None:
    missing = [name for name in needed if name not in names]
    if missing:
        raise TableError("columns_missing", missing=", ".join(missing), columns=", ".join(columns))
    unknown = [name for name in names if name not in columns]
    if unknown:
        raise TableError("columns_unknown", unknown=", ".join(unknown)[:200], columns=", ".join(columns))
    if len(set(names)) < len(names):
        raise TableError("columns_twice")


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise TableError("broken_row", row=reader.line_num) from error


def _text(content: bytes) -> str:
    if b"\0" in content:
        raise TableError("no_table")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError("no_table")


def _xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST_UNPACKED_BYTES:
                raise TableError("too_large")
        book = load_workbook(io.BytesIO(content), read_only=True)  # streams: one row in memory at a time
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise TableError("no_table") from error
    try:
        for number, cells in enumerate(book.worksheets[0].iter_rows(), 1):
            yield number, [_cell(cell) for cell in cells]
    except (KeyError, ValueError, IndexError, SyntaxError, zipfile.BadZipFile) as error:
        raise TableError("no_table") from error
    finally:
        book.close()


def _cell(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return f"={str(value).removeprefix('=')}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
