# shellcheck shell=bash
: "${root:?is set by common.sh}" "${results:?is set by deploy/test}"
# Running ctest, and counting what it ran.

# run_ctest PRESET LABEL: each GoogleTest case counts, not each program.
run_ctest() {
    local preset="$1" label="$2" out="$results/$1-$2" status=0
    rm -rf "$out"
    mkdir -p "$out"
    GTEST_OUTPUT="xml:$out/" UBSAN_OPTIONS=print_stacktrace=1 \
        nice -n 5 ctest --test-dir "$root/build/$preset" --label-regex "^$label\$" \
        --parallel 2 --output-on-failure --no-tests=error \
        --output-junit "$out/ctest.junit" >"$out/log" 2>&1 || status=$?
    if ((status != 0)); then
        grep -vE '^ *Start |Passed +[0-9.]+ sec$' "$out/log" >&2 || true
    fi
    count_ctest "$out" "$label"
    return "$status"
}

# attribute NAME: of each line's element; nothing where it has none.
attribute() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p"; }

sum() { awk '{ sum += $1 } END { print sum + 0 }'; }

count_ctest() {
    local out="$1" label="$2" tests=0 failed=0 skipped=0 name cases
    if [[ ! -f "$out/ctest.junit" ]]; then return; fi
    if [[ "$label" == unit ]]; then
        # ctest asks the integration tests for their names as well, whatever the label.
        rm -f "$out"/integration_test*.xml
        tests="$(cat "$out"/*.xml 2>/dev/null | grep '<testsuites ' | attribute tests | sum)"
        failed="$(cat "$out"/*.xml 2>/dev/null | grep '<testsuites ' | attribute failures | sum)"
        skipped="$(cat "$out"/*.xml 2>/dev/null | grep '<testsuite ' |
            sed -n 's/.* disabled="\([0-9]*\)" skipped="\([0-9]*\)".*/\1\n\2/p' | sum)"
        # A program that crashed, ran out of time or leaked has no failed case to show for it.
        while read -r name; do
            cases="$(grep -s '<testsuites ' "$out/${name}_test.xml" | attribute failures)"
            if ((${cases:-0} == 0)); then
                tests=$((tests + 1))
                failed=$((failed + 1))
            fi
        done < <(failed_programs "$out")
    else
        tests="$(grep -c '<testcase ' "$out/ctest.junit" || true)"
        failed="$(failed_programs "$out" | wc -l)"
        skipped="$(grep '<testcase ' "$out/ctest.junit" |
            grep -cE 'status="(disabled|skipped)"' || true)"
    fi
    count passed "$((tests - failed - skipped))"
    count failed "$failed"
    if ((skipped > 0)); then count skipped "$skipped"; fi
    say "$((tests - failed - skipped)) of $tests tests passed"
}

failed_programs() {
    sed -n 's/.*<testcase name="\([^"]*\)".* status="\(fail\|notrun\)".*/\1/p' "$1/ctest.junit"
}
