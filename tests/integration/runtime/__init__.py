"""The runtime on real engines: crashes, takeovers and outages."""
