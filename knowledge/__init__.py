"""The knowledge room: a question in, the city's answer out; it knows no telephone, queue or work order."""
