"""`python -m collectors.training.torchrun PARENT ...`: torchrun, ended by the kernel with the process PARENT."""

import sys

from collectors.runner.worker import end_with_parent


def main() -> None:
    """Take the parent's id off the command line, and be torchrun."""
    from torch.distributed.run import main as torchrun

    end_with_parent(int(sys.argv[1]))
    torchrun(sys.argv[2:])


if __name__ == "__main__":
    main()
