# shellcheck shell=bash
: "${root:?is set by common.sh}"
# Stages of deploy/test: each is timed, counted and cannot take the others down with it.

results="$root/build/results"   # one folder a run; deploy/test makes it
stage_lines=()

# count passed|failed|skipped NUMBER, from inside a stage.
count() { echo "$1 $2" >>"$results/counts"; }

# skip REASON: the stage in whose name we are does not run, and says why.
skip() {
    say "skipped: $*"
    echo "$*" >>"$results/stage.skipped"
    count skipped 1
}

total() { awk -v kind="$1" '$1 == kind { sum += $2 } END { print sum + 0 }' "$results/counts"; }

# stage NAME FUNCTION [ARGUMENT...]: a function that fails without counting a failure is one.
stage() {
    local name="$1" started="$SECONDS" status=0 failed_before passed_before verdict
    shift
    failed_before="$(total failed)"
    passed_before="$(total passed)"
    : >"$results/stage.skipped"
    printf '\n== %s\n' "$name" >&2

    # A subshell of its own, outside any condition: bash ignores set -e inside conditions.
    set +e
    (
        set -e
        "$@"
    )
    status=$?
    set -e

    if ((status != 0)) && (($(total failed) == failed_before)); then count failed 1; fi
    verdict=ok
    if [[ -s "$results/stage.skipped" ]]; then
        verdict="skipped: $(paste -sd ';' "$results/stage.skipped")"
        if (($(total passed) > passed_before)); then verdict="ok; $verdict"; fi
    fi
    if (($(total failed) > failed_before)); then
        verdict="FAILED"
        # What comes next would test what is not there.
        if ((status != 0)); then broken+=" $name "; fi
    fi
    stage_lines+=("$(printf '%5d s  %-22s %s' "$((SECONDS - started))" "$name" "$verdict")")
}

# after STAGE NAME FUNCTION...: only when that stage has not broken.
after() {
    local needed="$1" name="$2"
    shift
    if [[ "$broken" == *" $needed "* ]]; then
        stage "$name" skip "$needed failed"
    else
        stage "$@"
    fi
}

# build_stage PRESET TARGET...: progress on a terminal; elsewhere a log, and of it what went wrong.
build_stage() {
    local log="$results/build-$1.log"
    if [[ -t 2 ]]; then
        build "$@" >&2
    elif ! build "$@" >"$log" 2>&1; then
        grep -A 12 -E 'FAILED:|error:' "$log" | head -n 80 >&2 || true
        say "building \"$1\" failed; all of it: $log"
        return 1
    fi
}

# The table of times, then the closing line. Returns 1 if anything failed.
summary() {
    local passed failed skipped line
    passed="$(total passed)"
    failed="$(total failed)"
    skipped="$(total skipped)"
    printf '\n' >&2
    for line in "${stage_lines[@]}"; do say "$line"; done
    say "$(printf '%5d s  in all' "$SECONDS")"
    line="$passed passed, $failed failed"
    if ((skipped > 0)); then line+=", $skipped skipped"; fi
    echo "$line"
    ((failed == 0))
}
broken=""
