"""What the measurement of serving needs: the product as granian runs it, a bare view beside it, and a bounded load."""
