"""Finds what is wrong with a system, causes before their consequences."""

from ops.doctor.examine import examine
from ops.doctor.findings import Examined, Finding, Level

__all__ = ["Examined", "Finding", "Level", "examine"]
