"""Every control a screen is built from, in one place to import from."""

from jxc_desktop.gui.widgets.buttons import Button, CheckBox, KeyChip, Segmented, Switch
from jxc_desktop.gui.widgets.charts import ComboChart, Series, Sparkline
from jxc_desktop.gui.widgets.combo import Choice, Combo, Picker
from jxc_desktop.gui.widgets.dates import DateEdit, read_date
from jxc_desktop.gui.widgets.details import BatchBar, DetailPanel, Figures, KeyValues
from jxc_desktop.gui.widgets.dialogs import Dialog, picture
from jxc_desktop.gui.widgets.fields import LineEdit, SearchEdit, TextArea
from jxc_desktop.gui.widgets.forms import Field, FieldGrid, focus_first_error, require
from jxc_desktop.gui.widgets.hbars import HBarChart
from jxc_desktop.gui.widgets.kpi import KpiCard
from jxc_desktop.gui.widgets.numbers import MoneyEdit, NumberEdit, PriceEdit, QuantityEdit
from jxc_desktop.gui.widgets.split import ListAndDetail
from jxc_desktop.gui.widgets.states import EmptyState, ProgressRing, Skeleton
from jxc_desktop.gui.widgets.surface import (
    Badge,
    Card,
    Chips,
    FlowLayout,
    NoticeBar,
    ShortLabel,
    column,
    label,
    row,
    rule,
    set_tone,
)
from jxc_desktop.gui.widgets.tabs import Tabs
from jxc_desktop.gui.widgets.toasts import Toasts

__all__ = [
    "Badge",
    "BatchBar",
    "Button",
    "Card",
    "CheckBox",
    "Chips",
    "Choice",
    "Combo",
    "ComboChart",
    "DateEdit",
    "DetailPanel",
    "Dialog",
    "EmptyState",
    "Field",
    "FieldGrid",
    "Figures",
    "FlowLayout",
    "HBarChart",
    "KeyChip",
    "KeyValues",
    "KpiCard",
    "LineEdit",
    "ListAndDetail",
    "MoneyEdit",
    "NoticeBar",
    "NumberEdit",
    "Picker",
    "PriceEdit",
    "ProgressRing",
    "QuantityEdit",
    "SearchEdit",
    "Segmented",
    "Series",
    "ShortLabel",
    "Skeleton",
    "Sparkline",
    "Switch",
    "Tabs",
    "TextArea",
    "Toasts",
    "column",
    "focus_first_error",
    "label",
    "picture",
    "read_date",
    "require",
    "row",
    "rule",
    "set_tone",
]
