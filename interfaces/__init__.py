"""The faces of benchmart: what people and programs look at."""
