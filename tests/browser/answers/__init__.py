"""An answer in a tab: from its first word to its end, cut, stopped, resumed and told aloud."""
