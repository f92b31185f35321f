"""An OAuth 2 server by Authlib: every grant, tokens that can be revoked, and a log of what was asked.

    python oauth_server.py

prints its port. `ann` logs in with `swordfish`; `app` is a client with a secret, `tool` one without.
"""

import os
import threading
import time

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain HTTP, on loopback

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6749.models import AuthorizationCodeMixin
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant, DeviceCredentialDict
from flask import Flask, jsonify, request
from werkzeug.serving import make_server

app = Flask(__name__)
app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {name: 3600 for name in ["authorization_code", "client_credentials", "password", "device_code"]}

asked, tokens, codes, devices = [], [], {}, {}


class Client(ClientMixin):
    def __init__(self, client_id, secret):
        self.client_id, self.secret = client_id, secret

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return scope or ""

    def check_redirect_uri(self, uri):
        return uri.startswith("http://127.0.0.1:")

    def check_client_secret(self, secret):
        return self.secret == secret

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "none" if self.secret is None else method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, kind):
        return kind == "code"

    def check_grant_type(self, kind):
        return True


class Token(TokenMixin):
    def __init__(self, data, client, user):
        self.data, self.client, self.user = data, client, user
        self.until, self.revoked = time.time() + data["expires_in"], False

    def check_client(self, client):
        return self.client == client.client_id

    def get_scope(self):
        return self.data.get("scope", "")

    def get_expires_in(self):
        return self.data["expires_in"]

    def is_expired(self):
        return time.time() >= self.until

    def is_revoked(self):
        return self.revoked

    def get_user(self):
        return self.user

    def get_client(self):
        return clients[self.client]


class Code(AuthorizationCodeMixin):
    def __init__(self, code, payload, client, user, data):
        self.code, self.client, self.user = code, client, user
        self.redirect_uri, self.scope = payload.redirect_uri, payload.scope
        self.code_challenge, self.code_challenge_method = data.get("code_challenge"), data.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope


class AuthorizationCode(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none", "client_secret_basic", "client_secret_post"]

    def save_authorization_code(self, code, request):
        codes[code] = Code(code, request.payload, request.client.client_id, request.user, request.payload.data)

    def query_authorization_code(self, code, client):
        return codes.get(code)

    def delete_authorization_code(self, code):
        codes.pop(code.code)

    def authenticate_user(self, code):
        return code.user


class ClientCredentials(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]


class Password(grants.ResourceOwnerPasswordCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def authenticate_user(self, username, password):
        return username if (username, password) == ("ann", "swordfish") else None


class Refresh(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none", "client_secret_basic", "client_secret_post"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        return next((token for token in tokens if token.data.get("refresh_token") == refresh_token), None)

    def authenticate_user(self, credential):
        return credential.user

    def revoke_old_credential(self, credential):
        # Used up.
        credential.revoked, credential.data["refresh_token"] = True, None


class Device(DeviceCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none", "client_secret_basic"]

    def query_device_credential(self, device_code):
        return devices.get(device_code)

    def query_user_grant(self, user_code):
        return next((data["granted"] for data in devices.values() if data["user_code"] == user_code), None)

    def should_slow_down(self, credential):
        credential["polls"] = credential.get("polls", 0) + 1
        return credential["polls"] == 2


class DeviceEndpoint(DeviceAuthorizationEndpoint):
    INTERVAL = 0
    CLIENT_AUTH_METHODS = ["none", "client_secret_basic"]

    def get_verification_uri(self):
        return f"{request.host_url}device"

    def save_device_credential(self, client_id, scope, data):
        devices[data["device_code"]] = DeviceCredentialDict(dict(data, client_id=client_id, scope=scope, granted=None, expires_at=time.time() + 60))


class Validator(BearerTokenValidator):
    def authenticate_token(self, text):
        return next((token for token in tokens if token.data["access_token"] == text), None)


def save_token(data, request):
    user = request.user or request.client.client_id
    tokens.append(Token(data, request.client.client_id, user))


clients = {"app": Client("app", "open-sesame"), "tool": Client("tool", None)}
server = AuthorizationServer(app, query_client=clients.get, save_token=save_token)
server.register_grant(AuthorizationCode, [CodeChallenge(required=True)])
for grant in [ClientCredentials, Password, Refresh, Device]:
    server.register_grant(grant)
server.register_endpoint(DeviceEndpoint)
protect = ResourceProtector()
protect.register_token_validator(Validator())


@app.post("/token")
def token():
    form = request.form
    asked.append(f"{form.get('grant_type')} by {'basic' if request.authorization else 'body'}")
    return server.create_token_response()


@app.get("/authorize")
def authorize():
    # Who comes here has logged in.
    asked.append("authorize")
    if request.args.get("scope") == "refused":
        return server.create_authorization_response(grant_user=None)
    grant = server.get_consent_grant(end_user="ann")
    return server.create_authorization_response(grant_user="ann", grant=grant)


@app.post("/device_authorization")
def device_authorization():
    asked.append("device_authorization")
    return server.create_endpoint_response("device_authorization")


@app.get("/device")
def device():
    code = request.args["user_code"]
    for data in devices.values():
        if data["user_code"] == code:
            data["granted"] = ("ann", request.args.get("allow") != "no")
    return "done"


@app.get("/me")
@protect(None)
def me():
    from authlib.integrations.flask_oauth2 import current_token
    return jsonify(user=current_token.user, scope=current_token.get_scope())


@app.post("/revoke")
def revoke():
    for token in tokens:
        token.revoked = True
        if request.args.get("all"):
            token.data["refresh_token"] = None
    return jsonify(revoked=len(tokens))


@app.get("/asked")
def log():
    return jsonify(asked)


if __name__ == "__main__":
    service = make_server("127.0.0.1", 0, app, threaded=True)
    print(service.server_port, flush=True)
    # It ends with whoever began it.
    threading.Thread(target=lambda: (os.read(0, 1), os._exit(0)), daemon=True).start()
    service.serve_forever()
