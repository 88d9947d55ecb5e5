"""The embedded gateway: a real HTTP server on loopback; no SMS leaves the machine.

It speaks the dialects of the two vendor documents, keeps money and delivery statuses, misbehaves
on request (`faults`), and writes what it took into an append-only ledger (`store`), which is the
oracle of this program's tests. Start it with `server.SandboxServer` or
`python -m campaign.sandbox`.
"""
