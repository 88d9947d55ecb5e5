"""A campaign from Python in ten lines: a DataFrame in, a DataFrame back; no SMS leaves here."""

import pandas as pd

from campaign import api

recipients = pd.DataFrame({"phone": range(79160000000, 79160001000), "name": "Anna"})
with api.open(store="demo.sqlite3", gateway="sandbox") as client:
    run = client.plan(recipients, text="Hello, {name}! 20 % off until Sunday.")
    run.send()
    run.wait("5s")
    rows = run.rows()
print(rows["status"].value_counts().sort_index().to_string())
