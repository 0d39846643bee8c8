# shellcheck shell=bash
: "${root:?is set by common.sh}"
: "${results:?is set by deploy/test}"
# Checks that read the sources and run nothing.

# Our own C++ files, relative to the root.
own_sources() { (cd "$root" && find services integration-tests -name '*.cpp' | sort); }

own_files() { (cd "$root" && find services integration-tests -name '*.cpp' -o -name '*.h' | sort); }

# Our own shell scripts: by name or by first line.
own_scripts() {
    (cd "$root" && grep -rlE --exclude-dir=secrets '^#!.*\b(ba)?sh$|^# shellcheck shell=' \
        deploy integration-tests .ci | sort)
}

check_format() {
    local log="$results/format.log" status=0
    own_files | (cd "$root" && xargs clang-format --dry-run -Werror) >"$log" 2>&1 || status=$?
    if ((status != 0)); then
        grep -E 'error:' "$log" | cut -d: -f1 | sort | uniq -c >&2
        say "next: clang-format -i FILE"
        return 1
    fi
    count passed 1
}

check_scripts() {
    own_scripts | (cd "$root" && xargs shellcheck --external-sources --source-path=SCRIPTDIR) >&2
    count passed 1
}

# What clang-tidy has not been over yet, one pattern a line; the list only ever gets shorter.
unchecked="$root/deploy/tidy-unchecked.txt"

checked_sources() { own_sources | grep -vxEf <(grep -v '^#' "$unchecked"); }

# clang-tidy over all sources, and again only over what has changed since: a file's key is the
# content of it, of all our headers in it and of the rules. The headers are those that the compiler
# has reported to ninja; for a file never compiled, all.
check_tidy() {
    local cache="$root/build/tidy-cache" work="$results/tidy"
    local seconds="${TAPEDECK_TIDY_SECONDS:-180}" key source bad left waiting
    configure release
    build_stage release tapedeck_proto
    rm -rf "$work"
    mkdir -p "$work" "$cache"
    # Each file as if it were alone: clang cannot read precompiled headers of GCC, and takes a
    # warning that it does not know for an error.
    sed -E -e 's/ -Wno-restrict| -Wno-stringop-over[a-z]+| -Winvalid-pch| -fpch-preprocess//g' \
        -e 's/ --param ggc-[a-z-]+=[0-9]+//g' \
        -e 's/ -include [^ ]*cmake_pch\.hxx//g' \
        "$root/build/release/compile_commands.json" >"$work/compile_commands.json"
    find "$cache" -type f -mtime +30 -delete
    tidy_keys "$work" >"$work/keys"
    while read -r key source; do
        if [[ ! -f "$cache/$key" ]]; then echo "$key $source"; fi
    done <"$work/keys" | shuf >"$work/todo"  # where time is short, others come first each run
    say "$(wc -l <"$work/keys") files, $(wc -l <"$work/todo") of them not yet seen as they are now"

    export -f tidy_one
    export TIDY_ROOT="$root" TIDY_CACHE="$cache" TIDY_WORK="$work"
    export TIDY_DEADLINE="$(($(date +%s) + seconds))"
    xargs -r -P "$(build_jobs)" -L 1 bash -c 'tidy_one "$@"' tidy_one <"$work/todo"

    waiting="$(($(own_sources | wc -l) - $(wc -l <"$work/keys")))"
    if ((waiting > 0)); then skip "clang-tidy: $waiting files of deploy/tidy-unchecked.txt"; fi
    bad="$(find "$work" -name '*.bad' | wc -l)"
    left="$(find "$work" -name '*.left' | wc -l)"
    if ((left > 0)); then
        skip "clang-tidy: $left files not reached in $seconds s (TAPEDECK_TIDY_SECONDS)"
    fi
    if ((bad > 0)); then
        cat "$work"/*.bad >&2
        say "clang-tidy: $bad files"
        return 1
    fi
    count passed 1
}

# tidy_one KEY SOURCE, in a shell of its own.
tidy_one() {
    local name="${2//\//-}"
    local -a less=()
    # In GoogleTest's macros the analyzer sees leaks that are none, and takes most of the time; and
    # a test says what it means, whatever it allocates.
    case "$2" in
    *_test.cpp) less=("--checks=-clang-analyzer-*,-performance-inefficient-*") ;;
    # Every field of every event, unrolled, takes it minutes; the fuzz target asks more than it.
    services/common/events/codec*.cpp) less=("--checks=-clang-analyzer-*") ;;
    esac
    if (($(date +%s) >= TIDY_DEADLINE)); then
        touch "$TIDY_WORK/$name.left"
    elif (cd "$TIDY_ROOT" && nice -n 5 clang-tidy --quiet -p "$TIDY_WORK" "${less[@]}" "$2") \
        >"$TIDY_WORK/$name.log" 2>/dev/null; then
        touch "$TIDY_CACHE/$1"
    else
        mv "$TIDY_WORK/$name.log" "$TIDY_WORK/$name.bad"
    fi
}

# tidy_keys WORK: "KEY SOURCE" for each source.
tidy_keys() {
    local work="$1" rules source text
    rules="$(cat "$root/.clang-tidy" "$root/CMakeLists.txt" <(clang-tidy --version) | sha256sum)"
    checked_sources >"$work/sources"
    (cd "$root" && own_files | xargs sha256sum) >"$work/hashes"
    ninja -C "$root/build/release" -t deps >"$work/deps" 2>/dev/null || true
    # shellcheck disable=SC2016
    awk '
        part == 1 { hash[$2] = $1; if ($2 ~ /\.h$/) all = all " " $1; next }
        part == 2 { order[++count] = $1; next }
        !/^ / { source = ""; next }
        match($1, /(services|integration-tests)\/.*\.(h|cpp)$/) {
            file = substr($1, RSTART)
            if (source == "") source = file   # the compiler names the source first
            text[source] = text[source] " " hash[file]
        }
        END {
            for (i = 1; i <= count; i++) {
                file = order[i]
                print file "\t" (file in text ? text[file] : hash[file] all)
            }
        }' part=1 "$work/hashes" part=2 "$work/sources" part=3 "$work/deps" |
        while IFS=$'\t' read -r source text; do
            echo "$(printf '%s\n' "$rules" "$text" | sha256sum | cut -c1-40) $source"
        done
}
