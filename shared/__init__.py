"""Code that every service shares: the published language, the site's configuration, the runtime."""
