"""Moving average: how goods leave and join a pool in which every piece costs the same. Also the batch's own cost."""

from __future__ import annotations

from jxc_desktop.domain.costing_pool import EntryResult, PoolState, Ratio, cover, lack, times
from jxc_desktop.domain.money import divide_half_up


def take(state: PoolState, quantity: int, result: EntryResult) -> None:
    """``quantity`` (> 0) leaves at V x q / Q, the last piece with all that is left; what is missing at the last known cost."""
    have, value = state.quantity, state.value
    state.quantity = have - quantity
    if have >= quantity:
        if have > quantity:
            value = divide_half_up(value * quantity, have)
    else:
        if have > 0:
            quantity -= have
        else:
            value = 0
        value += lack(state, result, quantity)
    state.value -= value
    result.value = -value


def put(state: PoolState, quantity: int, value: int, cost: Ratio | None) -> None:
    """``quantity`` (> 0) worth ``value`` joins; ``cost`` is its exact unit cost, None when it teaches nothing new."""
    have = state.quantity
    state.quantity = have + quantity
    state.value += value
    if have > 0:
        state.last = (state.value, state.quantity)
    else:
        if cost is not None:
            state.last = cost
        if have < 0:
            cover(state, quantity, value)


def revalue(state: PoolState, cost: Ratio) -> int:
    """Give all that is on hand (> 0) the unit cost ``cost``; returns the change of value."""
    value = times(cost, state.quantity)
    change = value - state.value
    state.value = value
    state.last = cost
    return change
