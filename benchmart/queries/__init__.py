"""Questions to the marts: the only place where SQL over marts is written for the command line and the other faces."""
