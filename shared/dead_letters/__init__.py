"""Dead letters for operators: listed, read, redriven and dropped."""
