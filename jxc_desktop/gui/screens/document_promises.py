"""What customers' orders promise of the goods in a document that is typed, and whether it would take some of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QObject, QTimer

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.documents import ZERO, DocumentKind
from jxc_desktop.gui.document_lines import EditLine, Need, needs_of
from jxc_desktop.gui.line_batches import takes_batches
from jxc_desktop.gui.tasks import Tasks
from jxc_desktop.i18n import _, listed
from jxc_desktop.queries.promised import Promise, promises

PAUSE = 250
"""Milliseconds of rest after which is looked up what is promised: never between two keys."""
NAMED = 2
"""Orders that a notice names; of the others it says how many they are."""


class Promises(QObject):
    """Knows what is ``promised`` of the goods of one document; ``told()`` runs when that has changed.

    The book is asked only where something is promised at all, or may be of a part of a kit, and once for the same goods,
    however much is typed.
    """

    def __init__(self, owner: QObject, tasks: Tasks, told: Callable[[], object]) -> None:
        super().__init__(owner)
        self._tasks, self._told = tasks, told
        self._wanted: tuple[int, ...] = ()
        self.promised: tuple[Promise, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self._ask)

    def look(self, kind: DocumentKind, lines: Sequence[EditLine]) -> None:
        """These lines stand there now."""
        wanted: set[int] = set()
        if takes_batches(kind):
            asked = [line for line in lines if line.product.parts or any(line.product.reserved.values())]
            wanted = {need.product_id for line in asked for need in needs_of(line)}
        if tuple(sorted(wanted)) != self._wanted:
            self._wanted = tuple(sorted(wanted))
            self._soon.start()

    def refresh(self) -> None:
        """Something in the book changed: ask again."""
        self._soon.start()

    def _ask(self) -> None:
        wanted = self._wanted
        if wanted:
            self._tasks.read(self, "promised", lambda session: promises(session, wanted), self._known)
        else:
            self._known(())

    def _known(self, found: tuple[Promise, ...]) -> None:
        if found != self.promised:
            self.promised = found
            self._told()


@dataclass(frozen=True, slots=True)
class PromiseTaken:
    """Goods of which a document leaves less than orders still want, in base units; ``line`` (from 0) is the first that takes
    them.
    """

    line: int
    name: str
    unit: str
    left: Decimal
    wanted: Decimal
    promises: tuple[Promise, ...]

    @property
    def to(self) -> str:
        """To whom, by which order: ``Sunshine Canteen (XD-20261124-001)``."""
        named = [_("{partner} ({number})").format(partner=p.partner, number=p.number) for p in self.promises[:NAMED]]
        said = listed(named)
        count = len(self.promises)
        return _("{said}, {count} orders in all").format(said=said, count=count) if count > NAMED else said


def takes_promised(
    lines: Sequence[EditLine], promised: Sequence[Promise], warehouse_id: int | None, order_id: int | None = None
) -> PromiseTaken | None:
    """The first goods of which ``lines`` leave less than is promised, as posting will warn: what they deliver of their own orders
    was promised to them and counts for neither side. ``order_id``: the order they fulfil, where they name no line of it, too.
    """
    here = [one for one in promised if one.warehouse_id == warehouse_id]
    if not here:
        return None
    own = {order_id, *(line.draft.order_line[0] for line in lines if line.draft.order_line)}
    goods: dict[int, tuple[int, Need]] = {}
    takes: dict[int, Decimal] = {}
    for number, line in enumerate(lines):
        for need in needs_of(line):
            goods.setdefault(need.product_id, (number, need))
            takes[need.product_id] = takes.get(need.product_id, ZERO) + line.base_quantity * need.each
    for product, (number, need) in goods.items():
        mine = [one for one in here if one.product_id == product]
        kept = min(takes[product], sum((one.quantity for one in mine if one.document_id in own), ZERO))
        still = sum((one.quantity for one in mine), ZERO) - kept
        left = need.on_hand.get(warehouse_id or 0, ZERO) - takes[product]
        if still > max(left, ZERO) and takes[product] > kept:
            others = tuple(one for one in mine if one.document_id not in own) or tuple(mine)
            return PromiseTaken(number, need.name, need.unit, left, still, others)
    return None


def words_of(taken: PromiseTaken) -> str:
    """What is said above the lines."""
    text = _("Line {line}: {left} {unit} of {product} will be left, but {wanted} {unit} are promised: {to}.")
    return text.format(
        line=taken.line + 1,
        product=taken.name,
        unit=taken.unit,
        left=quantity_text(max(taken.left, ZERO)),
        wanted=quantity_text(taken.wanted),
        to=taken.to,
    )
