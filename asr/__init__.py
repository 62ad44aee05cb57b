"""The ears: sound in, text out, all on this machine; knows no telephone, no call and no work order."""
