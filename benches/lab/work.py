"""The same work for each program: collections of ours, files of Hurl's."""

PATHS = {
    "$.user.login": "octokit",
    "$.items[3].name": "item 3",
    "$.items[10].id": 10,
    "$.items[10].owner.login": "u10",
    "$.items[0].tags[1]": "b",
}


def quoted(value):
    """A value as YAML and Hurl both read it."""
    return f'"{value}"' if isinstance(value, str) else str(value)


def collection(base, path, count, paths, head=""):
    """Requests one after the other: a template, the status, a header, JSONPaths."""
    lines = [head, f"vars: {{base: '{base}'}}\nrequests:\n"]
    wanted = "".join(f"        {name}: {quoted(value)}\n" for name, value in paths.items())
    for number in range(count):
        lines.append(
            f"  - name: request {number}\n    url: \"{{{{ base }}}}{path}?n={number}\"\n"
            f"    assert:\n      status: 200\n      headers: {{content-type: application/json}}\n"
        )
        if paths:
            lines.append(f"      jsonpath:\n{wanted}")
    return "".join(lines)


def hurl(path, count, paths):
    """The same for Hurl; `base` is given on its command line."""
    wanted = "".join(f'jsonpath "{name}" == {quoted(value)}\n' for name, value in paths.items())
    return "".join(
        f"GET {{{{base}}}}{path}?n={number}\nHTTP 200\n[Asserts]\n"
        f'header "content-type" == "application/json"\n{wanted}\n'
        for number in range(count)
    )


def one(url):
    """One request, one assertion."""
    return f"- url: {url}\n  assert: {{status: 200}}\n"


def hurl_one(url):
    """The same for Hurl."""
    return f"GET {url}\nHTTP 200\n"


def repeated(url, count):
    """One request so many times side by side, as a load generator sends it."""
    return (
        f"mode: parallel\nrequests:\n- url: {url}\n  repeat: {count}\n  assert: {{status: 200}}\n"
    )


def asserted(base, count, assertions):
    """Requests with so many assertions each."""
    lines = [f"vars: {{base: '{base}'}}\nrequests:\n"]
    for number in range(count):
        checks = "".join(f"      - response.status == 200 and {n} >= 0\n" for n in range(assertions))
        lines.append(f"  - url: \"{{{{ base }}}}/item.json?n={number}\"\n")
        if assertions:
            lines.append(f"    assert:\n      expr:\n{checks}")
    return "".join(lines)
