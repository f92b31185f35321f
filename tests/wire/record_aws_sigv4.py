"""Writes aws_sigv4.json: AWS's signing test suite, a case a line.

The suite is Amazon's (https://github.com/awslabs/aws-c-auth, tests/aws-signing-test-suite, Apache-2.0);
the copy read here is the one in the crate aws-sigv4 1.6.4 (https://crates.io/crates/aws-sigv4):

    python record_aws_sigv4.py ~/.cargo/registry/src/*/aws-sigv4-1.6.4/aws-signing-test-suite/v4

Cases are taken whole: the request, what it is signed with, and what must come out.
"""

import json
import sys
from pathlib import Path

suite = Path(sys.argv[1])
out = Path(__file__).with_name("aws_sigv4.json")
with out.open("w", encoding="utf-8") as lines:
    for folder in sorted(suite.iterdir()):
        # Two cases of an older suite have no context of their own.
        if not (folder / "context.json").exists():
            continue
        text = lambda name: (folder / name).read_text(encoding="utf-8")
        case = {
            "name": folder.name,
            "context": json.loads(text("context.json")),
            "request": text("request.txt"),
            "canonical": text("header-canonical-request.txt"),
            "to_sign": text("header-string-to-sign.txt"),
            "signature": text("header-signature.txt"),
        }
        lines.write(json.dumps(case, ensure_ascii=False) + "\n")
