"""The stream process: hears callers live over the carrier's media streams, and keeps what it hears."""
