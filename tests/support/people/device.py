"""A device that keeps a passkey, in software: it says what browsers say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
)

ORIGIN, HOST = "http://localhost:8000", "localhost:8000"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Device:
    """One passkey. `asks`: whether it asks who holds it, and says so."""

    def __init__(self, *, asks: bool = True, origin: str = ORIGIN) -> None:
        self.id = token_bytes(32)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.flags = PRESENT | (VERIFIED if asks else 0)
        self.origin = origin
        self.user_handle = ""

    def makes(self, options: Mapping[str, Any]) -> str:
        """What its browser says to `publicKey` when it has made the passkey."""
        self.user_handle = options["user"]["id"]
        cose = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        attested = AttestedCredentialData.create(Aaguid.NONE, self.id, cose)
        data = self._data(options["rp"]["id"], ATTESTED, attested)
        made = AttestationObject.create("none", data, {})
        said = self._client_data("webauthn.create", options["challenge"])
        response = {"clientDataJSON": websafe_encode(said), "attestationObject": _sent(made)}
        return self._credential(response)

    def uses(self, options: Mapping[str, Any]) -> str:
        """The same, when it uses it."""
        data = self._data(options["rpId"], 0)
        said = self._client_data("webauthn.get", options["challenge"])
        signed = self.key.sign(bytes(data) + sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": websafe_encode(said),
            "authenticatorData": _sent(data),
            "signature": websafe_encode(signed),
            "userHandle": self.user_handle,
        }
        return self._credential(response)

    def _data(self, site: str, flags: int, attested: Any = None) -> AuthenticatorData:
        site_hash = sha256(site.encode()).digest()
        said = AuthenticatorData.FLAG(self.flags | flags)
        data: AuthenticatorData = AuthenticatorData.create(site_hash, said, 0, attested or b"")
        return data

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _credential(self, response: Mapping[str, str]) -> str:
        name = websafe_encode(self.id)
        said = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(said | {"clientExtensionResults": {"credProps": {"rk": True}}})


def _sent(data: bytes) -> str:
    return websafe_encode(bytes(data))


def made_before() -> dict[str, Any]:
    """What is kept of a passkey of a device that is somewhere else."""
    options = {
        "user": {"id": websafe_encode(b"1")},
        "rp": {"id": "localhost"},
        "challenge": websafe_encode(token_bytes(32)),
    }
    kept: dict[str, Any] = json.loads(Device().makes(options))
    return kept
