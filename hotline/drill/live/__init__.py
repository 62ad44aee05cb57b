"""The live drill: a surge against a whole house of its own, by real webhooks; what was lost is told by the carrier."""
