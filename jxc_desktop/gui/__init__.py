"""The windows. Importing any of them first makes faults in our overrides of Qt's functions safe."""

from jxc_desktop.gui import overrides

overrides.guard()
