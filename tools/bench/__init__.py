"""Measures what the house adds, as ratios side by side in one run; a file for each topic."""
