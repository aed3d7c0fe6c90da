"""What was not measured, what to choose, what changed: read from the marts, never from files of results."""
