"""What each screen shows, without a screen: the only place of the browser that asks the warehouse."""
