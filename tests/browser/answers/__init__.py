"""An answer in a tab: interrupted, stopped, resumed, and announced to screen readers."""
