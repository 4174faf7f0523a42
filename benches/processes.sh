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

echo "== 10,000 GETs from a file: with the default read-ahead, one after the other, curl -K"
head -10000 < <(yes 'get_user_by_id 5136') >"$work/gets.sftpgo"
head -10000 < <(yes "url = \"$url/api/v1/user/5136\"") >"$work/gets.curl"
hyperfine -N --warmup 1 --runs 10 --output null \
    "$shell --file $work/gets.sftpgo" "$shell --read-ahead 1 --file $work/gets.sftpgo" \
    "curl -sS -K $work/gets.curl" | grep -E "Time|ran|times"

echo "== the same path by wrk, one thread, one connection"
wrk -t1 -c1 -d3s "$url/api/v1/user/5136" | grep Requests/sec

echo "== peak memory of the 10,000 GETs, KiB"
/usr/bin/time -f "shell %M" "$shell" --file "$work/gets.sftpgo" >/dev/null
/usr/bin/time -f "curl %M" curl -sS -K "$work/gets.curl" >/dev/null

echo "== 2,000 add_user with 5 ms of latency: one after the other, eight at once"
{
    echo 'practice latency 5ms'
    for ((n = 0; n < 2000; n++)); do
        echo "add_user u$n --home_dir /srv/u$n --permissions list --password p"
    done
} >"$work/writes.sftpgo"
hyperfine -N --runs 3 --output null \
    "$shell --practice --file $work/writes.sftpgo" \
    "$shell --practice --jobs 8 --file $work/writes.sftpgo" | grep -E "Time|ran|times"

echo "== a million GETs against ten thousand: peak memory, KiB"
head -1000000 < <(yes 'get_user_by_id 5136') >"$work/million.sftpgo"
/usr/bin/time -f "ten thousand %M" "$shell" --file "$work/gets.sftpgo" >/dev/null
/usr/bin/time -f "a million %M (%e s)" "$shell" --file "$work/million.sftpgo" >/dev/null

echo "== the check of a million commands"
/usr/bin/time -f "%e s, %M KiB" "$shell" --check --file "$work/million.sftpgo"
/usr/bin/time -f "ten thousand: %M KiB" "$shell" --check --file "$work/gets.sftpgo"

echo "== 10,000 rows of add_users: one after the other, eight at once; again with nothing to do"
{
    echo 'username,home_dir,permissions,password'
    for ((n = 0; n < 10000; n++)); do echo "r$n,/srv/r$n,list download,p"; done
} >"$work/users.csv"
hyperfine -N --runs 3 --output null \
    "$shell --practice add_users --from $work/users.csv" \
    "$shell --practice --jobs 8 add_users --from $work/users.csv" | grep -E "Time|ran|times"
/usr/bin/time -f "eight at once: %M KiB, with the practice server in it" \
    "$shell" --practice --jobs 8 add_users --from "$work/users.csv" >/dev/null

echo "== 10,000 update_user on v2, each a read, a PUT of the whole and a read: curl -K with the same requests"
"$shell" --api v2 practice-server >"$work/url2" 2>/dev/null &
second=$!
trap 'kill "$server" "$second"; rm -rf "$work"' EXIT
until [ -s "$work/url2" ]; do sleep 0.05; done
url2=$(cat "$work/url2")
export SFTPGO_USERNAME=admin SFTPGO_PASSWORD=practice
SFTPGO_HOST=$url2 "$shell" --output compact get_user_by_username backup >"$work/backup.json"
token=$(curl -sS -u admin:practice "$url2/api/v2/token" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
for ((n = 0; n < 10000; n++)); do echo "update_user backup --quota_files $((n + 1))"; done >"$work/changes.sftpgo"
{
    for ((n = 0; n < 10000; n++)); do
        for request in GET PUT GET; do
            echo "url = \"$url2/api/v2/users/backup\""
            echo "header = \"Authorization: Bearer $token\""
            if [ $request = PUT ]; then
                echo 'request = PUT'
                echo "data = \"@$work/backup.json\""
            fi
            echo 'next'
        done
    done
} | sed '$d' >"$work/changes.curl"
hyperfine -N --runs 3 --output null \
    "$shell --base_url $url2 --file $work/changes.sftpgo" \
    "curl -sS -K $work/changes.curl" | grep -E "Time|ran|times"

echo "== 10,000 users changed by --where with eight at a time: curl with the same requests, one and eight at a time"
"$shell" --api v2 practice-server >"$work/url3" 2>/dev/null &
third=$!
trap 'kill "$server" "$second" "$third"; rm -rf "$work"' EXIT
until [ -s "$work/url3" ]; do sleep 0.05; done
url3=$(cat "$work/url3")
{
    echo username,home_dir,permissions
    for ((n = 0; n < 10000; n++)); do echo "m$n,/srv/m,*"; done
} >"$work/many.csv"
SFTPGO_HOST=$url3 "$shell" --quiet --jobs 8 add_users --from "$work/many.csv" >/dev/null
SFTPGO_HOST=$url3 "$shell" --output compact get_user_by_username m0 >"$work/m0.json"
token=$(curl -sS -u admin:practice "$url3/api/v2/token" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
{
    for ((n = 0; n < 10000; n += 500)); do
        echo "url = \"$url3/api/v2/users?limit=500&offset=$n\""
        echo "header = \"Authorization: Bearer $token\""
        echo 'next'
    done
    for ((n = 0; n < 10000; n++)); do
        for request in GET PUT GET; do
            echo "url = \"$url3/api/v2/users/m$n\""
            echo "header = \"Authorization: Bearer $token\""
            if [ $request = PUT ]; then
                echo 'request = PUT'
                echo "data = \"@$work/m0.json\""
            fi
            echo 'next'
        done
    done
} | sed '$d' >"$work/many.curl"
hyperfine -N --runs 3 --output null \
    "sh -c '\"$shell\" --base_url $url3 --jobs 8 update_user --yes --where \"home_dir = /srv/m\" --quota_files \$(date +%N | sed s/^0*//)'" \
    "curl -sS -K $work/many.curl" \
    "curl -sS -Z --parallel-max 8 -K $work/many.curl" | grep -E "Time|ran|times"
unset SFTPGO_USERNAME SFTPGO_PASSWORD

echo "== a start without a request"
hyperfine -N --warmup 50 --runs 500 "$shell help" "$shell --version" "curl --version" | grep -E "Time|sftpgo-shell|curl"
