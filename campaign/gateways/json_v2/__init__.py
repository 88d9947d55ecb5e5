"""The JSON v2 gateways: one client, a table of providers."""
