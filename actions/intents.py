"""Which intents answer our question, and which are something of the person's own."""

# The form takes these as answers; every other intent is answered by a rule, after which the form asks again.
_FOR_THE_FORM = frozenset({"describe_situation", "inform", "correct", "affirm", "deny", "dont_know", "skip", "safe_now"})
# Of those others, these are not answered questions but answers we did not understand.
_NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope", "other_help", "greet", "thank", "goodbye"})


def is_for_the_form(intent: str) -> bool:
    """Say whether the triage form goes on with such a message."""
    return intent in _FOR_THE_FORM


def interrupts(intent: str) -> bool:
    """Say whether such a message leaves our question open: the person asked something of their own."""
    return intent not in _FOR_THE_FORM | _NOT_UNDERSTOOD | {"danger"}
