"""How large a model is: its dimensions and parameters, by its name."""
