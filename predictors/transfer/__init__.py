"""Latencies of many items on a device that few of them were measured on, from devices that all were measured on."""
