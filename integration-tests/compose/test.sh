#!/usr/bin/env bash
#: The stack in containers: builds the image, trades, restarts and kills one service at a time.
#:
#:   integration-tests/compose/test.sh [RESULTS] [true]
#:
#: RESULTS is a directory for logs and counts; "true" allows to install and start a Docker engine.
#: TAPEDECK_TEST_IMAGE names an image to test instead of building one.
#: It has a project of its own, and takes it down with its volumes whatever happens.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=../../deploy/lib/common.sh
. "$here/../../deploy/lib/common.sh"
for library in packages stages docker; do
    # shellcheck source=/dev/null
    . "$root/deploy/lib/$library.sh"
done

if [[ "${1:-}" == -h || "${1:-}" == --help ]]; then
    print_help "$0"
    exit 0
fi
mkdir -p "$root/build/results"
results="${1:-$(mktemp -d "$root/build/results/compose-XXXX")}"
may_install="${2:-false}"
touch "$results/counts"
log="$results/compose.log"

export COMPOSE_PROJECT_NAME="tapedeck-test-$$"
export TAPEDECK_IMAGE="${TAPEDECK_TEST_IMAGE:-tapedeck:test}"
export TAPEDECK_PROFILE=demo
services=(journal market-data strategy risk execution shadow)
engine=""
compose=()
failures=0

# check WHAT COMMAND...: one test, by the command's exit code.
check() {
    local what="$1"
    shift
    if "$@" >>"$log" 2>&1; then
        say "ok      $what"
        count passed 1
    else
        say "FAILED  $what"
        count failed 1
        failures=$((failures + 1))
    fi
}

# within SECONDS COMMAND...: asked again each second until it says yes.
within() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        if ((SECONDS >= deadline)); then return 1; fi
        sleep 1
    done
}

ours="label=com.docker.compose.project=$COMPOSE_PROJECT_NAME"

container() {
    docker ps --all --quiet --filter "$ours" --filter "label=com.docker.compose.service=$1"
}

# inspect SERVICE TEMPLATE
inspect() { docker inspect --format "$2" "$(container "$1")"; }

# What tells one run of a container from the next.
run_of() { inspect "$1" '{{.Id}} {{.State.StartedAt}} {{.RestartCount}}'; }

is_running() { [[ "$(inspect "$1" '{{.State.Running}}')" == true ]]; }

is_healthy() { [[ "$(inspect "$1" '{{.State.Health.Status}}')" == healthy ]]; }

all_healthy() {
    local service
    for service in "${services[@]}"; do is_healthy "$service" || return 1; done
}

tapedeck() { timeout 30 docker exec "$(container journal)" tapedeck "$@"; }

events() {
    tapedeck cat --from beginning --exit-at-end --json --type "$1" 2>>"$log" | wc -l
}

has_more_than() { (($(events "$1") > $2)); }

is_confined() {
    local caps
    [[ "$(inspect "$1" '{{.Config.User}}')" == 10001:10001 ]] &&
        [[ "$(inspect "$1" '{{.HostConfig.ReadonlyRootfs}}')" == true ]] &&
        [[ "$(inspect "$1" '{{.HostConfig.CapDrop}}')" == '[ALL]' ]] &&
        [[ "$(inspect "$1" '{{.HostConfig.SecurityOpt}}')" == *no-new-privileges* ]] &&
        # And what the kernel says of the process, which is what counts.
        caps="$(docker exec "$(container "$1")" grep -E '^(CapEff|CapBnd):' /proc/1/status)" &&
        [[ "$(awk '{ print $2 }' <<<"$caps" | sort -u)" == 0000000000000000 ]] &&
        ! docker exec "$(container "$1")" touch /usr/local/touched
}

# Only the journal sees the tape's files, only execution the secrets.
mounts_of() { inspect "$1" '{{range .Mounts}}{{.Destination}} {{end}}'; }

only_sees_the_tape() {
    local service
    [[ "$(mounts_of "$1")" == *"/data/journal "* ]] || return 1
    for service in "${services[@]}"; do
        [[ "$service" == "$1" || "$(mounts_of "$service")" != */data/journal* ]] || return 1
    done
}

only_sees_secrets() {
    local service
    [[ "$(mounts_of "$1")" == */run/secrets/venue_key* ]] || return 1
    for service in "${services[@]}"; do
        [[ "$service" == "$1" || "$(mounts_of "$service")" != */run/secrets* ]] || return 1
    done
}

# Runs a command that disturbs one service, and holds that the others' containers ran through it.
disturb() {
    local service="$1" other before="" after=""
    shift
    for other in "${services[@]}"; do
        if [[ "$other" != "$service" ]]; then before+="$(run_of "$other");" || return 1; fi
    done
    "$@" || return 1
    within 60 is_running "$service" || return 1
    for other in "${services[@]}"; do
        if [[ "$other" != "$service" ]]; then after+="$(run_of "$other");" || return 1; fi
    done
    [[ "$before" == "$after" ]]
}

is_another_run() { is_running "$1" && [[ "$(run_of "$1")" != "$2" ]]; }

# The process, not the container: it dies as in a crash, and the restart policy brings it back.
# After `docker kill` it would not: Docker takes that for the operator's wish.
kill_process() {
    local before
    before="$(run_of "$1")"
    docker exec "$(container "$1")" sh -c 'kill -KILL "$(cat "/data/run/$0.pid")"' "$1" || return 1
    within 60 is_another_run "$1" "$before"
}

left_over() {
    docker ps --all --quiet --filter "$ours"
    docker volume ls --quiet --filter "$ours"
}

nothing_left() { [[ -z "$(left_over)" ]]; }

cleanup() {
    local status=$?
    trap - EXIT INT TERM
    if ((failures > 0)); then
        timeout 30 "${compose[@]}" ps >&2 || true
        timeout 30 "${compose[@]}" logs --no-color --tail 30 >"$results/services.log" 2>&1 || true
        tail -n 60 "$results/services.log" >&2
        say "more in $results"
    fi
    if ! nothing_left; then
        timeout 150 "${compose[@]}" down --volumes --timeout 20 >>"$log" 2>&1 || true
    fi
    if [[ -n "$engine" ]]; then stop_engine "$engine"; fi
    exit "$status"
}

# An engine to test with, or the reason why not.
find_engine() {
    if engine_runs && find_compose; then return; fi
    if [[ "$may_install" != true ]]; then
        skip "no Docker engine with compose answers here (deploy/test --with-docker starts one)"
        exit 0
    fi
    if ((EUID != 0)); then
        skip "no Docker engine answers, and only root can start one"
        exit 0
    fi
    (install_packages docker) || {
        skip "docker.io cannot be installed"
        exit 0
    }
    find_compose || fail "docker-compose is installed but does not run"
    if engine_runs; then return; fi
    engine="$results/engine"
    start_engine "$engine" || {
        engine=""
        skip "dockerd does not start here: $(tail -n 1 "$results/engine/dockerd.log")"
        exit 0
    }
}

stack_test() {
    local fills
    if [[ -z "${TAPEDECK_TEST_IMAGE:-}" ]]; then
        check "the image builds" timeout 1500 "$root/deploy/docker/prepare"
    fi
    if ((failures > 0)); then return; fi
    check "compose brings the stack up" timeout 180 "${compose[@]}" up --detach --no-build
    check "all services become healthy" within 120 all_healthy
    check "fills are on the tape" within 120 has_more_than OrderFilled 0
    if ((failures > 0)); then return; fi

    for service in "${services[@]}"; do
        check "$service: not root, read-only, without capabilities" is_confined "$service"
    done
    check "the tape is the journal's alone" only_sees_the_tape journal
    check "secrets are execution's alone" only_sees_secrets execution

    fills="$(events OrderFilled)"
    check "strategy restarts while the others run on" \
        disturb strategy timeout 60 "${compose[@]}" restart strategy
    check "it is healthy again" within 60 is_healthy strategy
    check "fills go on" within 120 has_more_than OrderFilled "$fills"

    fills="$(events OrderFilled)"
    check "risk, its process killed, comes back by itself" disturb risk kill_process risk
    check "it is healthy again" within 60 is_healthy risk
    check "fills go on" within 120 has_more_than OrderFilled "$fills"

    check "the tape verifies" tapedeck verify

    check "it stops cleanly, and its volumes go" \
        timeout 150 "${compose[@]}" down --volumes --timeout 30
    check "nothing is left" nothing_left
}

find_engine
compose+=(--file "$here/faster.yml")
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
stack_test
((failures == 0))
