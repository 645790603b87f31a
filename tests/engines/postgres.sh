#!/bin/sh
# A PostgreSQL of its own for the tests: on loopback, in build/engines/postgres, forgotten when it is started anew.
# start: prints the line that makes it known; started already, the same line again. stop: quiet where nothing runs.
set -eu
cd "$(dirname "$0")/../.."
export DO_NOT_TRACK=1
umask 022

engines=$PWD/build/engines
dsn_file=$engines/postgres.dsn
first_port=54320
last_port=54419

fail() {
    echo "$1" >&2
    exit 1
}

# Where initdb, pg_ctl and pg_isready are; Debian keeps them off the PATH. The newest of several.
programs() {
    if command -v initdb >/dev/null 2>&1; then
        dirname "$(readlink -f "$(command -v initdb)")" # a link may stand alone, without its companions
        return
    fi
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5,5nr); do
        if [ -x "$folder/initdb" ]; then
            echo "$folder"
            return
        fi
    done
}

# PostgreSQL refuses to run as root: then its own account runs it, from / since that account may not enter here.
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && exec runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# build/engines/postgres; a folder below /var/tmp where the account postgres cannot reach the project.
place() {
    if as_owner test -x "$engines"; then
        echo "$engines/postgres"
    else
        echo "/var/tmp/dfops-engines-$(printf %s "$PWD" | cksum | cut -d' ' -f1)"
    fi
}

running() {
    [ -f "$data/postmaster.pid" ] && [ -f "$dsn_file" ] &&
        as_owner "$bin/pg_ctl" status --pgdata "$data" >/dev/null 2>&1 &&
        "$bin/pg_isready" --quiet --timeout=5 --dbname "$(cat "$dsn_file")"
}

# The account's home may be anywhere, so its files get a folder that is its own.
create() {
    rm -rf "$data" "$dsn_file"
    mkdir "$data"
    if [ "$(id -u)" -eq 0 ]; then chown postgres "$data"; fi
    chmod 700 "$data"
    # Order by bytes, as DuckDB has it; letters of every script where the system knows them.
    init --locale=C --lc-ctype=C.UTF-8 || init --locale=C || fail "initdb fails: $(tail -n 1 "$log")"
}

init() {
    as_owner "$bin/initdb" --pgdata "$data" --username postgres --auth-host trust --auth-local reject \
        --encoding UTF8 --no-sync "$@" >"$log" 2>&1
}

# The first port that is free: only the server itself can tell without a race.
listen() {
    port=$first_port
    while [ "$port" -le "$last_port" ]; do
        if as_owner "$bin/pg_ctl" start --silent --wait --timeout=30 --pgdata "$data" --log "$data/server.log" \
            --options "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories='' -c fsync=off \
                -c synchronous_commit=off -c full_page_writes=off -c max_connections=50" >"$log" 2>&1; then
            echo "postgresql://postgres@127.0.0.1:$port/postgres" >"$dsn_file"
            return
        fi
        grep -q 'could not bind' "$data/server.log" || fail "PostgreSQL does not start: see $data/server.log"
        : >"$data/server.log"
        port=$((port + 1))
    done
    fail "PostgreSQL finds no free port between $first_port and $last_port"
}

bin=$(programs)
[ -n "$bin" ] || [ "${1:-}" = stop ] ||
    fail 'PostgreSQL is not installed: apt install postgresql, or brew install postgresql@15'
[ "$(id -u)" -ne 0 ] || [ -z "$bin" ] || id postgres >/dev/null 2>&1 ||
    fail 'PostgreSQL does not run as root, and there is no account named postgres: run this as another user'
[ -n "$bin" ] || exit 0
log=$engines/postgres.log

case ${1:-} in
start)
    mkdir -p "$engines"
    data=$(place)
    if ! running; then
        create
        listen
    fi
    echo "export DFOPS_POSTGRES=$(cat "$dsn_file")"
    ;;
stop)
    [ -d "$engines" ] || exit 0
    data=$(place)
    if running; then
        as_owner "$bin/pg_ctl" stop --silent --mode immediate --pgdata "$data" >/dev/null
    fi
    rm -rf "$data" "$dsn_file" "$log"
    ;;
*) fail 'tests/engines/postgres.sh start | stop' ;;
esac
