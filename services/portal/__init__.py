"""The portal: the web application and API of customer service.

It projects the events of every service into its own read models and sends commands through topics.
"""
