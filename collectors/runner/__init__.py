"""The runner measures real architectures with random weights, each configuration in a process of its own."""
