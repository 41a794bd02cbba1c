"""What a person does while counting - scans, types, steps, takes back - said in order to the queue that keeps it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import QObject, Signal

from jxc_desktop.domain.counting import Mode, Said
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.stocktake import read_count
from jxc_desktop.gui.screens.stocktake_data import Counting
from jxc_desktop.gui.screens.stocktake_line import CountLine
from jxc_desktop.gui.screens.stocktake_queue import CountQueue
from jxc_desktop.i18n import _

_SET = re.compile(r"(?:\*|×)(.+)|(.+?)(?:\*|×)")
_TIMES = re.compile(r"([0-9.]+)(?:\*|×)(.+)")
_NUMBER = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,3})?")
"""A number of at most four digits is a quantity once there is a line; shop codes have five and more."""
_COUNT = re.compile(r"(?:[0-9.]+[^0-9.\s]+)+[0-9.]*")
"""``3箱2瓶``, and sums such as ``5+7``: what lies in two places."""


class CountHand(QObject):
    """``wrong(words)``: what was typed cannot be taken; ``doubtful(text)``: a number was taken as a quantity.

    ``line()``: the current line. ``stamp()``: the moment now. What is typed waits until the scans before it are kept and
    shown (see :meth:`hold`), because it may be about what they mean.
    """

    wrong = Signal(str)
    doubtful = Signal(str)

    def __init__(
        self, queue: CountQueue, line: Callable[[], CountLine | None], stamp: Callable[[], str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.queue, self._line, self._stamp = queue, line, stamp
        self.counting: Counting | None = None
        self.lost = ""
        """The code scanned last, when it counts nothing yet: a number behind it is not about the line before."""
        self.unclear = ""
        """The code whose batch is being asked."""
        self._ahead: deque[tuple[str, bool]] = deque()
        self._held: set[str] = set()
        queue.idle.connect(self._go_on)

    # --- scanning and typing -------------------------------------------------------------------------------------

    def scanned(self, code: str) -> None:
        """A scan adds one."""
        self._ahead.append((code, False))
        self._go_on()

    def typed(self, text: str) -> None:
        """What was typed into the scan box: a code, ``6*code``, ``*6``, ``6`` or ``3箱2瓶`` for the current line."""
        self._ahead.append((text, True))
        self._go_on()

    def hold(self, why: str) -> None:
        """What was scanned last is not shown yet: what is typed waits until :meth:`release` with the same word."""
        self._held.add(why)

    def release(self, why: str) -> None:
        """It is shown; what was typed meanwhile means it."""
        self._held.discard(why)
        self._go_on()

    def _go_on(self) -> None:
        while self._ahead and self.counting is not None:
            text, by_hand = self._ahead[0]
            if by_hand and (self.queue.busy or self._held):
                return
            self._ahead.popleft()
            if by_hand:
                self._typed(text)
            else:
                self._scan(text)

    def _typed(self, text: str) -> None:
        times, setting = _TIMES.fullmatch(text), _SET.fullmatch(text)
        line = self._line()
        try:
            if times:
                self._scan(times[2], read_count(times[1], (), field=_("Counted")), by_hand=True)
            elif setting:
                self._set_typed(line, setting[1] or setting[2])
            elif line is not None and (_NUMBER.fullmatch(text) or self._is_count(line, text)):
                self._set_typed(line, text)
                if text.isdigit():
                    self.doubtful.emit(text)
            else:
                self._scan(text, by_hand=True)
        except JxcError as error:
            self.wrong.emit(str(error))

    @staticmethod
    def _is_count(line: CountLine, text: str) -> bool:
        """Whether a text is a count in the units of this line, such as ``3箱2瓶``."""
        if not _COUNT.fullmatch("".join(text.split())):
            return False
        try:
            return line.read(text) is not None
        except JxcError:
            return False

    def _scan(self, code: str, times: Decimal | None = None, *, by_hand: bool = False) -> None:
        self._say(code=code, quantity=times, said=code if by_hand else "")

    def _set_typed(self, line: CountLine | None, text: str) -> None:
        if line is None:
            self.wrong.emit(_("Scan a product first, then its quantity."))
            return
        if self.lost:
            words = _("{code} counts nothing yet, so {text} was not taken. If {product} is meant, type it again.")
            self.wrong.emit(words.format(code=self.lost, text=text, product=line.row.name))
            self.lost = ""
            return
        self.put(line, line.read(text), text)

    # --- the current line ----------------------------------------------------------------------------------------

    def put(self, line: CountLine, quantity: Decimal | None, text: str) -> None:
        """There are ``quantity`` of this line, as far as this counter found them; None takes his count back."""
        self._say(line=line, mode="set", quantity=quantity, said=text)

    def step(self, by: int) -> None:
        """One more or less of the current line."""
        line = self._line()
        if line is not None and (by > 0 or line.own):
            self._say(line=line, mode="add", quantity=Decimal(by))

    def reason(self, line: CountLine, words: str) -> None:
        """Why there is more or less; the same reason again takes it away."""
        self._say(line=line, mode="reason", said="" if line.reason == words else words)

    def undo(self) -> None:
        """Take back the newest count of this counter and this sitting."""
        self._say(mode="undo", floor=self.counting.sitting.floor if self.counting is not None else 0)

    # --- saying it -----------------------------------------------------------------------------------------------

    def _say(
        self,
        *,
        mode: Mode = "add",
        code: str = "",
        quantity: Decimal | None = None,
        said: str = "",
        line: CountLine | None = None,
        floor: int = 0,
    ) -> None:
        """Say it. What is said of a line that is shown stands there at once, and is kept in the same breath."""
        assert self.counting is not None
        sitting = self.counting.sitting
        product, batch = line.row.place if line is not None else (None, "")
        round_ = line.round if line is not None else sitting.round
        one = Said(self._stamp(), sitting.counter, mode, code, product, batch, quantity, said, round_, floor)
        if line is not None:
            self.counting.assume(one)
        self.queue.add(one)
