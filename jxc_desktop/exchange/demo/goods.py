"""The invented goods, suppliers and customers of the demo shop. Every name is made up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product
from random import Random


@dataclass(frozen=True, slots=True)
class Family:
    """Goods that are alike. ``names`` x ``sizes`` are the articles; cost in fen of the first size, grown by ``steps``.

    ``demand``: pieces a day of the best seller; ``season``: month -> factor, others 1; ``box``: name and pieces of the
    larger unit; ``life``: shelf life in days, goods with one are kept by batch when it is short.
    """

    category: str
    supplier: int
    unit: str
    box: tuple[str, int]
    brands: tuple[str, ...]
    names: tuple[str, ...]
    sizes: tuple[tuple[str, int], ...]
    markup: int
    demand: float
    life: int | None = None
    season: str = ""
    shelf: str = "A"


SEASONS: dict[str, dict[int, float]] = {
    "": {},
    "summer": {5: 1.3, 6: 1.7, 7: 2.0, 8: 1.9, 9: 1.3, 12: 0.6, 1: 0.5, 2: 0.6},
    "winter": {11: 1.4, 12: 1.6, 1: 1.7, 2: 1.5, 6: 0.7, 7: 0.6, 8: 0.6},
    "festival": {1: 1.9, 2: 1.6, 9: 1.4, 10: 1.2},
}

SUPPLIERS = (
    ("城南饮料批发部", "城南", "13900010001", 15),
    ("晨牧乳业配送站", "城东", "13900010002", 7),
    ("禾满粮油经营部", "城西", "13900010003", 30),
    ("乐滋食品商行", "城北", "13900010004", 30),
    ("洁雅日化配送", "城南", "13900010005", 30),
    ("田园生鲜合作社", "郊区", "13900010006", 0),
    ("麦香烘焙坊", "城东", "13900010007", 7),
    ("文轩文具批发", "城西", "13900010008", 45),
    ("家和百货经营部", "城北", "13900010009", 30),
    ("利工五金建材行", "城南", "13900010010", 45),
)

CUSTOMERS = (
    ("城东幼儿园", "城东", "wholesale", 30, 5000),
    ("阳光食堂", "城南", "wholesale", 30, 8000),
    ("邻里物业服务部", "城西", "wholesale", 45, 6000),
    ("小巷面馆", "城北", "wholesale", 15, 3000),
    ("青禾办公用品", "城东", "wholesale", 30, 4000),
    ("康和社区医院", "城南", "sale", 30, 6000),
    ("晓月理发店", "城西", "member", 15, 1000),
    ("北门修理铺", "城北", "member", 15, 1500),
    ("育才小学", "城东", "wholesale", 60, 8000),
    ("老街茶馆", "城西", "wholesale", 15, 2500),
)

FAMILIES = (
    Family("饮料/水", 0, "瓶", ("箱", 24), ("清泉", "云岭", "雪谷"), ("饮用天然水", "矿泉水", "苏打水"),
           (("550ml", 90), ("1.5L", 190), ("5L", 620)), 60, 9.0, 540, "summer", "A"),
    Family("饮料/茶", 0, "瓶", ("箱", 15), ("云岭", "知叶"), ("无糖乌龙茶", "茉莉花茶", "冰红茶", "绿茶", "柠檬茶"),
           (("500ml", 260), ("1L", 420)), 55, 6.0, 360, "summer", "A"),
    Family("饮料/汽水", 0, "罐", ("箱", 24), ("乐滋", "橙果"), ("可乐", "橙味汽水", "青柠汽水", "荔枝汽水"),
           (("330ml", 170), ("500ml", 230)), 55, 6.0, 360, "summer", "A"),
    Family("饮料/功能", 0, "瓶", ("箱", 15), ("力途",), ("维生素饮料", "电解质水", "咖啡饮料", "能量饮料"), (("500ml", 360),), 50, 3.0, 360, "summer", "A"),
    Family("乳品/牛奶", 1, "盒", ("箱", 12), ("晨牧", "草原红"), ("纯牛奶", "高钙奶", "早餐奶"), (("250ml", 260), ("1L", 980)), 32, 6.0, 180, "", "冷柜"),
    Family("乳品/酸奶", 1, "杯", ("板", 12), ("晨牧", "小满"), ("原味酸奶", "草莓酸奶", "黄桃酸奶", "零糖酸奶"), (("200g", 360),), 50, 5.0, 21, "", "冷柜"),
    Family("粮油/米面", 2, "袋", ("件", 4), ("禾满", "东野"), ("珍珠米", "长粒香米", "高筋面粉", "挂面"), (("1kg", 560), ("5kg", 2650)), 35, 1.5, 365, "", "B"),
    Family("粮油/食用油", 2, "桶", ("箱", 4), ("禾满", "金穗"), ("花生油", "菜籽油", "玉米油"), (("1.8L", 3980), ("5L", 9800)), 30, 0.7, 540, "festival", "B"),
    Family("粮油/调味", 2, "瓶", ("箱", 12), ("老灶", "禾满"), ("酱油", "陈醋", "料酒", "蚝油"), (("500ml", 480), ("1L", 820)), 42, 1.5, 540, "", "B"),
    Family("粮油/方便食品", 3, "袋", ("箱", 24), ("乐滋", "红灶"), ("红烧牛肉面", "老坛酸菜面", "香菇鸡面", "海鲜面"), (("单包", 190), ("五连包", 1150)), 40, 4.0, 180, "", "B"),
    Family("零食/膨化", 3, "袋", ("箱", 20), ("海盐岛", "乐滋"), ("原味薯片", "番茄薯片", "海苔薯片", "虾条", "玉米片"), (("70g", 390), ("135g", 650)), 65, 4.0, 240, "", "C"),
    Family("零食/饼干", 3, "盒", ("箱", 12), ("小满", "麦田"), ("苏打饼干", "夹心饼干", "消化饼", "蛋卷"), (("150g", 480), ("400g", 1080)), 50, 2.2, 300, "festival", "C"),
    Family("零食/糖果", 3, "袋", ("箱", 30), ("甜屿",), ("薄荷糖", "水果软糖", "牛轧糖", "巧克力豆", "棒棒糖"), (("100g", 420), ("250g", 920)), 60, 1.6, 540, "festival", "C"),
    Family("零食/坚果", 3, "袋", ("箱", 20), ("果仁说", "海盐岛"), ("香瓜子", "花生米", "开心果", "每日坚果"), (("120g", 560), ("300g", 1380)), 48, 1.8, 240, "festival", "C"),
    Family("面包/短保", 6, "袋", ("筐", 20), ("麦香",), ("手撕面包", "全麦吐司", "红豆面包", "奶香小餐包"), (("400g", 820),), 52, 3.2, 7, "", "D"),
    Family("生鲜/蛋", 5, "板", ("箱", 6), ("田园",), ("鲜鸡蛋30枚", "土鸡蛋15枚"), (("", 1860),), 28, 2.4, 30, "", "冷柜"),
    Family("生鲜/速冻", 5, "袋", ("箱", 10), ("小灶", "禾满"), ("猪肉水饺", "三鲜水饺", "手抓饼", "汤圆"), (("500g", 980), ("1kg", 1780)), 38, 1.6, 360, "winter", "冰柜"),
    Family("日化/纸品", 4, "提", ("件", 8), ("家和", "柔晴"), ("抽纸3层6包", "卷纸10卷", "厨房纸4卷"), (("", 1420),), 38, 2.4, None, "", "E"),
    Family("日化/洗涤", 4, "瓶", ("箱", 8), ("洁雅", "净界"), ("洗衣液", "洗洁精", "洁厕液", "柔顺剂"), (("500g", 780), ("2kg", 2180)), 42, 0.9, None, "", "E"),
    Family("日化/个护", 4, "支", ("盒", 12), ("洁雅", "晨光里"), ("牙膏", "洗面奶", "护手霜", "沐浴露", "洗发水"), (("120g", 880), ("400g", 2280)), 55, 0.8, None, "winter", "E"),
    Family("文具/书写", 7, "支", ("盒", 12), ("文轩",), ("中性笔黑", "中性笔红", "铅笔HB", "荧光笔", "记号笔"), (("", 110),), 110, 1.5, None, "festival", "F"),
    Family("文具/本册", 7, "本", ("包", 10), ("文轩", "纸间"), ("软抄本", "线圈本", "便签本"), (("A5", 260), ("B5", 420)), 90, 0.8, None, "festival", "F"),
    Family("百货/家居", 8, "个", ("箱", 10), ("家和",), ("晾衣架10只", "垃圾袋5卷", "保鲜膜", "保鲜袋", "拖把", "水杯", "长柄雨伞"), (("", 1180),), 68, 0.5, None, "", "G"),
    Family("百货/电池照明", 8, "卡", ("盒", 12), ("光点",), ("电池5号4粒", "电池7号4粒", "LED灯泡9W", "手电筒"), (("", 920),), 75, 0.6, None, "", "G"),
    Family("五金/紧固", 9, "包", ("盒", 20), ("利工",), ("自攻螺丝", "膨胀螺栓", "钢钉", "挂钩"), (("小", 320), ("大", 680)), 90, 0.15, None, "", "H"),
    Family("五金/工具", 9, "把", ("箱", 6), ("利工",), ("十字螺丝刀", "活动扳手", "美工刀", "卷尺5米", "羊角锤"), (("", 1850),), 62, 0.08, None, "", "H"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Article:
    """One article of the demo: prices in fen, ``demand`` pieces a day in an ordinary month."""

    code: str
    barcode: str
    name: str
    spec: str
    brand: str
    family: Family
    cost: int
    price: int
    demand: float


def ean13(digits: str) -> str:
    """``digits`` (12) with the check digit of an EAN-13."""
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
    return digits + str(-total % 10)


def articles(wanted: int, rng: Random) -> list[Article]:
    """``wanted`` articles, the same for the same random state; beyond the invented list the names get a number."""
    pool = [
        (family, brand, name, size)
        for family in FAMILIES
        for brand, name, size in product(family.brands, family.names, family.sizes)
    ]
    serial, made = count(1), list[Article]()
    order: Iterator[int] = iter(())
    for round_number in count():
        if len(made) >= wanted:
            return made
        order = iter(rng.sample(range(len(pool)), len(pool)))
        for index in order:
            if len(made) >= wanted:
                break
            family, brand, name, (spec, cost) = pool[index]
            number = next(serial)
            rank = rng.random()
            suffix = f" {round_number + 1}号" if round_number else ""
            real = round(cost * rng.uniform(0.94, 1.06))
            price = round(real * (100 + family.markup) / 1000) * 10
            demand = family.demand * (0.06 + rank**3) * min(1.0, 420 / wanted + 0.15)
            made.append(
                Article(
                    f"{number:05}",
                    ean13(f"69{88120 + round_number:05}{number:05}"),
                    f"{brand}{name}{suffix}",
                    spec,
                    brand,
                    family,
                    real,
                    price,
                    demand,
                )
            )
    raise AssertionError("the rounds never end")
