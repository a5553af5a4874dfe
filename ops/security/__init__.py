"""Certificates, passwords and access rights for secured engines."""
