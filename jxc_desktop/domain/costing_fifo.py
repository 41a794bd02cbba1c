"""First in, first out: goods lie in layers, the oldest leave first, and a transfer moves layers with their dates and costs."""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter

from jxc_desktop.domain.costing_pool import EntryResult, Key, Layer, PoolState, Ratio, cover, lack, times
from jxc_desktop.domain.money import divide_half_up

_BY_KEY = attrgetter("key")


def peek(state: PoolState, quantity: int) -> int:
    """Fen that the oldest ``quantity`` are worth; there must be as much."""
    worth = 0
    for layer in state.layers or ():
        if layer.quantity >= quantity:
            return worth + divide_half_up(layer.value * quantity, layer.quantity)
        worth += layer.value
        quantity -= layer.quantity
    raise ValueError("more was asked for than lies in the layers")


def take(state: PoolState, quantity: int, key: Key, result: EntryResult, keep: bool = False) -> None:
    """``quantity`` (> 0) leaves, oldest first; with ``keep`` the result carries the layers. What is missing: last known cost."""
    layers = state.layers
    assert layers is not None
    pieces: list[Layer] = []
    total, left = 0, quantity
    while left and layers:
        layer = layers[0]
        part = layer.quantity
        if part <= left:
            layers.popleft()
            worth = layer.value
        else:
            part, worth = left, divide_half_up(layer.value * left, part)
            layer.quantity -= part
            layer.value -= worth
        left -= part
        total += worth
        if keep:
            pieces.append(Layer(layer.key, part, worth))
    if left:
        guess = lack(state, result, left)
        pieces.append(Layer(key, left, guess))
        total += guess
    if keep:
        result.pieces = pieces
    state.quantity -= quantity
    state.value -= total
    result.value = -total


def put(state: PoolState, quantity: int, value: int, cost: Ratio | None, key: Key) -> None:
    """``quantity`` (> 0) worth ``value`` joins as a layer in its place by ``key``, after covering what is missing."""
    layers = state.layers
    assert layers is not None
    have = state.quantity
    state.quantity = have + quantity
    state.value += value
    if cost is not None:
        state.last = cost
    if have < 0:
        quantity, value = cover(state, quantity, value)
    if quantity:
        at = len(layers) if not layers or layers[-1].key <= key else bisect_right(layers, key, key=_BY_KEY)
        layers.insert(at, Layer(key, quantity, value))


def revalue(state: PoolState, cost: Ratio) -> int:
    """Give every layer on hand the unit cost ``cost``; dates stay; returns the change of value."""
    before = state.value
    run = done = 0
    for layer in state.layers or ():
        run += layer.quantity
        layer.value = times(cost, run) - done
        done += layer.value
    state.value = done
    state.last = cost
    return done - before
