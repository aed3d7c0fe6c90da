"""Plan and run training benchmarks, under the name programs of the IPFS Accelerate framework call it by."""

import sys

from interfaces.training_benchmark.benchmark import (
    SAMPLE_MODELS,
    list_sample_models,
    print_benchmark_summary,
    run_training_benchmark,
)

__all__ = ["SAMPLE_MODELS", "list_sample_models", "print_benchmark_summary", "run_training_benchmark"]

if __name__ == "__main__":
    from interfaces.training_benchmark.command import main

    sys.exit(main())
