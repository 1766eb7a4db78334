"""The gateway: the only public door. It carries messages to the assistant, and answers when that is away."""
