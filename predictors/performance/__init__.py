"""How fast a model is on a device."""
