"""What queries return, one module a subject."""
