"""Numbers for managers: what is used, what it earns, who comes, what was turned away. It owns no table."""
