"""Settings by place of use: development, production and test share one base and one typed environment."""
