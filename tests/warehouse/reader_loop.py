"""A reader in a process of its own: asks the warehouse again and again, and prints each state it sees.

    python reader_loop.py WAREHOUSE

A state is whole when the results, their measurements and the matrix belong together. Ends when stdin is closed.
"""

import select
import sys

import duckdb

_STATE = """
    select
        (select count(*) from fct_results),
        (select count(*) from fct_measurements),
        (select sum(success_count + failure_count + untested_count + simulated_count + suspect_count)
         from compatibility_matrix),
        (select count(*) from fct_results where compatibility_id is not null)
"""


def main() -> None:
    """Print `results measurements` for every look; raises when a state is not whole or cannot be read."""
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        with duckdb.connect(sys.argv[1], read_only=True) as connection:
            results, measurements, in_cells, with_cell = connection.execute(_STATE).fetchall()[0]
        if in_cells != with_cell:
            raise AssertionError(f"{in_cells} results in cells, {with_cell} results with a cell")
        print(results, measurements, flush=True)


main()
