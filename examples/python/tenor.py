"""A client of a Tenor node, made at run time from the OpenAPI document that the node serves.

Every operation of the document is a method of `Node`, with the document's own parameters:
`GET /v1/accounts/{address}` is `node.get_accounts_address(address=...)`. What the document does not
have is refused before it is sent. Python 3.11 or later, nothing else.
"""

import json
import urllib.error
import urllib.parse
import urllib.request

TIMEOUT_S = 75  # longer than a node waits with an answer


class Problem(Exception):
    """An answer that is an error: a problem document (RFC 9457) with a stable `code`."""

    def __init__(self, document):
        super().__init__(f"{document['code']}: {document['detail']}; {document['hint']}")
        self.code = document["code"]
        self.is_retryable = document["retryable"]
        self.document = document


class Node:
    """A node at a URL."""

    def __init__(self, url, token=None):
        """`token` is a session's, for nodes that want one (docs/privacy.md)."""
        self.url = url.rstrip("/")
        self.token = token
        self.document = self._send("GET", "/openapi.json", None, [200])
        self.operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        }

    def __getattr__(self, name):
        if name.startswith("_") or name not in self.operations:
            raise AttributeError(f"the node's OpenAPI document has no operation {name}")
        return lambda body=None, **parameters: self._call(name, body, parameters)

    def _call(self, name, body, parameters):
        method, path, operation = self.operations[name]
        query = {}
        for parameter in operation.get("parameters", []):
            key, place = parameter["name"], parameter["in"]
            if key in parameters and place == "path":
                value = urllib.parse.quote(str(parameters.pop(key)), safe="")
                path = path.replace("{" + key + "}", value)
            elif key in parameters and place == "query":
                query[key] = parameters.pop(key)
            elif parameter.get("required"):
                raise TypeError(f"{name} needs {key}: {parameter.get('description', '')}")
        if parameters:
            raise TypeError(f"{name} does not take {', '.join(parameters)}")
        if (body is not None) != ("requestBody" in operation):
            raise TypeError(f"{name} takes {'a' if body is None else 'no'} body")
        if query:
            path += "?" + urllib.parse.urlencode(query)
        statuses = [int(status) for status in operation["responses"]]
        return self._send(method, path, body, statuses)

    def _send(self, method, path, body, statuses):
        request = urllib.request.Request(self.url + path, method=method)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        if isinstance(body, bytes):
            request.add_header("Content-Type", "application/octet-stream")
        elif body is not None:
            request.add_header("Content-Type", "application/json")
            body = json.dumps(body).encode()
        try:
            answer = urllib.request.urlopen(request, body, timeout=TIMEOUT_S)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            content, kind = answer.read(), answer.headers.get_content_type()
        if answer.status not in statuses:
            raise ValueError(f"{method} {path} answered {answer.status}, which the document lacks")
        if kind == "application/problem+json":
            raise Problem(json.loads(content))
        return json.loads(content) if kind == "application/json" else content
