"""Where state, broks and events are kept."""
