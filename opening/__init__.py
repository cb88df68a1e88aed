"""What the public may use: publications, applications, feedback."""
