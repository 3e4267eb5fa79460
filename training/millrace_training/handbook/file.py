"""The set as a file in the handbook's columns, which `npm start -- --input FILE` streams."""

import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .transactions import Transactions

COLUMNS = (
    "TRANSACTION_ID",
    "TX_DATETIME",
    "CUSTOMER_ID",
    "TERMINAL_ID",
    "TX_AMOUNT",
    "TX_TIME_SECONDS",
    "TX_TIME_DAYS",
    "TX_FRAUD",
    "TX_FRAUD_SCENARIO",
)
NUMBERS = tuple(
    COLUMNS.index(name) for name in ("TX_TIME_SECONDS", "CUSTOMER_ID", "TERMINAL_ID", "TX_AMOUNT", "TX_FRAUD_SCENARIO")
)
COMPRESSION = 6


def write_file(transactions: Transactions, path: Path) -> None:
    """CSV, compressed with gzip. The same transactions give the same bytes: no time of writing is kept."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", COMPRESSION, file, mtime=0) as compressed:
        with io.TextIOWrapper(compressed, encoding="utf-8", newline="\n") as lines:
            lines.write(",".join(COLUMNS) + "\n")
            lines.writelines(_lines(transactions))


def _lines(transactions: Transactions) -> Iterator[str]:
    times = np.datetime_as_string(transactions.times)
    columns = (
        transactions.customers,
        transactions.terminals,
        transactions.cents // 100,
        transactions.cents % 100,
        transactions.seconds,
        transactions.days,
        transactions.frauds,
        transactions.scenarios,
    )
    for number, (time, *row) in enumerate(zip(times, *(column.tolist() for column in columns))):
        customer, terminal, euros, cents, seconds, day, fraud, scenario = row
        moment = time.replace("T", " ")
        yield f"{number},{moment},{customer},{terminal},{euros}.{cents:02},{seconds},{day},{fraud},{scenario}\n"


def read_file(path: Path) -> Transactions:
    """Reads what `write_file` wrote. The row number is the id, so rows must not be left out."""
    numbers = np.loadtxt(path, delimiter=",", skiprows=1, usecols=NUMBERS, ndmin=2)
    seconds, customers, terminals, amounts, scenarios = numbers.T
    return Transactions(
        seconds=seconds.astype(np.int64),
        customers=customers.astype(np.int64),
        terminals=terminals.astype(np.int64),
        cents=np.rint(amounts * 100).astype(np.int64),
        scenarios=scenarios.astype(np.int64),
    )
