"""Gateways: the protocol in `base`, one package a wire protocol."""
