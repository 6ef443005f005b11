"""Pages and files: each view translates, makes one call, and translates back."""
