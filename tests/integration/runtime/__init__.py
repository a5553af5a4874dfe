"""The runtime on real engines: crashes, takeovers and engines that come and go."""
