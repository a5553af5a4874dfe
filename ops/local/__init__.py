"""A local system without containers: engines, services, and the process that supervises them."""
