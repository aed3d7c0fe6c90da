"""The performance predictor of the IPFS Accelerate framework, its functions and command line, on what serves here."""
