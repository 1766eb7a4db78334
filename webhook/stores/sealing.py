"""Seals what is kept, and names people by keyed hashes that change every day.

From the secrets of the environment come one key that seals and one that names. A new secret put in front of the others is used
from then on; what older ones sealed can still be opened until they are taken away.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_BYTES = 32


class Seal:
    """Seals values and names people.

    Args:
        secrets: the newest first, each of at least 32 characters.
        run: what tells this running of Waymark from others. Rasa forgets its conversations when it ends, so that ours must
            not be found again by the next.
    """

    def __init__(self, secrets: Sequence[str], run: str) -> None:
        keys = [Fernet(base64.urlsafe_b64encode(_derived(secret, "seal"))) for secret in secrets]
        self._fernet = MultiFernet(keys)
        self._naming = [_derived(secret, f"names of {run}") for secret in secrets]

    def sealed(self, value: Any) -> bytes:
        """Return a JSON value that nobody can read without a secret."""
        return self._fernet.encrypt(json.dumps(value).encode())

    def opened(self, sealed: bytes) -> Any:
        """Return a value; None if it was sealed with a secret that is no longer here."""
        try:
            return json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            return None

    def names(self, writer: str, today: dt.date) -> list[str]:
        """Return the names under which a writer may be known: today's first, then yesterday's, with each secret."""
        days = (today, today - dt.timedelta(days=1))
        return [_hash(key, f"{day} {writer}") for key in self._naming for day in days]

    def hidden(self, text: str) -> str:
        """Return a name for something that others could guess, such as an address: the same name as long as the secret is."""
        return _hash(self._naming[0], text)


def fingerprint(text: str) -> str:
    """Return a hash of something that nobody could guess, or that tells nothing of anybody."""
    return hashlib.sha256(text.encode()).hexdigest()


def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=_BYTES, salt=None, info=f"waymark {purpose}".encode()).derive(secret.encode())


def _hash(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
