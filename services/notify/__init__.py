"""Notifications for customers: derived from the facts of all services, and sent by email if asked.

Optional: no other service waits for it.
"""
