"""Operations on dead letters: list, read, redrive and drop."""
