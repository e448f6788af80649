"""One person who does everything that the limits allow, next to one who asks a question."""
