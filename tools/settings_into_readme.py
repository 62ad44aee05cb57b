"""Writes the settings table into README.md, between its two marks."""

from pathlib import Path

from core.settings import settings_table

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- settings: made by `make docs` -->\n", "<!-- end of settings -->"


def main() -> None:
    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    README.write_text(f"{before}{BEGIN}{settings_table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
