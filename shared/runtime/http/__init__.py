"""What a process answers over HTTP: health, metrics, its AsyncAPI document."""
