"""Pages of opening: the public side at CKAN's addresses, the working side under /opening/."""
