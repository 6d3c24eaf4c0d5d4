"""Files in and out: rows checked one by one, written by the services' own verbs, told by line and column."""
