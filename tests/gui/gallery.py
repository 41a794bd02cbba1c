"""Every control in every state on one page: what the tests look at, and a person compares with the reference pictures."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from PySide6.QtWidgets import QApplication, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from jxc_desktop.columns import Column
from jxc_desktop.gui.row_table import GroupRow, Look, RowTable
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import (
    Badge,
    Button,
    Card,
    CheckBox,
    Choice,
    Combo,
    ComboChart,
    DateEdit,
    EmptyState,
    Field,
    FieldGrid,
    Figures,
    HBarChart,
    KeyChip,
    KeyValues,
    KpiCard,
    LineEdit,
    MoneyEdit,
    NoticeBar,
    Picker,
    ProgressRing,
    QuantityEdit,
    SearchEdit,
    Segmented,
    Series,
    Skeleton,
    Switch,
    Tabs,
    column,
    row,
)


@dataclass(frozen=True)
class Line:
    id: int
    name: str
    code: str
    unit: str
    price: Decimal
    on_hand: Decimal
    status: str | None
    tone: str = "neutral"


LINES = (
    Line(1, "清泉饮用天然水 550ml", "6908812040006", "瓶", Decimal("2.00"), Decimal(14), "低库存", "warning"),
    Line(2, "无糖乌龙茶 500ml", "6908812050968", "瓶", Decimal("5.00"), Decimal(46), None),
    Line(3, "原味酸奶 200g", "6908812044110", "杯", Decimal("5.50"), Decimal(9), "断货风险", "danger"),
    Line(4, "非转基因花生油 5L", "6908812049597", "桶", Decimal("129.00"), Decimal(-3), "滞销"),
)
COLUMNS = (
    Column("name", "商品 / 条码"),
    Column("unit", "单位", priority=2),
    Column("price", "零售价", "money"),
    Column("on_hand", "库存", "quantity", total=True),
    Column("status", "状态"),
)
LOOKS = {
    "name": Look(second="code", stretch=True),
    "unit": Look(muted=True),
    "on_hand": Look(bold=True, tone=lambda r: "danger" if r.on_hand < 10 else None),
    "status": Look(kind="badge", tone=lambda r: r.tone),
}


def table(rows: Sequence[object] = LINES, **more: object) -> RowTable:
    made = RowTable(COLUMNS, LOOKS, **more)  # type: ignore[arg-type]
    made.set_rows(rows)
    return made


def buttons() -> Card:
    card = Card("按钮")
    disabled, busy = Button("不可用", "primary"), Button("过账中", "primary", "check")
    disabled.setEnabled(False)
    busy.set_busy(True)
    card.add(row(Button("保存", "primary"), disabled, busy, Button("存草稿"), Button("更多", menu=True), 1))
    card.add(
        row(
            Button("作废", "danger_ghost"),
            Button("删除单据", "danger"),
            Button("编辑", "ghost", "pencil"),
            Button("查看流水", "link"),
            Button("", icon="printer", tip="打印"),
            1,
        )
    )
    card.add(
        row(
            Button("过账入库", "primary", key="Ctrl+Return"),
            Button("打印", icon="printer", key="Ctrl+P"),
            Button("小按钮", size="sm"),
            1,
        )
    )
    card.add(row(Segmented([(1, "今天"), (7, "近 7 天"), (30, "本月")], 7), Switch(True), Switch(), 1))
    return card


def inputs() -> Card:
    card = Card("输入")
    grid = FieldGrid(2)
    wrong = Field("错误", LineEdit("2026-13-02"))
    read_only = LineEdit("JH-20261124-003")
    read_only.setReadOnly(True)
    off = LineEdit("门店前仓")
    off.setEnabled(False)
    fields = (
        Field("普通", LineEdit("城南饮料批发部")),
        Field("仓库", Combo([(1, "门店前仓"), (2, "后仓")], 1), required=True),
        Field("本次付款", MoneyEdit(Decimal(1000), unit="元")),
        wrong,
        Field("数量", QuantityEdit(Decimal("96"))),
        Field("入库日期", DateEdit(lambda: date(2026, 11, 24), date(2026, 11, 24)), required=True),
        Field(
            "供应商",
            Picker(
                lambda _text, answer: answer([Choice(1, "城南饮料批发部", "GYS-001", "欠 ¥1,200.00")]), "名称、编号或拼音首字母"
            ),
        ),
        Field("只读", read_only),
        Field("不可用", off),
    )
    for field in fields:
        grid.add(field)
    wrong.set_error("没有 13 月，请改为 01 至 12")
    card.add(grid)
    card.add(row(CheckBox("允许负库存", True), CheckBox("盲盘"), SearchEdit("条码 / 拼音首字母 / 品名")))
    return card


def badges() -> Card:
    card = Card("状态徽标")
    card.add(
        row(
            Badge("草稿"),
            Badge("待审核", "warning"),
            Badge("已过账", "success"),
            Badge("盘点中", "primary", True),
            Badge("断货风险", "danger"),
            Badge("在途", "info"),
            1,
        )
    )
    tabs = Tabs([("all", "全部"), ("diff", "有差异"), ("open", "未盘")], "diff")
    for value, count in (("all", 240), ("diff", 6), ("open", 54)):
        tabs.set_count(value, count)
    card.add(tabs)
    card.add(row(*(KeyChip(key) for key in ("F12", "Ctrl+K", "Return", "Esc", "*")), 1))
    card.add(NoticeBar("第 3 行比订购少 24 杯，过账后采购单会保留 24 杯未到货。", "warning", [("改为关闭余量", lambda: None)]))
    return card


def progress() -> Card:
    card = Card("进度与加载")
    bar = QProgressBar(textVisible=False)
    bar.setValue(42)
    card.add(bar)
    card.add(row(ProgressRing(0.78, 72, "已盘"), Skeleton(3)))
    card.add(Figures([("可用库存", "9 杯", "danger"), ("在途", "0 杯"), ("日均销", "6.4 杯"), ("可售", "1.4 天", "danger")]))
    card.add(KeyValues([("零售价", "¥5.50"), ("会员价", "¥5.20"), ("进价", "¥3.60"), ("毛利率", "34.5%")], 2))
    return card


def chart() -> Card:
    card = Card("销售额与毛利", "元 / 天")
    drawn = ComboChart()
    sales = [Decimal(n * 37 % 70 + 30) * 100 for n in range(30)]
    drawn.set(
        [f"11/{n + 1}" for n in range(30)],
        [Series("销售额", sales), Series("毛利", [s / 4 for s in sales], "line")],
        target=(Decimal(6000), "目标 6,000"),
    )
    card.add(drawn, 1)
    bars = HBarChart()
    bars.set([("饮料", 4200, "¥4,200.00", None), ("乳品", 2100, "¥2,100.00", "warning"), ("粮油", 900, "¥900.00", None)])
    card.add(bars)
    return card


def kpis() -> QHBoxLayout:
    sales, turn, due = KpiCard("今日销售额"), KpiCard("库存周转率", info="销售成本 ÷ 平均库存"), KpiCard("应收账款", leads=True)
    course = [5, 4, 6, 5, 7, 8, 7, 9, 8, 10]
    sales.set("¥8,642.50", strong="12.4%", note="较上周同日", trend="up", course=course)
    turn.set("1.32", "次/30 天", badge=("达标", "success"), note="目标 1.30", course=course)
    due.set("¥12,460.00", badge=("3 家逾期", "warning"), note="¥4,180", course=course, token="chart_5")
    return row(sales, turn, due, spacing=12)


def gallery() -> QWidget:
    page = QWidget()
    page.setProperty("panel", "app")
    grouped = table([GroupRow("城南饮料批发部", "3 种", {"on_hand": "60"}), *LINES[:3]], totals=True)
    grouped.set_foot("共 358 种，已选 1 种", [("库存成本", "¥73,612.60")])
    checked = table(checkable=True)
    checked.set_batch(lambda rows: (f"已选 {len(rows)} 种", ""), [Button("批量打印", icon="printer")])
    checked.model.check(1)
    checked.select_key(3)
    retry = EmptyState(
        "database-x",
        "数据文件正被另一程序占用",
        "请关闭另一个窗口后重试，数据没有丢失。",
        [Button("重试", "primary"), Button("打开日志")],
        tone="danger",
        code="错误代码 DB-103",
    )
    state = Card()
    state.add(retry)
    page.setLayout(
        row(
            column(buttons(), inputs(), badges(), 1, spacing=12),
            column(kpis(), chart(), progress(), 1, spacing=12),
            column(grouped, checked, state, spacing=12),
            spacing=12,
            margins=(16, 16, 16, 16),
        )
    )
    layout = page.layout()
    assert isinstance(layout, QHBoxLayout)
    for place in range(3):
        layout.setStretch(place, 1)
        inner = layout.itemAt(place)
        assert inner is not None
        assert isinstance(inner.layout(), QVBoxLayout)
    return page


def main(folder: str) -> None:
    """Leave pictures of the gallery in ``folder``."""
    app = QApplication([])
    for mode, scale in (("light", 100), ("dark", 100), ("light", 125)):
        theme.apply(app, mode, scale)  # type: ignore[arg-type]
        page = gallery()
        page.resize(1760, 860 if scale == 100 else 1050)
        page.show()
        app.processEvents()
        app.processEvents()
        page.grab().save(f"{folder}/gallery_{mode}_{scale}.png")
        page.close()


if __name__ == "__main__":
    main(sys.argv[1])
