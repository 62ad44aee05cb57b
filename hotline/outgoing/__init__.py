"""What goes out: the outbox is sent row by row, the most pressing first, and no call is placed twice."""
