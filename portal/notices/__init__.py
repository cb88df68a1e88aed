"""Messages in the site and by mail."""
