"""What a disk holds after a power cut, and after an upgrade that was cut."""
