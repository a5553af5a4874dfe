"""What Waybill wrote once, and what it meant: every later version has to read it the same way.

A folder is one recording: `written.jsonl` has messages, streams of the journals and entries of
tables, exactly as they were written, and never changes again; `meant.jsonl` is what was understood
of it. `tests/unit/test_recorded.py` reads all recordings.

python -m tests.recorded           records, in a new folder, what no recording has yet
python -m tests.recorded.released  records what a released version's processes write
python -m tests.recorded --meant   writes down again what all recordings are understood to mean

The last is for a change of meaning that is wanted: look at the difference before it lands.
"""
