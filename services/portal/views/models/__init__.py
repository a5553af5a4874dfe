"""What the views answer with, a file a question.

Money is a decimal string in the currency's decimals, as anywhere.
"""
