"""The users' rights in Kafka and MongoDB: least privilege, derived from the code."""
