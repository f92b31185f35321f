"""Writes signatures.json: the examples of RFC 9421, appendix B.2, a case a line.

Keys and signatures are the RFC's; they are read from the tests of http-message-signatures 3.0.0 (PyPI, Apache-2.0):

    pip download --no-binary :all: --no-deps http-message-signatures==3.0.0 && tar xzf http_message_signatures-3.0.0.tar.gz
    python record_signatures.py http_message_signatures-3.0.0/test
"""

import json
import re
import sys
from pathlib import Path

folder = Path(sys.argv[1])
text = (folder / "test.py").read_text()
key = lambda name: (folder / f"test-key-{name}").read_text()
SECRET = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
CASES = [
    ("sig-b21", "rsa-pss-sha512", "rsa-pss", 'sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"'),
    ("sig-b22", "rsa-pss-sha512", "rsa-pss", 'sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example"'),
    ("sig-b23", "rsa-pss-sha512", "rsa-pss", 'sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"'),
    ("sig-b25", "hmac-sha256", None, 'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"'),
    ("sig-b26", "ed25519", "ed25519", 'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"'),
]
with Path(__file__).with_name("signatures.json").open("w") as out:
    for label, alg, name, signed in CASES:
        pieces = re.search(rf'"{label}=:([^"]*)"((?:\s*"[^"]*")*)', text)
        signature = (pieces[1] + "".join(re.findall(r'"([^"]*)"', pieces[2]))).split(":")[0]
        case = {"label": label, "alg": alg, "input": signed, "signature": signature}
        case |= {"private": key(f"{name}.key"), "public": key(f"{name}.pem")} if name else {"secret": SECRET}
        out.write(json.dumps(case) + "\n")
