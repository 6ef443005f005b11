"""Letters: owed once for each cause, written in the venue's time, and handed to a mail server once."""
