"""The module that programs of the IPFS Accelerate framework import; see `interfaces.hardware_selector`."""

import sys

from interfaces.hardware_selector.selector import HardwareSelector

__all__ = ["HardwareSelector"]

if __name__ == "__main__":
    from interfaces.hardware_selector.command import main

    sys.exit(main())
