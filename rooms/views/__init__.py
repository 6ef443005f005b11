"""Pages: each view translates, makes one call, and translates back."""
