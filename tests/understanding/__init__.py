"""Messages that measure the reading. They are never trained on."""
