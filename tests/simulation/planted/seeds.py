SEEDS: dict[str, int] = {}
