"""The portal's API: JSON over HTTP."""
