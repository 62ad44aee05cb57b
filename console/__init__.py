"""The staff door: pages for agents, supervisors and admins; decides nothing that is routing's, knows no telephone."""

from console.door import blueprint, csrf, set_up
from console.staff_accounts import new_password, seed_accounts

__all__ = ["blueprint", "csrf", "new_password", "seed_accounts", "set_up"]
