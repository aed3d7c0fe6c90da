"""The hardware selector of the IPFS Accelerate framework, its class and command line, on the selector that is here."""
