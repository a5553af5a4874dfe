"""The portal: what customer service sees of orders, and how it asks for changes.

It reads every service's events into read models of its own and sends commands through topics.
"""
