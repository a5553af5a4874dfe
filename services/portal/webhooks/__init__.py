"""Webhooks: facts delivered over HTTP, to systems without a Kafka client.

subscriptions  who gets which events, where, signed with which secrets
reader         facts from Kafka → deliveries in MongoDB
deliveries     the store of deliveries: in order for each order, leased, kept for a while
dispatcher     due deliveries → requests, with retries
sender         one request, to an address that is allowed
"""
