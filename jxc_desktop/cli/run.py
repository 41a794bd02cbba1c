"""From the words of the command line to an exit code: parse, run, and say every refusal and fault as the contract has it."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jxc_desktop import __version__, i18n
from jxc_desktop.cli import COMMANDS, Entry, command_named
from jxc_desktop.cli.context import Context, parse_today
from jxc_desktop.cli.journal import write_fault
from jxc_desktop.cli.options import Parser, command_word, language_in, shared
from jxc_desktop.cli.output import Output, prepare_streams
from jxc_desktop.domain.errors import TROUBLE, BadText, JxcError, WrongUse
from jxc_desktop.domain.troubles import StorageTrouble
from jxc_desktop.i18n import N_, _
from jxc_desktop.paths import ShopPaths, bundled, default_data_dir

INTERRUPTED = 130


class Fault(JxcError):
    """Our own bug: the data is as it was before, the traceback is in the log."""

    code = "fault"
    text = N_("The program made a mistake; nothing of this command was kept half done. Details are in {log}.")
    exit_code = TROUBLE


@dataclass(frozen=True, slots=True)
class Windows:
    """What lives above the commands: ``start`` opens the windows, ``tour`` drives them through a day."""

    start: Callable[[Context], int] | None = None
    tour: Callable[..., int] | None = None


def run(words: Sequence[str], windows: Windows = Windows()) -> int:
    """Do what ``words`` (without the program's name) say; returns the exit code. Without a command ``windows`` start."""
    prepare_streams()
    i18n.use(language_in(words), bundled("resources/locale"))
    output = Output(sys.stdout, sys.stderr, as_json="--json" in words)
    try:
        return _guarded(list(words), output, windows)
    except BrokenPipeError:
        # Whoever read the output is gone. What is left in the buffer must not be tried again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return TROUBLE


def _guarded(words: list[str], output: Output, windows: Windows) -> int:
    logs: list[Path] = []
    try:
        code = _dispatch(words, output, windows, logs)
        output.stream.flush()
        return code
    except BrokenPipeError:
        raise
    except JxcError as error:
        return _refuse(output, error)
    except UnicodeEncodeError as error:  # a word that is no text: bytes in another code page on the command line
        value = error.object[:40].encode("unicode_escape").decode("ascii")
        return _refuse(output, BadText(field=_("The book"), value=value, why=_("it holds half of a character")))
    except KeyboardInterrupt:
        output.remark(_("Interrupted."))
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last net: nothing may reach the screen as a traceback
        place = command_word(words)
        log = write_fault(logs[0] if logs else None, words[place] if place is not None else "jxc", error)
        if isinstance(error, OSError):
            return _refuse(
                output, StorageTrouble(path=str(error.filename or "?"), why=error.strerror or str(error), log=str(log))
            )
        return _refuse(output, Fault(log=str(log)))


def _refuse(output: Output, error: JxcError) -> int:
    if output.as_json:
        output.value({"error": error.as_json()})
    output.remark(str(error))
    return error.exit_code


def _dispatch(words: list[str], output: Output, windows: Windows, logs: list[Path]) -> int:
    place = command_word(words)
    if place is None:
        return _without_command(words, output, windows, logs)
    entry = command_named(words[place])
    if entry is None:
        known = ", ".join(dict.fromkeys(e.name for e in COMMANDS))
        raise WrongUse(why=_("There is no command “{word}”. Commands are: {known}.").format(word=words[place][:40], known=known))
    parser = Parser(prog=f"jxc {entry.name}", description=_(entry.help), allow_abbrev=False)
    shared(parser)
    module = importlib.import_module(f"jxc_desktop.cli.{entry.module}")
    module.arguments(parser)
    options = parser.parse_args(words[:place] + words[place + 1 :])
    context = _context(options, output, windows, logs)
    options.command = entry.name
    code: int = module.run(context, options)
    return code


def _context(options: argparse.Namespace, output: Output, windows: Windows, logs: list[Path]) -> Context:
    if options.data is not None and not options.data.strip():
        raise WrongUse(why=_("--data is empty: name the folder, or leave the option out."))
    paths = ShopPaths(Path(options.data) if options.data else default_data_dir())
    logs.append(paths.logs)
    return Context(paths, output, options.database, options.user, parse_today(options.today), options.yes, windows.tour)


def _without_command(words: list[str], output: Output, windows: Windows, logs: list[Path]) -> int:
    parser = Parser(
        prog="jxc",
        description=_("The shop's book without a screen. Without a command the windows open."),
        allow_abbrev=False,
        add_help=False,
    )
    shared(parser)
    parser.add_argument(
        "--version", action="store_true", help=_("The version of the program, its database engine and its schema.")
    )
    parser.add_argument("-h", "--help", action="store_true", help=_("This help."))
    options = parser.parse_args(words)
    if options.version:
        return _version(output, options.database)
    if not options.help and not options.json and windows.start is not None:
        return windows.start(_context(options, output, windows, logs))
    output.say(parser.format_help())
    output.say(_("Commands (jxc COMMAND --help says more):"))
    for entry in COMMANDS:
        output.say(_help_line(entry))
    if options.help:
        return 0
    raise WrongUse(why=_("Name a command."))


def _help_line(entry: Entry) -> str:
    return f"  {entry.name:<12}{_(entry.help)}"


def _version(output: Output, url: str | None) -> int:
    from jxc_desktop.db.schema import SCHEMA

    engine, number = _engine(url)
    if output.as_json:
        output.value({"version": __version__, "engine": engine, "engine_version": number, "schema": SCHEMA})
    else:
        output.say(
            _("JXC Desktop {version}, {engine} {number}, schema {schema}").format(
                version=__version__, engine=engine, number=number, schema=SCHEMA
            )
        )
    return 0


def _engine(url: str | None) -> tuple[str, str]:
    if url is None:
        from jxc_desktop.db.schema import sqlite_version

        return "SQLite", sqlite_version()
    from jxc_desktop.db.server import open_server, server_version

    database = open_server(url)
    try:
        return "PostgreSQL", server_version(database)
    finally:
        database.close()
