"""The journal: the protocol in `base`, one package a database."""
