"""People, departments on three levels, duties, keys: who may act, and as whom."""
