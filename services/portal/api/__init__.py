"""The portal for programs: JSON over HTTP."""
