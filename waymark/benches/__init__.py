"""The benches: this assistant beside the stock Rasa pipeline, measured on this machine, real components on both sides."""
