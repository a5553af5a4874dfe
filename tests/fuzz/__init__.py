"""Sends invalid and nearly valid messages to the services' processors in large numbers.

Each seed gives one world: the services' real processors over journals whose recorded streams have
random states, and several hundred inputs, which are recorded messages changed in one or more ways.
After each batch `judge.py` checks the guarantees: nothing raises, every refusal has a reason, every
dead letter names a field, every sender gets an outcome, and everything published can be decoded.
The same seed gives the same world.

python -m tests.fuzz --inputs 1000000    searches for findings
python -m tests.fuzz --seed 17           runs one world, with logs
"""
