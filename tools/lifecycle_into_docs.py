"""Writes the picture and the table of the lifecycle into docs/lifecycle.md, between its two marks."""

from pathlib import Path

from routing.orders.picture import diagram, table

PAGE = Path(__file__).parent.parent / "docs" / "lifecycle.md"
BEGIN, END = "<!-- lifecycle: made by `make docs` -->\n", "<!-- end of lifecycle -->"


def main() -> None:
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    made = f"```mermaid\n{diagram()}\n```\n\n{table()}\n"
    PAGE.write_text(f"{before}{BEGIN}{made}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
