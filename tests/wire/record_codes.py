"""Records the names of requests.codes: tests/wire/codes.json, a line a name.

Run it with Requests 2.34 installed: python3 tests/wire/record_codes.py
"""

import json
import pathlib

import requests


def main():
    names = {name: code for name, code in vars(requests.codes).items() if isinstance(code, int)}
    path = pathlib.Path(__file__).with_name("codes.json")
    path.write_text("".join(json.dumps({"name": name, "code": code}) + "\n" for name, code in names.items()))
    print(len(names), "names")


main()
