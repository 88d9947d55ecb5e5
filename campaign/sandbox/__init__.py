"""The embedded gateway: a real HTTP server on loopback; no SMS leaves the machine."""
