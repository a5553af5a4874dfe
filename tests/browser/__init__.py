"""The portal as people use it: in a browser, on the whole running system."""
