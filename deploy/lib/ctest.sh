# shellcheck shell=bash
: "${root:?is set by common.sh}" "${results:?is set by deploy/test}"
# Running ctest, and counting what it ran.

# run_ctest PRESET LABEL [NAMES]: each GoogleTest case counts, not each program. NAMES: a pattern of
# the programs' names, all without it.
run_ctest() {
    local preset="$1" label="$2" names="${3:-.}" out="$results/$1-$2" status=0 jobs=2
    # Those that trade at a venue wait most of the time: for its budgets, and its silences.
    if [[ "$label" == live ]]; then jobs=5; fi
    rm -rf "$out"
    mkdir -p "$out"
    GTEST_OUTPUT="xml:$out/" UBSAN_OPTIONS=print_stacktrace=1 \
        nice -n 5 ctest --test-dir "$root/build/$preset" --label-regex "^$label\$" \
        --tests-regex "$names" \
        --parallel "$jobs" --output-on-failure --no-tests=error \
        --output-junit "$out/ctest.junit" >"$out/log" 2>&1 || status=$?
    if ((status != 0)); then
        grep -vE '^ *Start |Passed +[0-9.]+ sec$' "$out/log" >&2 || true
    fi
    count_ctest "$out" "$label"
    return "$status"
}

# sum_of ELEMENT ATTRIBUTE FILE...: over all those elements, 0 where there are none.
sum_of() {
    local element="$1" attribute="$2"
    shift 2
    { grep -hs "<$element " "$@" || true; } |
        sed -n "s/.* $attribute=\"\([0-9]*\)\".*/\1/p" |
        awk '{ sum += $1 } END { print sum + 0 }'
}

count_ctest() {
    local out="$1" label="$2" tests failed skipped name
    if [[ ! -f "$out/ctest.junit" ]]; then return; fi
    if [[ "$label" == unit ]]; then
        # ctest asks the integration tests for their names as well, whatever the label.
        rm -f "$out"/integration_test*.xml
        tests="$(sum_of testsuites tests "$out"/*.xml)"
        failed="$(sum_of testsuites failures "$out"/*.xml)"
        skipped="$(sum_of testsuite skipped "$out"/*.xml)"
        skipped="$((skipped + $(sum_of testsuites disabled "$out"/*.xml)))"
        # A program that crashed, ran out of time or leaked has no failed case to show for it.
        while read -r name; do
            if (($(sum_of testsuites failures "$out/${name}_test.xml") == 0)); then
                tests=$((tests + 1))
                failed=$((failed + 1))
            fi
        done < <(failed_programs "$out")
    else
        tests="$({ grep '<testcase ' "$out/ctest.junit" || true; } | wc -l)"
        failed="$(failed_programs "$out" | wc -l)"
        skipped="$({ grep -E 'status="(disabled|skipped)"' "$out/ctest.junit" || true; } | wc -l)"
    fi
    count passed "$((tests - failed - skipped))"
    count failed "$failed"
    if ((skipped > 0)); then count skipped "$skipped"; fi
    say "$((tests - failed - skipped)) of $tests tests passed"
}

failed_programs() {
    sed -n 's/.*<testcase name="\([^"]*\)".* status="\(fail\|notrun\)".*/\1/p' "$1/ctest.junit"
}
