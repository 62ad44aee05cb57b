"""The top floor: wires the rooms into processes; every decision is made further down."""
