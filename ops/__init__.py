"""Operations: the `waybill` command and what it is made of."""
