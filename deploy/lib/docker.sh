# shellcheck shell=bash
: "${root:?is set by common.sh}"
# Which docker and which compose there are, and an engine where none runs.

# A command line that builds with BuildKit: with the buildx plugin, or older than 23, where it is
# built in. Debian's own is the latter; another one may stand before it in PATH.
find_docker() {
    local candidate version
    while read -r candidate; do
        version="$("$candidate" --version | sed -n 's/^Docker version \([0-9]*\).*/\1/p')"
        if ((${version:-99} < 23)) || "$candidate" buildx version >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done < <(type -aP docker)
    return 1
}

# find_compose: sets compose to the words that its commands begin with: the plugin, or the older
# program.
find_compose() {
    compose=(docker compose)
    if ! docker compose version >/dev/null 2>&1; then
        have docker-compose || return 1
        compose=(docker-compose)
    fi
    compose+=(--file "$root/deploy/compose.yml")
}

engine_runs() { have docker && timeout 20 docker info >/dev/null 2>&1; }

# start_engine DIRECTORY: a dockerd of our own, its log and pid file in there. Needs root.
start_engine() {
    local log="$1/dockerd.log"
    mkdir -p "$1"
    setsid dockerd --pidfile "$1/dockerd.pid" >"$log" 2>&1 &
    for ((i = 0; i < 60; i++)); do
        if engine_runs; then return; fi
        sleep 0.5
    done
    tail -n 3 "$log" >&2
    stop_engine "$1"
    return 1
}

stop_engine() {
    local pid
    pid="$(cat "$1/dockerd.pid" 2>/dev/null || true)"
    if [[ -n "$pid" ]]; then kill "$pid" 2>/dev/null || true; fi
}
