"""Writes botocore.json: what AWS's own client for Python signs, a request a line.

    pip install botocore && python record_botocore.py

Recorded with botocore 1.44.5.
"""

import datetime
import json
from pathlib import Path

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

THEN = datetime.datetime(2013, 5, 24, tzinfo=datetime.timezone.utc)
botocore.auth.get_current_datetime = lambda *args, **kwargs: THEN.replace(tzinfo=None)

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
S3 = "https://examplebucket.s3.amazonaws.com"
API = "https://abc.execute-api.us-east-1.amazonaws.com"
CASES = [
    ("s3", "GET", f"{S3}/test.txt", {"Range": "bytes=0-9"}, b"", None),
    ("s3", "GET", f"{S3}/?lifecycle", {}, b"", None),
    ("s3", "GET", f"{S3}/?max-keys=2&prefix=J", {}, b"", None),
    ("s3", "PUT", f"{S3}/a//b/c%20d%2Fe", {"Content-Type": "text/plain"}, b"Welcome to Amazon S3.", None),
    ("s3", "GET", f"{S3}/", {}, b"", "TOKEN/with+signs=="),
    ("execute-api", "POST", f"{API}/prod/items%20here/%7Bid%7D?b=2&a=1&a=0", {"Content-Type": "application/json"}, b'{"a":1}', None),
    ("execute-api", "GET", f"{API}/a/../b//c/./d/", {}, b"", "TOKEN"),
    ("sts", "POST", "https://sts.amazonaws.com/", {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, b"Action=GetCallerIdentity&Version=2011-06-15", None),
]

with Path(__file__).with_name("botocore.json").open("w", encoding="utf-8") as lines:
    for service, method, url, headers, body, token in CASES:
        request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
        kind = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
        request.context["client_config"] = None
        request.context["payload_signing_enabled"] = True
        kind(Credentials(KEY, SECRET, token), service, "us-east-1").add_auth(request)
        case = {
            "service": service, "method": method, "url": url, "headers": headers,
            "body": body.decode(), "token": token,
            "authorization": request.headers["Authorization"],
            "content_hash": request.headers.get("X-Amz-Content-SHA256"),
        }
        lines.write(json.dumps(case) + "\n")
