"""Real processes and engines, killed, frozen, cut off and starved while orders come in.

Then calm, then the question whether everything is as `docs/guarantees.md` promises: the checks are
those of the simulation, asked of what real topics and journals hold.

python -m tests.chaos --kills 500              looks for violations
python -m tests.chaos --kills 20 --seed 17     the faults of one seed, told as they happen
"""
