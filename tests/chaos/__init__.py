"""Kills, freezes, disconnects and starves real processes and engines under load.

After the faults, checks everything that `docs/guarantees.md` promises, with the simulation's checks
on real topics and journals.

python -m tests.chaos --kills 500              searches for violations
python -m tests.chaos --kills 20 --seed 17     draws the faults from one seed and prints them
"""
