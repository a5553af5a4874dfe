"""How a running system is doing: its engines, its processes, and their lag."""
