"""The terminal browser: what the warehouse holds, screen by screen, and the same without a screen."""
