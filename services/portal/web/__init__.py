"""The portal for people: pages made on the server, parts of which change without a reload."""
