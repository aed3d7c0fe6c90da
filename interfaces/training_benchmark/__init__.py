"""What `run_training_benchmark.py` answers: a plan of training benchmarks, and with `--run` their measurement."""
