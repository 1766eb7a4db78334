"""Whole conversations through the gateway: one YAML file each, named as a sentence, in a folder named after the trouble."""
