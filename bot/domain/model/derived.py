"""Where a record holds what is derived from it alone."""

from __future__ import annotations


class DerivedOnce:
    """A place in a record for what the rules derive from it alone, so that it is derived once for each object.

    It is no field: it is not compared, shown, stored or copied, and it goes with the record.
    """

    __slots__ = ("derived",)
