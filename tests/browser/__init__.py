"""The pages as people meet them: a real server, real Chromium, often in two windows at once."""
