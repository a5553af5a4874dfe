"""Operations: the `waybill` command, the local engines, replay and demo."""
