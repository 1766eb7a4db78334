"""Everything that reads what strangers write, tried with what nobody would think of (`make fuzz`)."""
