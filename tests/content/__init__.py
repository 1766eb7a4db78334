"""Every content file is a case by its name: its form, its facts and its words."""
