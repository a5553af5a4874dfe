"""Dead letters for operators: what is in their topics, and what was decided about each."""
