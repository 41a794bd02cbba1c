"""Troubles of the book itself, its files and devices, by name; each a sentence as in :mod:`jxc_desktop.domain.errors`."""

from __future__ import annotations

from jxc_desktop.domain.errors import DAMAGED, TROUBLE, WRONG_USE, JxcError
from jxc_desktop.i18n import N_


class ShopExists(JxcError):
    code = "shop_exists"
    text = N_("There is a shop in {path} already. Choose another folder, or open this one.")


class NoShop(JxcError):
    code = "no_shop"
    text = N_("There is no shop in {path}. Make one with “init”, or restore a backup.")
    exit_code = TROUBLE


class BookMissing(JxcError):
    code = "book_missing"
    text = N_(
        "The book {path} is gone, but a shop was kept here. Nothing new was made. Put the file back, or restore a backup from {backups}."
    )
    exit_code = TROUBLE


class ForeignFile(JxcError):
    code = "foreign_file"
    text = N_("{path} is not a book of this program ({why}). It was left untouched.")
    exit_code = DAMAGED


class DamagedFile(JxcError):
    code = "damaged_file"
    text = N_("{path} is damaged ({why}). It was left untouched; restore the last good backup.")
    exit_code = DAMAGED


class NewerBook(JxcError):
    code = "newer_book"
    text = N_(
        "{path} was written by a newer version (schema {schema}, this program knows {known}). Install the newer program; the file was left untouched."
    )
    exit_code = DAMAGED


class OlderBook(JxcError):
    code = "older_book"
    text = N_("{path} has schema {schema}; this program needs {known}. Run “migrate” (a copy is made first).")


class ReadOnlyBook(JxcError):
    code = "read_only_book"
    text = N_("{path} cannot be written. Check that the disk or stick is not write-protected and that the folder belongs to you.")
    exit_code = TROUBLE


class BookBusy(JxcError):
    code = "book_busy"
    text = N_("The book is being written by {holder} and did not become free within {seconds} seconds. Try again in a moment.")
    exit_code = TROUBLE


class WindowOpen(JxcError):
    code = "window_open"
    text = N_("The window of this shop is open ({holder}). Close it first, then try again.")
    exit_code = TROUBLE


class DiskFull(JxcError):
    code = "disk_full"
    text = N_("The disk of {path} is full ({free} free). Nothing was saved and nothing was lost; make room and try again.")
    exit_code = TROUBLE


class StorageTrouble(JxcError):
    code = "storage"
    text = N_("{path} could not be read or written ({why}). Nothing was saved; check the disk and try again.")
    exit_code = TROUBLE


class FileTrouble(JxcError):
    code = "file_trouble"
    text = N_("{path} cannot be opened ({why}). Check the name and that the file is not in use.")
    exit_code = TROUBLE


class FileTooLarge(JxcError):
    code = "file_too_large"
    text = N_("{path} is too large to be read safely ({why}). Split it and try again.")


class NotASpreadsheet(JxcError):
    code = "not_a_spreadsheet"
    text = N_("{path} is not a spreadsheet this program can read ({why}). Use .xls, .xlsx, .ods or .csv.")
    exit_code = DAMAGED


class NoHeadings(JxcError):
    code = "no_headings"
    text = N_("No column of {path} could be recognised as {needed}. Name it with --map, for example --map {example}.")


class NotABackup(ForeignFile):
    code = "not_a_backup"
    text = N_("{path} is not a backup of this program ({why}).")


class BackupDamaged(DamagedFile):
    code = "backup_damaged"
    text = N_("The backup {path} is damaged ({why}) and cannot be restored. Use another one.")


class UpgradeFailed(JxcError):
    code = "upgrade_failed"
    text = N_(
        "{path} could not be brought to this program’s schema ({why}). The book was left as it was; report this, and go on with the older program."
    )
    exit_code = TROUBLE


class ConfirmationNeeded(JxcError):
    code = "confirmation_needed"
    text = N_("This replaces the shop “{shop}”. Say --yes to go on; a safety copy is kept.")
    exit_code = WRONG_USE


class PrinterTrouble(JxcError):
    code = "printer_trouble"
    text = N_("Nothing came out of {printer} ({why}). The document is safe; print it again from its page.")
    exit_code = TROUBLE
