"""A report as a data frame."""

from decimal import Decimal

import pandas as pd

from campaign.domain import Status
from campaign.reports.dataframe import report_frame
from tests.contract.test_report_writers import NOON, make_row, make_rows, make_run


def test_a_frame_has_the_recipients_columns_and_ours_under_unique_names() -> None:
    """A file may have a column `status`, or `phone` twice; ours can still be found by their names."""
    run = make_run([], heading=("phone", "phone", "", "status", "Город"))
    row = make_row(7, cells=("1", "2", "3", "мой", "Псков", "surplus"))

    frame = report_frame(run, [row, make_row(8, Status.UNKNOWN, cells=("1",))])

    assert frame.columns.is_unique
    assert list(frame.columns[:5]) == [
        "phone (column 1)",
        "phone (column 2)",
        "(column 3)",
        "status (column 4)",
        "Город",
    ]
    assert list(frame["status"]) == ["delivered", "unknown"]
    assert list(frame["Город"]) == ["Псков", ""]


def test_values_of_a_frame_keep_their_kind() -> None:
    rows = make_rows(5)

    frame = report_frame(make_run(rows), iter(rows))

    assert frame["cost"].iloc[0] == Decimal("2.5")
    assert frame["handed_over_at"].iloc[0] == pd.Timestamp(NOON)
    assert str(frame["sms_count"].dtype) == "Int64"
    assert frame["phone"].iloc[0] == "+79160000002"
    assert int(frame["handed_over_at"].isna().sum()) == 3


def test_a_frame_of_no_rows_has_all_columns() -> None:
    frame = report_frame(make_run([]), [])

    assert frame.empty
    assert "smsc_id" in frame.columns
