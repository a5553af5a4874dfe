"""A local system without containers: engines, services, and their supervisor."""
