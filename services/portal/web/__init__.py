"""The portal's web pages: rendered on the server, with htmx for parts that change in place."""
