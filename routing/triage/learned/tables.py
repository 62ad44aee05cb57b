"""Reads the text and label columns of a CSV file for learning and measuring; says plainly what is wrong with a file."""

import csv
import sys
from pathlib import Path

from core.errors import HotlineError

_YES = frozenset({"1", "true", "yes", "y", "red", "是", "红"})
_NO = frozenset({"0", "false", "no", "n", "", "other", "否"})


class TableUnreadableError(HotlineError):
    """A file is no UTF-8 CSV, lacks a column, or has no row with a text."""


def read_columns(path: Path, text: str, label: str) -> tuple[list[str], list[str]]:
    """Return the texts and labels of the rows that have both.

    Raises:
        TableUnreadableError: the message says what is wrong.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            missing = [name for name in (text, label) if name not in (rows.fieldnames or ())]
            if missing:
                raise TableUnreadableError(
                    f"{path} has no column {' and '.join(missing)}; it has {', '.join(rows.fieldnames or ('none',))}."
                )
            pairs = [(row[text] or "", row[label] or "") for row in rows]
    except OSError as error:
        raise TableUnreadableError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise TableUnreadableError(f"{path} is not UTF-8. Save it as “CSV UTF-8” and try again.") from error
    except csv.Error as error:
        raise TableUnreadableError(f"{path} is no CSV file: {error}.") from error
    kept = [(said, filed.strip()) for said, filed in pairs if said.strip()]
    if not kept:
        raise TableUnreadableError(f"{path} has no row with a text in column {text}.")
    return [said for said, _ in kept], [filed for _, filed in kept]


def read_reds(path: Path, text: str, red: str) -> tuple[list[str], list[bool]]:
    """Return the texts, and which of them are red (1/0, true/false, yes/no, red/other).

    Raises:
        TableUnreadableError: as above, or the column holds anything else.
    """
    texts, values = read_columns(path, text, red)
    strange = {value for value in values if value.casefold() not in _YES | _NO}
    if strange:
        example = min(strange)
        raise TableUnreadableError(f"Column {red} of {path} must say 1 or 0 for red or not; it says “{example[:40]}”.")
    return texts, [value.casefold() in _YES for value in values]


def language_of(texts: list[str]) -> str:
    """Return the language that most texts are in, `zh` or `en`."""
    chinese = sum(any("\u3400" <= sign <= "\u9fff" for sign in text) for text in texts)
    return "zh" if chinese * 2 >= len(texts) else "en"
