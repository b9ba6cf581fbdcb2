#!/bin/sh
# Sends a development node what its OpenAPI document allows and what it does not, for SECONDS_MAX (180) seconds,
# and fails on a 5xx or on an answer that is not in the document. Takes the binary's path.
set -eu
TENOR=${1:?the path of the tenor binary}
SECONDS_MAX=${SECONDS_MAX:-180}
VERSION=4
PORT=${PORT:-4791}
command -v python3 >/dev/null || { echo "python3 is missing: apt-get install python3-venv" >&2; exit 1; }
DIR=$(mktemp -d)
NODE=
trap 'test -z "$NODE" || kill "$NODE"; rm -rf "$DIR"' EXIT INT TERM
echo "installing schemathesis into $DIR"
python3 -m venv "$DIR/venv"
"$DIR/venv/bin/pip" install --quiet "schemathesis==$VERSION.*"
"$TENOR" dev --listen "127.0.0.1:$PORT" >"$DIR/node.log" 2>&1 &
NODE=$!
URL=http://127.0.0.1:$PORT
cd "$DIR"
# A long poll is answered when its time is over: here at once, so that the minutes go to other requests.
cat >schemathesis.toml <<'EOF'
[parameters]
"query.timeout_ms" = 0
EOF
"$DIR/venv/bin/schemathesis" run "$URL/openapi.json" --url "$URL" --wait-for-schema 30 --no-color \
	--max-time "$SECONDS_MAX" --exclude-path /v1/events/stream \
	--checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance
