"""Records what Requests verifies against: tests/wire/verify.json, a line a case.

Run it with Requests 2.34 installed: python3 tests/wire/record_verify.py

A case is the request's `verify` (null is not given), the session's, whether the environment is
trusted, and the environment; recorded is what the adapter is given.
"""

import itertools
import json
import os
import pathlib

import requests

ENVIRONMENTS = [
    {},
    {"REQUESTS_CA_BUNDLE": "/requests.pem"},
    {"CURL_CA_BUNDLE": "/curl.pem"},
    {"REQUESTS_CA_BUNDLE": "/requests.pem", "CURL_CA_BUNDLE": "/curl.pem"},
    {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": "/curl.pem"},
    {"SSL_CERT_FILE": "/ssl.pem"},
]


def run(given, own, trusted, environment):
    os.environ.clear()
    os.environ.update(environment)
    session = requests.Session()
    session.trust_env = trusted
    if own is not None:
        session.verify = own
    settings = session.merge_environment_settings("https://h.example/", {}, None, given, None)
    return {
        "request": given, "session": own, "trust_env": trusted, "env": environment,
        "verify": settings["verify"],
    }


if __name__ == "__main__":
    cases = itertools.product(
        [None, True, False, "/given.pem"], [None, True, False, "/own.pem"], [True, False], ENVIRONMENTS
    )
    path = pathlib.Path(__file__).with_name("verify.json")
    path.write_text("".join(json.dumps(run(*case)) + "\n" for case in cases))
