"""Makes the weights of danger (routing/triage/lexicon/weights_*.json) from example sentences; for developers."""
