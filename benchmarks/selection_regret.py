"""How much throughput choices of a device lose when the model was never measured.

Usage: python benchmarks/selection_regret.py FILE_OR_FOLDER...

Give results of several devices, such as the tables of timm and the CSV of MLPerf inference. They are imported into a
home of their own; no predictor is asked, because those that come with the package have seen public results.
"""

import sys
from pathlib import Path

from interfaces.cli.select_files import measured_in
from predictors.selector.regret import across_software, choices, scores

_HEAD = "| pool | condition | choices | models | devices | mean regret | within 5 % of the best | best of all | worst |"


def main(paths: list[str]) -> None:
    """Prints a table in Markdown, a row for each kind of condition."""
    pools, hardware = measured_in([Path(path) for path in paths])
    print(_HEAD)
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for pool, each in (("same condition", pools), ("own software", across_software(pools))):
        for score in scores(choices(each, hardware)):
            print(
                f"| {pool} | {score.name} | {score.choice_count:,} | {score.model_count} | {score.device_count} "
                f"| {score.mean_regret:.2%} | {score.near_share:.1%} | {score.first_share:.1%} "
                f"| {score.worst_regret:.1%} |"
            )


if __name__ == "__main__":
    main(sys.argv[1:] or sys.exit(__doc__))
