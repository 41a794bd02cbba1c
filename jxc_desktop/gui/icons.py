"""Icons: Tabler outline drawings rendered in a token colour at the screen's pixel ratio."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from jxc_desktop.gui.theme import theme
from jxc_desktop.paths import bundled

STROKE = "1.75"
_pixmaps: dict[tuple[str, int, int, float], QPixmap] = {}


@cache
def _drawing(name: str) -> str:
    return (bundled("resources/icons") / f"{name}.svg").read_text("utf-8")


def pixmap(name: str, token: str = "text_secondary", size: int = 16, ratio: float | None = None) -> QPixmap:
    """The icon ``name`` in the colour ``token``, ``size`` logical pixels wide. Raises ``FileNotFoundError`` for no such icon."""
    app = QGuiApplication.instance()
    scale = ratio or (app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0)
    color = theme.color(token)
    key = (name, color.rgba(), size, scale)
    if key not in _pixmaps:
        _pixmaps[key] = _render(name, color, size, scale)
    return _pixmaps[key]


def _render(name: str, color: QColor, size: int, ratio: float) -> QPixmap:
    text = _drawing(name).replace("currentColor", color.name()).replace('stroke-width="2"', f'stroke-width="{STROKE}"')
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(color.alphaF())
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(name: str, token: str = "text_secondary", size: int = 16) -> QIcon:
    """The same as a ``QIcon`` (menus, line edit actions), with its disabled look. Ask again after a theme change."""
    made = QIcon(pixmap(name, token, size))
    made.addPixmap(pixmap(name, "text_disabled", size), QIcon.Mode.Disabled)
    return made


def paint_icon(painter: QPainter, x: float, y: float, name: str, token: str = "text_secondary", size: int = 16) -> None:
    """Draw the icon with its upper left corner at ``x``, ``y``."""
    painter.drawPixmap(round(x), round(y), pixmap(name, token, size, painter.device().devicePixelRatioF()))


theme.theme_changed.connect(_pixmaps.clear)
