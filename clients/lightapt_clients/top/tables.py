"""A table that is shown anew again and again: only cells that differ are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rich.text import Text
from textual.widgets import DataTable

__all__ = ["LiveTable"]

_LEAST: Final = 8


class LiveTable(DataTable[Text]):
    """A table of rows with keys.

    Args:
        columns: Heading and width of each column, but for the last, which takes what is left.
        last: The heading of the last column.
        id: What it is called.
    """

    def __init__(self, columns: Iterable[tuple[Text, int]], last: str, *, id: str) -> None:
        super().__init__(id=id, cursor_type="row", cell_padding=0, zebra_stripes=False)
        self._columns = tuple(columns)
        self._last = last
        self._shown: dict[str, tuple[Text, ...]] = {}

    def on_mount(self) -> None:
        """Set up the columns."""
        for number, (heading, width) in enumerate(self._columns):
            self.add_column(heading, width=width, key=str(number))
        self.add_column(self._last, width=_LEAST, key=str(len(self._columns)))

    def on_resize(self) -> None:
        """Give the last column what is left."""
        used = sum(width for _, width in self._columns)
        column = self.ordered_columns[-1]
        width = max(self.size.width - used, _LEAST)
        if column.width != width:
            column.width = width
            self.refresh(layout=True)
            self._clear_caches()

    def show(self, rows: Mapping[str, Sequence[Text]]) -> None:
        """Show these rows, by their keys; nothing before the table is mounted."""
        if not self.ordered_columns:
            return
        if list(rows) != list(self._shown):
            self._fill(rows)
            return
        for key, cells in rows.items():
            self._update(key, self._shown[key], tuple(cells))

    def _fill(self, rows: Mapping[str, Sequence[Text]]) -> None:
        chosen = self.chosen
        self.clear()
        for key, cells in rows.items():
            self.add_row(*cells, key=key)
        self._shown = {key: tuple(cells) for key, cells in rows.items()}
        if chosen in rows:
            self.move_cursor(row=self.get_row_index(chosen), animate=False)

    def _update(self, key: str, before: tuple[Text, ...], cells: tuple[Text, ...]) -> None:
        self._shown[key] = cells
        for number, (old, new) in enumerate(zip(before, cells, strict=True)):
            if old != new or old.style != new.style:
                self.update_cell(key, str(number), new)

    @property
    def chosen(self) -> str:
        """The key of the row under the cursor; empty where there is none."""
        if not self.is_valid_row_index(self.cursor_row):
            return ""
        return self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value or ""
