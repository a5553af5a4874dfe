"""How a running system is: its engines, its processes, and how far they are behind."""
