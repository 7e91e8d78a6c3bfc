"""The verbs: one function per thing the product does, on an open transaction."""
