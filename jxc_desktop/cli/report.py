"""``report NAME``: a report as a table, JSON, CSV, Excel or PDF; without a name, which reports there are."""

from __future__ import annotations

import argparse
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jxc_desktop.cli.context import Context, Options, parse_day, target_file
from jxc_desktop.domain.errors import BadValue, WrongUse
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from jxc_desktop.domain.settings import ShopSettings
    from jxc_desktop.reports.base import Filter, Filters, Report, ReportResult

FORMATS = ("table", "json", "csv", "xlsx", "pdf")
BINARY = ("xlsx", "pdf")
PLANNED = ("horizon", "bucket", "service-level", "review-days")
"""Options of reports that are planned: such a report is refused by its name, not for its options."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help=_("The report; without it the reports are listed."))
    parser.add_argument("--format", choices=FORMATS, help=_("The form of the answer."))
    parser.add_argument("--out", metavar="FILE", help=_("The file to write to."))
    group = parser.add_argument_group(_("Filters"))
    known = _filters()
    for one in known.values():
        group.add_argument(f"--{one.name}", dest=f"filter_{one.field}", metavar=one.control.upper(), help=_(one.title))
    for name in PLANNED:
        if name not in known:
            group.add_argument(f"--{name}", help=argparse.SUPPRESS)


def _filters() -> dict[str, Filter]:
    """Every filter that some report has, and the seven that all of them take."""
    from jxc_desktop.reports import REPORTS
    from jxc_desktop.reports.base import AS_OF, FROM, GOODS, TO

    return {one.name: one for one in (FROM, TO, AS_OF, *GOODS, *(f for report in REPORTS for f in report.filters))}


def run(context: Context, options: Options) -> int:
    from jxc_desktop.reports import REPORTS, report_named, run_report

    if options.name is None:
        _list(context, REPORTS)
        return 0
    report = report_named(options.name)
    form, out = _form(context, options)
    with context.reading() as database:
        act = context.act(database)
        filters = _asked(options, report, act.today)
        with database.read() as session:
            from jxc_desktop.queries.settings import shop_settings

            settings = shop_settings(session)
            result = run_report(session, report, filters)
    _write(context, report, filters, result, settings, form, out)
    return 0


def _list(context: Context, reports: tuple[Report, ...]) -> None:
    if context.output.as_json:
        context.output.value(
            [
                {"name": r.name, "filters": [f.name for f in r.filters], "columns": list(r.json) or [c.key for c in r.columns]}
                for r in reports
            ]
        )
        return
    for report in reports:
        context.output.say(f"{report.name:<16}{_(report.title)}")
        context.output.say(" " * 16 + " ".join(f"--{one.name}" for one in report.filters))


def _form(context: Context, options: Options) -> tuple[str, Path | None]:
    """The format and the file. Raises :class:`WrongUse` where the two do not go together."""
    out = target_file(options.out) if options.out is not None else None
    ending = out.suffix.lower().lstrip(".") if out is not None else ""
    form = options.format or (ending if ending in FORMATS else "json" if context.output.as_json else "table")
    if out is None and form in BINARY:
        raise WrongUse(why=_("The format {format} needs --out FILE.").format(format=form))
    if out is None and context.output.as_json and form != "json":
        raise WrongUse(why=_("--json and --format {format} go together only with --out FILE.").format(format=form))
    return form, out


def _asked(options: Options, report: Report, today: date) -> Filters:
    """What is asked for. Raises :class:`WrongUse` for values that no book could make sense of."""
    from jxc_desktop.reports import groupings
    from jxc_desktop.reports.base import Filters

    said: dict[str, Any] = {}
    for one in _filters().values():
        value = getattr(options, f"filter_{one.field}")
        if value is not None:
            said[one.field] = _value(one, value)
    filters = Filters(today=today, **said)
    if filters.date_from and filters.date_to and filters.date_from > filters.date_to:
        raise WrongUse(why=_("--from lies after --to."))
    try:
        groupings(report, filters.by)
    except BadValue as error:
        raise WrongUse(why=f"--by: {error}") from error
    return filters


def _value(one: Filter, text: str) -> Any:
    """What the text of an option means. Raises :class:`WrongUse` naming the option."""
    option = f"--{one.name}"
    if one.control == "day":
        return date.fromisoformat(parse_day(text, option) or "")
    if one.control == "by":
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if one.control == "number":
        if not (text.isascii() and text.isdigit() and len(text) <= 5):
            raise WrongUse(why=_("{option} “{value}” is not a number of days.").format(option=option, value=text[:20]))
        return int(text)
    if one.control == "choice" and text not in dict(one.choices):
        raise WrongUse(
            why=_("{option} “{value}” is none of {known}.").format(
                option=option, value=text[:20], known=", ".join(dict(one.choices))
            )
        )
    return text


def _write(
    context: Context, report: Report, filters: Filters, result: ReportResult, settings: ShopSettings, form: str, out: Path | None
) -> None:
    from jxc_desktop.reports import as_json

    if out is not None:
        count = _to_file(context, report, filters, result, settings, form, out)
        if context.output.as_json:
            context.output.value({"path": str(out), "format": form, "rows": count})
        else:
            context.output.say(_("{path}: {rows} rows").format(path=out, rows=count))
    elif form == "json":
        context.output.value(as_json(result))
    elif form == "csv":
        from jxc_desktop.exchange.write import write_csv

        write_csv(context.output.stream, result.columns, result.rows)
    else:
        context.output.say(_title(report, filters))
        context.output.table(result.columns, result.rows)
        totals = _totals(result)
        if totals:
            context.output.say(_("Total: {totals}").format(totals=totals))
    for note in result.notes if out is None else ():
        context.output.remark(note)


def _totals(result: ReportResult) -> str:
    from jxc_desktop.columns import word

    return "  ".join(
        f"{column.heading} {word(result.totals[column.key], column.shape)}"
        for column in result.columns
        if isinstance(result.totals.get(column.key), Decimal | int)
    )


def _title(report: Report, filters: Filters) -> str:
    return f"{_(report.title)}  {_subtitle(report, filters)}"


def _subtitle(report: Report, filters: Filters) -> str:
    """What was asked for, in words: the days, then what it was narrowed to."""
    words = []
    if any(one.field == "date_from" for one in report.filters):
        words.append(_("{first} to {last}").format(first=filters.date_from or _("the first posting"), last=filters.until))
    else:
        words.append(_("as of {day}").format(day=filters.day))
    for one in report.filters:
        value = getattr(filters, one.field)
        if one.control in ("warehouse", "category", "product", "partner") and value:
            words.append(f"{_(one.title)} {value}")
    return " · ".join(words)


def _to_file(
    context: Context, report: Report, filters: Filters, result: ReportResult, settings: ShopSettings, form: str, out: Path
) -> int:
    from jxc_desktop.cli.output import table_text
    from jxc_desktop.columns import json_line
    from jxc_desktop.exchange import write
    from jxc_desktop.reports import as_json

    if form == "csv":
        return write.write_csv(out, result.columns, result.rows)
    if form == "xlsx":
        return write.write_xlsx(out, result.columns, result.rows, _(report.title))
    if form == "pdf":
        data = _pdf(context, report, filters, result, settings)
    elif form == "json":
        data = (json_line(as_json(result)) + "\n").encode("utf-8", "backslashreplace")
    else:
        data = (_title(report, filters) + "\n" + table_text(result.columns, result.rows)).encode("utf-8", "backslashreplace")
    with write.replacing(out) as file:
        file.write(data)
    return len(result.rows)


def _pdf(context: Context, report: Report, filters: Filters, result: ReportResult, settings: ShopSettings) -> bytes:
    from jxc_desktop.printing import TablePaper, render_table

    paper = TablePaper(
        title=_(report.title),
        subtitle=_subtitle(report, filters),
        columns=result.columns,
        rows=result.rows,
        shop=settings.shop,
        printed_at=context.act_of(0).moment,
        totals=result.totals or None,
        demo=settings.demo,
    )
    return render_table(paper).pdf
