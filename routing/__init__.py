"""Text in, closed order out: triage judges, orders keep the state of record; knows no telephone and no web page."""
