"""Writes keys.json: signatures by others, a case a line.

The examples of RFC 7515 (appendix A.1 to A.3) and RFC 8037 (appendix A.4), as jwcrypto 1.5 has them
in its tests, and one signature in each scheme by pyca/cryptography, with its keys in every form of PEM.

    pip install jwcrypto && python record_keys.py
"""

import datetime
import json
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, hmac, serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID
from jwcrypto import jwk, tests
from jwcrypto.common import base64url_decode, base64url_encode as coded

out = Path(__file__).with_name("keys.json").open("w", encoding="utf-8")


def case(name, alg, private, public, message, signature):
    line = {"name": name, "alg": alg, "private": private, "public": public, "message": coded(message), "signature": coded(signature)}
    out.write(json.dumps(line) + "\n")


def public_half(key):
    return {name: part for name, part in key.items() if name not in {"d", "p", "q", "dp", "dq", "qi"}}


for name in ["A1", "A2", "A3"]:
    example = getattr(tests, f"{name}_example")
    message = f"{coded(example['protected'])}.{coded(example['payload'])}".encode()
    case(f"RFC 7515 {name}", example["alg"], example["key"], public_half(example["key"]), message, example["signature"])
header, payload, signature = tests.E_Ed25519["jws_serialization_compact"].split(".")
key = json.loads(tests.E_Ed25519["key_json"])
case("RFC 8037 A.4", "EdDSA", key, public_half(key), f"{header}.{payload}".encode(), base64url_decode(signature))

MESSAGE = b"a message"
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def pems(key):
    """The private key in every form of PEM, and the public one."""
    form = lambda kind: key.private_bytes(ser.Encoding.PEM, kind, ser.NoEncryption()).decode()
    kinds = [ser.PrivateFormat.PKCS8] + ([] if isinstance(key, ed25519.Ed25519PrivateKey) else [ser.PrivateFormat.TraditionalOpenSSL])
    public = key.public_key()
    spki = public.public_bytes(ser.Encoding.PEM, ser.PublicFormat.SubjectPublicKeyInfo).decode()
    publics = [spki]
    if isinstance(key, rsa.RSAPrivateKey):
        publics.append(public.public_bytes(ser.Encoding.PEM, ser.PublicFormat.PKCS1).decode())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "runner")])
    start = datetime.datetime(2026, 1, 1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(public)
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start + datetime.timedelta(days=3650))
    hash_of = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    publics.append(builder.sign(key, hash_of).public_bytes(ser.Encoding.PEM).decode())
    return [form(kind) for kind in kinds], publics


def pem_cases(alg, key, signature):
    privates, publics = pems(key)
    for number in range(max(len(privates), len(publics))):
        private, public = privates[min(number, len(privates) - 1)], publics[min(number, len(publics) - 1)]
        case(f"{alg} PEM {number}", alg, private, public, MESSAGE, signature)


for bits, hash_of in HASHES.items():
    mac = hmac.HMAC(b"a secret", hash_of)
    mac.update(MESSAGE)
    case(f"HS{bits}", f"HS{bits}", "a secret", "a secret", MESSAGE, mac.finalize())
key = rsa.generate_private_key(65537, 2048)
for bits, hash_of in HASHES.items():
    pem_cases(f"RS{bits}", key, key.sign(MESSAGE, padding.PKCS1v15(), hash_of))
    pss = padding.PSS(padding.MGF1(hash_of), hash_of.digest_size)
    case(f"PS{bits}", f"PS{bits}", *(forms[0] for forms in pems(key)), MESSAGE, key.sign(MESSAGE, pss, hash_of))
for alg, curve, hash_of, size in [("ES256", ec.SECP256R1(), hashes.SHA256(), 32), ("ES384", ec.SECP384R1(), hashes.SHA384(), 48)]:
    key = ec.generate_private_key(curve)
    r, s = decode_dss_signature(key.sign(MESSAGE, ec.ECDSA(hash_of)))
    pem_cases(alg, key, r.to_bytes(size, "big") + s.to_bytes(size, "big"))
key = ed25519.Ed25519PrivateKey.generate()
pem_cases("EdDSA", key, key.sign(MESSAGE))
jwks = json.loads(jwk.JWK.from_pyca(key).export())
case("EdDSA JWK", "EdDSA", jwks, public_half(jwks), MESSAGE, key.sign(MESSAGE))
