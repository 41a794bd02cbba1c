"""The look of every window: design tokens turned into colours, fonts, sizes, one palette and one style sheet."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QToolTip

from jxc_desktop import i18n
from jxc_desktop.paths import bundled

Mode = Literal["light", "dark", "system"]
MODES: tuple[Mode, ...] = ("system", "light", "dark")
SCALES = (100, 112, 125)

_ROLES = {  # role -> (size token, semibold)
    "caption": ("caption", False),
    "body": ("body", False),
    "section": ("body", True),
    "title": ("title", True),
    "page": ("page", True),
    "kpi": ("kpi", True),
    "pos_input": ("pos_input", False),
    "pos_total": ("pos_total", True),
}
_FACTORS = {100: 1.0, 112: 1.125, 125: 1.25}


@cache
def _tokens() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((bundled("resources/theme") / "tokens.json").read_text("utf-8"))
    return loaded


class Theme(QObject):
    """The one object that knows colours and sizes. Painters ask it while painting, so a switch repaints at run time."""

    theme_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name: Literal["light", "dark"] = "light"
        self.mode: Mode = "light"
        self.scale = 100
        self.reduced_motion = False
        self._contrast = False
        self._family = str(_tokens()["font"]["family"])
        self._colors: dict[str, QColor] = {}
        self._fonts: dict[tuple[str, bool, str], QFont] = {}
        self._listening = False
        self._load()

    # --- what painters ask ---------------------------------------------------------------------------------------

    def color(self, token: str) -> QColor:
        """The colour of ``token`` in the current theme. Raises ``KeyError`` for a name that is not a token."""
        return self._colors[token]

    def px(self, size: int | str) -> int:
        """``size`` (logical pixels at 100%, or the name of a size token) at the chosen text size."""
        value = int(_tokens()["size"][size]) if isinstance(size, str) else size
        return round(value * _FACTORS[self.scale])

    def font(self, role: str = "body", bold: bool | None = None) -> QFont:
        """The font of a type role (caption, body, section, title, page, kpi, pos_input, pos_total)."""
        token, semibold = _ROLES[role]
        wanted = semibold if bold is None else bold
        kept = (role, wanted, i18n.language())
        if kept not in self._fonts:
            font = QFont()
            font.clearFeatures()  # a new font begins as the application's, which may be of the language before
            font.setFamilies([self._family, *_tokens()["font"]["fallback"]])
            font.setPixelSize(round(int(_tokens()["font"]["size"][token]) * _FACTORS[self.scale]))
            font.setWeight(QFont.Weight.DemiBold if wanted else QFont.Weight.Normal)
            if not i18n.language().startswith("zh"):
                font.setFeature(QFont.Tag("pwid"), 1)  # else ’ and “ are drawn as wide as a Chinese sign
            self._fonts[kept] = font
        return self._fonts[kept]

    def line(self, role: str = "body") -> int:
        """The line height of a type role in logical pixels."""
        return round(int(_tokens()["font"]["line"][_ROLES[role][0]]) * _FACTORS[self.scale])

    def duration(self, name: str = "normal") -> int:
        """Milliseconds of a motion token; 0 when animations are reduced."""
        return 0 if self.reduced_motion else int(_tokens()["motion"][name])

    def number(self, group: str, name: str) -> int:
        """A number of another token group, for example ``number("toast", "width")``; not scaled."""
        return int(_tokens()[group][name])

    def breakpoint(self, name: str) -> int:
        """A width or height of the window at which pages change their layout: larger text needs a larger window."""
        return self.px(self.number("breakpoint", name))

    @property
    def dark(self) -> bool:
        return self.name == "dark"

    # --- switching -----------------------------------------------------------------------------------------------

    def apply(
        self,
        app: QApplication,
        mode: Mode = "system",
        scale: int = 100,
        *,
        reduced_motion: bool = False,
        high_contrast: bool = False,
    ) -> None:
        """Dress ``app``. ``mode`` light, dark or system; ``scale`` one of ``SCALES``. May be called again at any time."""
        self.mode, self.scale, self.reduced_motion, self._contrast = mode, scale, reduced_motion, high_contrast
        self._load()
        load_fonts()
        if not self._listening:
            app.setStyle(QStyleFactory.create("Fusion"))
            QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
            self._listening = True
        app.setFont(self.font("body"))
        app.setPalette(self.palette())
        QToolTip.setFont(self.font("caption"))
        app.setStyleSheet(self.style_sheet())
        self.theme_changed.emit()

    def _system_changed(self) -> None:
        app = QApplication.instance()
        if self.mode == "system" and isinstance(app, QApplication):
            self.apply(app, "system", self.scale, reduced_motion=self.reduced_motion, high_contrast=self._contrast)

    def _load(self) -> None:
        self.name = "dark" if self.mode == "dark" or (self.mode == "system" and _system_is_dark()) else "light"
        values = dict(_tokens()["color"][self.name])
        if self._contrast:
            values["border_subtle"] = values["border_default"] = values["border_control"]
        self._colors = {token: _color(value) for token, value in values.items()}
        for shadow, said in _tokens()["shadow"].items():
            self._colors[f"shadow_{shadow}"] = _color(said[self.name])
        self._fonts.clear()

    def palette(self) -> QPalette:
        """The palette of the current theme, for what the style itself paints."""
        palette = QPalette()
        for role, token in _PALETTE.items():
            palette.setColor(role, self.color(token))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("text_disabled"))
        return palette

    def style_sheet(self) -> str:
        """The style sheet: ``@token`` becomes a colour, ``12sp`` a size at the chosen text size."""
        text = (bundled("resources/theme") / "style.qss").read_text("utf-8")
        text = re.sub(r"(\d+)sp\b", lambda m: f"{self.px(int(m[1]))}px", text)
        return re.sub(r"@([a-z_0-9]+)", lambda m: _css(self.color(m[1])), text)


_Role = QPalette.ColorRole
_PALETTE = {
    _Role.Window: "bg_app",
    _Role.WindowText: "text_primary",
    _Role.Base: "bg_surface",
    _Role.AlternateBase: "bg_subtle",
    _Role.Text: "text_primary",
    _Role.PlaceholderText: "text_tertiary",
    _Role.Button: "bg_surface",
    _Role.ButtonText: "text_primary",
    _Role.BrightText: "danger_text",
    _Role.Highlight: "primary",
    _Role.HighlightedText: "text_on_primary",
    _Role.ToolTipBase: "bg_surface",
    _Role.ToolTipText: "text_primary",
    _Role.Link: "primary_text",
    _Role.LinkVisited: "primary_text",
    _Role.Light: "bg_surface",
    _Role.Midlight: "bg_hover",
    _Role.Mid: "border_default",
    _Role.Dark: "border_control",
    _Role.Shadow: "border_control",
    _Role.Accent: "primary",
}


def _system_is_dark() -> bool:
    return QGuiApplication.instance() is not None and QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _color(value: str) -> QColor:
    """``#RRGGBB`` or ``#RRGGBBAA``."""
    color = QColor(value[:7])
    if len(value) == 9:
        color.setAlpha(int(value[7:], 16))
    return color


def _css(color: QColor) -> str:
    return f"rgba({color.red()}, {color.green()}, {color.blue()}, {color.alpha()})"


@cache
def load_fonts() -> None:
    """Register the bundled faces with Qt, once."""
    for file in sorted(bundled("resources/fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))


theme = Theme()
