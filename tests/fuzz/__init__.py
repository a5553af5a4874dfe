"""Whatever comes, nothing breaks: messages that are nearly right, or not at all, in great numbers.

A seed makes a world: the services' real processors over journals in which recorded streams stand in
random states, and some hundred inputs made of recorded messages, each spoilt in one way or several.
After every one `judge.py` asks what the guarantees promise: nothing raises, every refusal names a
reason, every dead letter a field, every sender hears an outcome, and what is published could be
read. The same seed is the same world.

python -m tests.fuzz --inputs 1000000    looks for findings
python -m tests.fuzz --seed 17           one world, with the logs of what went wrong
"""
