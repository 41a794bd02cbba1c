"""Small things every custom painted widget draws the same way: text, badges, key chips, rounded boxes, rings."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen

from jxc_desktop.gui.theme import theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter

TONES = ("neutral", "primary", "success", "warning", "danger", "info")
_KEY_WORDS = {
    "Return": "Enter",
    "Left": "←",
    "Right": "→",
    "Up": "↑",
    "Down": "↓",
    "Escape": "Esc",
    "Delete": "Del",
    "Backspace": "←",
}


_metrics: dict[int, tuple[QFont, QFontMetrics]] = {}


def metrics(font: QFont) -> QFontMetrics:
    """The measures of a font of the theme; kept, because painting a table asks thousands of times."""
    kept = _metrics.get(id(font))
    if kept is None or kept[0] is not font:
        kept = _metrics[id(font)] = font, QFontMetrics(font)
    return kept[1]


theme.theme_changed.connect(_metrics.clear)


def text_width(text: str, font: QFont) -> int:
    """Logical pixels ``text`` needs."""
    return metrics(font).horizontalAdvance(text)


def draw_text(
    painter: QPainter,
    rect: QRect | QRectF,
    text: str,
    token: str = "text_primary",
    font: QFont | None = None,
    align: Qt.AlignmentFlag = LEFT,
) -> bool:
    """One line of text, elided at the right, 1 px up (CJK glyphs sit low). True when it did not fit."""
    font = font or theme.font("body")
    box = QRectF(rect)
    shown = text
    if text_width(text, font) > box.width() + 0.5:
        shown = metrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.setFont(font)
    painter.setPen(theme.color(token))
    painter.drawText(box.translated(0, -1), int(align) | int(Qt.TextFlag.TextSingleLine), shown)
    return shown != text


def fill_round(
    painter: QPainter, rect: QRect | QRectF, token: str | None, radius: float = 6, border: str | None = None, width: float = 1
) -> None:
    """A rounded box; the border is drawn inside ``rect`` so that it stays sharp."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(rect)
    if border:
        box = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setPen(QPen(theme.color(border), width))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(token) if token else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, radius, radius)


def focus_ring(painter: QPainter, rect: QRect | QRectF, radius: float = 6) -> None:
    """The 2 px ring of the control that has the keyboard."""
    fill_round(painter, rect, None, radius, "focus", 2)


def tone_text(tone: str | None) -> str:
    """The text colour token of a tone; ink for none."""
    if tone in (None, "", "plain"):
        return "text_primary"
    return {"muted": "text_secondary", "faint": "text_tertiary"}.get(str(tone), f"{tone}_text")


def badge_width(text: str, dot: bool = False) -> int:
    return text_width(text, theme.font("caption")) + 16 + (10 if dot else 0)


def draw_badge(painter: QPainter, x: float, center_y: float, text: str, tone: str = "neutral", dot: bool = False) -> float:
    """A status badge 20 px high; answers its width."""
    height, width = theme.px(20), badge_width(text, dot)
    rect = QRectF(x, round(center_y - height / 2), width, height)
    fill_round(painter, rect, f"{tone}_soft", 4)
    inner = rect.adjusted(8, 0, -8, 0)
    if dot:
        painter.setBrush(theme.color(f"{tone}_text"))
        painter.drawEllipse(QPointF(inner.left() + 3, rect.center().y()), 3, 3)
        inner.setLeft(inner.left() + 10)
    draw_text(painter, inner.adjusted(0, 0, 2, 0), text, f"{tone}_text", theme.font("caption"))
    return width


def key_words(key: str) -> str:
    """A key sequence as chips show it: ``Ctrl+Return`` -> ``Ctrl Enter``."""
    parts = key[:-1].split("+") + ["+"] if key.endswith("+") and len(key) > 1 else key.split("+")
    return " ".join(_KEY_WORDS.get(part, part) for part in parts if part)


def chip_width(text: str) -> int:
    return max(text_width(text, theme.font("caption")) + 10, theme.px(18))


def draw_chip(painter: QPainter, x: float, center_y: float, text: str, on_primary: bool = False, disabled: bool = False) -> float:
    """A key chip 20 px high; answers its width. On a primary button it darkens the fill instead of framing it."""
    height, width = theme.px(20), chip_width(text)
    rect = QRectF(x, round(center_y - height / 2), width, height)
    if on_primary:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        dark = theme.color("shadow_dialog")
        dark.setAlphaF(0.18)
        painter.setBrush(dark)
        painter.drawRoundedRect(rect, 4, 4)
        draw_text(painter, rect, text, "text_on_primary", theme.font("caption"), CENTER)
    else:
        fill_round(painter, rect, "bg_subtle", 4, "border_default")
        draw_text(painter, rect, text, "text_disabled" if disabled else "text_secondary", theme.font("caption"), CENTER)
    return width


def draw_shadow(painter: QPainter, rect: QRect, radius: float, spread: int, drop: int, token: str) -> None:
    """A soft shadow below ``rect`` made of a few boxes; for popovers and dialogs, never for what scrolls."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    color = theme.color(token)
    steps = 8
    layer = color.toRgb()
    layer.setAlphaF(color.alphaF() / steps * 1.6)
    painter.setBrush(layer)
    for step in range(steps):
        grow = spread * (1 - step / steps) - spread / 3
        box = QRectF(rect).translated(0, drop).adjusted(-grow, -grow, grow, grow)
        painter.drawRoundedRect(box, radius + max(grow, 0), radius + max(grow, 0))
