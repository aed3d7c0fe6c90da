"""Whether results just taken are worse than those before: for a gate in CI."""
