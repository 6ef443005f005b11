"""Pages of money: each translates, makes one call, and translates back."""
