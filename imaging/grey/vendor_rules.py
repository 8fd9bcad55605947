"""What is known of vendors' headers and can't be read from them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class VendorRule:
    """maker: pattern of Manufacturer (0008,0070), whatever its case.

    tables_first: VOI LUTs count before windows where both are present and no VOI LUT Function
    says how to read the windows. reason: why, for the reader.
    """

    maker: str
    tables_first: bool
    reason: str


NO_RULE = VendorRule("", tables_first=False, reason="")

# GE, on a Senographe image (field notes, 2): its NORMAL window, read as LINEAR, which an absent
# function means (PS3.3 C.11.2.1.2), lies up to 31 of 255 grey levels away from its own NORMAL
# table; read as SIGMOID, within 1. So the tables say what the vendor means.
RULES = (
    VendorRule(
        r"GE\b|GEHC\b|GENERAL ELECTRIC\b",
        tables_first=True,
        reason="without a VOI LUT Function this vendor's tables say what its windows mean,"
        " and come first",
    ),
)


def rule_for(manufacturer: str) -> VendorRule:
    """The vendor's rule; one that changes nothing where none is known."""
    for rule in RULES:
        if re.match(rule.maker, manufacturer.strip(), re.IGNORECASE):
            return rule
    return NO_RULE
