"""A person at a terminal with a browser: runs a command in a terminal of its own, and does what it asks.

    python oauth_person.py allow|refuse|forge|ignore COMMAND …

prints what the command said, and ends as it did.
"""

import os
import pty
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

what, command = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.environ.pop("CI", None)
    os.execvp(command[0], command)

said, done = "", False
while True:
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        break
    if not chunk:
        break
    said += chunk.decode()
    found = re.search(r"to log in, open (\S+?)(?:[\r\n]| and type the code (\S+?)[,\r\n])", said)
    if not found or done:
        continue
    done = True
    if what == "ignore":
        continue
    url, code = found.groups()
    if code:
        url = f"{url}?user_code={code}&allow={'no' if what == 'refuse' else 'yes'}"
    elif what == "forge":
        # A page that was not asked, with a code of its own; then the right one.
        home = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["redirect_uri"][0]
        try:
            urllib.request.urlopen(f"{home}?code=stolen&state=guessed")
        except urllib.error.HTTPError as error:
            print("forged:", error.code)
    print(urllib.request.urlopen(url).read().decode().strip().splitlines()[-1])
print(said.replace("\r\n", "\n"), end="")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
