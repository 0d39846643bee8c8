# shellcheck shell=bash
: "${root:?is set by common.sh}" "${results:?is set by deploy/test}"
# Simulation and fuzzing: what looks for the cases that nobody has thought of.

# simulate_seeds: those that have found something run for ever, then fresh ones for some minutes.
simulate_seeds() {
    local minutes="${TAPEDECK_SIMULATE_MINUTES:-2}" tapedeck="$root/build/release/bin/tapedeck"
    local log="$results/simulation.log" line
    local -a flags
    while read -r line; do
        read -ra flags <<<"${line%%#*}"
        if ((${#flags[@]} == 0)); then continue; fi
        count_run "$log" "$tapedeck" simulate "${flags[@]}"
    done < <(cat "$root"/integration-tests/seeds/*.txt)
    if ((minutes == 0)); then return; fi
    count_run "$log" "$tapedeck" simulate --minutes "$minutes" --keep-going
    grep -E '^(seeds from|[0-9]+ seeds, .* simulated)' "$log" | tail -n 2 >&2 || true
}

# count_run LOG COMMAND...: one that passes or fails; of one that fails the log is shown.
count_run() {
    local log="$1"
    shift
    if nice -n 5 "$@" >"$log" 2>&1; then
        count passed 1
    else
        count failed 1
        grep -A 3 -E 'FAILED|crashed|tapedeck:' "$log" >&2 || tail -n 20 "$log" >&2
    fi
}

# fuzz_targets: each for some seconds, two at a time, from the corpus that it brings.
fuzz_targets() {
    local target
    for target in "$root"/build/fuzz/bin/*_fuzz; do
        while (($(jobs -rp | wc -l) >= 2)); do wait -n || true; done
        fuzz_one "$target" &
    done
    wait
}

fuzz_one() {
    local corpus
    corpus="$results/fuzz/$(basename "$1")"
    mkdir -p "$corpus"
    count_run "$corpus.log" "$1" -max_total_time="${TAPEDECK_FUZZ_SECONDS:-10}" -max_len=4096 \
        -rss_limit_mb=2048 -timeout=10 -artifact_prefix="$corpus-" "$corpus"
}
