"""What a gateway keeps between two messages, on one machine or shared by many: sealed, and for no longer than it must."""
