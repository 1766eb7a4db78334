"""The one way every channel's messages take: taken once, kept sealed, answered in order, delivered."""
