"""Real faults under real load: what a person notices of them."""
