"""Probes look at the machine: devices and software. They never raise and never guess."""
