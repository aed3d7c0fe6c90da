"""A digest of every mart: two warehouses with equal digests hold the same rows, in whatever order."""

from dataclasses import dataclass

import duckdb

_ROW_HASH_SUM = """
    select count(*), lower(hex(coalesce(sum(cast(hash(mart) as hugeint)), 0))) from main.{mart} as mart
"""


@dataclass(frozen=True, slots=True)
class MartDigest:
    """What a mart holds, in short."""

    mart: str
    row_count: int
    digest: str
    """Sum of the 64-bit hashes of all rows, in hexadecimal. Comparable within one version of DuckDB."""


def mart_digests(connection: duckdb.DuckDBPyConnection) -> list[MartDigest]:
    """The digests of all marts, by name."""
    marts = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'main' order by table_name"
    ).fetchall()
    return [_digest(connection, mart) for (mart,) in marts]


def _digest(connection: duckdb.DuckDBPyConnection, mart: str) -> MartDigest:
    row_count, digest = connection.execute(_ROW_HASH_SUM.format(mart=mart)).fetchall()[0]
    return MartDigest(mart, row_count, digest)
