"""The parts of the import page: which column is what, the rows as they stand in the file, what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable

from jxc_desktop.columns import Column
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screens.import_data import FileLook, field_titles, needed_fields
from jxc_desktop.gui.widgets import Combo, Field
from jxc_desktop.i18n import N_, _

COLUMNS_SHOWN = 16

PROBLEMS = (
    Column("row", N_("Row"), "integer"),
    Column("field", N_("Field"), width=110),
    Column("value", N_("What stands there"), priority=2, width=140),
    Column("message", N_("What is wrong")),
    Column("level", N_("State"), "choice", choices={"error": N_("Left out"), "warning": N_("Look at it")}),
)


def problems_table(preferences: Preferences, kind: Callable[[], str]) -> RowTable:
    """The list of remarks on rows; ``kind`` says of which import."""
    return RowTable(
        PROBLEMS,
        {
            "message": Look(stretch=True),
            "value": Look(muted=True),
            "level": Look(kind="badge", tone=lambda r: "danger" if r.level == "error" else "warning"),
            "field": Look(words=lambda r: field_titles(kind()).get(r.field, r.field)),
        },
        name="import_problems",
        preferences=preferences,
        key="message",
    )


def mapping_fields(kind: str, look: FileLook, chosen: Callable[[str, object], None]) -> list[Field]:
    """A field with a combo for each field of the import: what is needed or recognised first; ``chosen(name, place)`` is told."""
    options: list[tuple[object, str]] = [(None, _("Not in the file"))]
    options += [(place, text) for place, text in enumerate(look.headings) if text]
    needed, fields = needed_fields(kind), []
    for name, words in sorted(field_titles(kind).items(), key=lambda item: item[0] not in needed and item[0] not in look.columns):
        places = look.columns.get(name, ())
        combo = Combo(options, places[0] if places else None)
        combo.chosen.connect(lambda value, name=name: chosen(name, value))
        more = _("and {count} more columns").format(count=len(places) - 1) if len(places) > 1 else ""
        fields.append(Field(words, combo, required=name in needed, hint=more))
    return fields


def sample_table(kind: str, look: FileLook) -> RowTable:
    """The first rows of the file under the fields they were taken for."""
    titles = field_titles(kind)
    by_place = {place: titles[name] for name, places in look.columns.items() for place in places}
    places = [place for place, text in enumerate(look.headings) if text or place in by_place][:COLUMNS_SHOWN]
    columns = [Column("row", N_("Row"), "integer")]
    columns += [Column(f"c{place}", by_place.get(place, look.headings[place]), width=160) for place in places]
    main = next((p[0] for name in ("name", "product", "code") if (p := look.columns.get(name))), None)
    looks = {f"c{place}": Look(muted=place not in by_place, stretch=place == main) for place in places}
    table = RowTable(columns, looks, key="row")
    table.set_rows(
        [
            {"row": number} | {f"c{place}": cells[place] if place < len(cells) else "" for place in places}
            for number, cells in look.sample
        ]
    )
    return table
