"""Authentication and authorization of the portal's users."""
