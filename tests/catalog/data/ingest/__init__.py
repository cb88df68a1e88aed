"""Files are taken in: cells, headers, keys, reports, and the ways through them."""
