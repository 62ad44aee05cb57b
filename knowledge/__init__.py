"""The knowledge room: a question in, the city's answer out; it may not touch the telephone, the queue or work orders."""
