#!/usr/bin/env bash
# The figures of docs/performance.md: whole processes, side by side in one run,
# against a practice server on loopback. Needs hyperfine, wrk and curl (Debian
# packages of these names) and GNU time.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --quiet
shell=target/release/sftpgo-shell
work=$(mktemp -d)
"$shell" practice-server >"$work/url" 2>/dev/null &
server=$!
trap 'kill "$server"; rm -rf "$work"' EXIT
until [ -s "$work/url" ]; do sleep 0.05; done
url=$(cat "$work/url")
export SFTPGO_HOST=$url

echo "== one GET, start to exit"
hyperfine -N --warmup 50 --runs 500 --export-json "$work/one.json" \
    "$shell get_quota_scans" "curl -sS $url/api/v1/quota_scan" | grep -E "Time|ran|times"

echo "== 10,000 GETs, one after the other, in one process"
head -10000 < <(yes 'get_user_by_id 5136') >"$work/gets.sftpgo"
head -10000 < <(yes "url = \"$url/api/v1/user/5136\"") >"$work/gets.curl"
hyperfine -N --warmup 1 --runs 10 --output null \
    "$shell --file $work/gets.sftpgo" "curl -sS -K $work/gets.curl" | grep -E "Time|ran|times"

echo "== the same path by wrk, one thread, one connection"
wrk -t1 -c1 -d3s "$url/api/v1/user/5136" | grep Requests/sec

echo "== peak memory of the 10,000 GETs, KiB"
/usr/bin/time -f "shell %M" "$shell" --file "$work/gets.sftpgo" >/dev/null
/usr/bin/time -f "curl %M" curl -sS -K "$work/gets.curl" >/dev/null

echo "== a start without a request"
hyperfine -N --warmup 50 --runs 500 "$shell help" "$shell --version" "curl --version" | grep -E "Time|sftpgo-shell|curl"
