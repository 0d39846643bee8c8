# shellcheck shell=bash
# What all of deploy's scripts share. To be sourced; sets nothing but functions and $root.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "error: $*"
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# The text between "#:" marks at the top of the calling script is its help.
print_help() { sed -n 's/^#: \{0,1\}//p' "$1"; }

# Compiling needs up to 1.2 GB a file: as many jobs as there are cores and memory for, at least one.
build_jobs() {
    local cores memory_gb
    cores="$(nproc)"
    memory_gb="$(awk '/^MemAvailable/ { print int($2 / 1200000) }' /proc/meminfo)"
    if ((memory_gb < 1)); then memory_gb=1; fi
    echo "$((cores < memory_gb ? cores : memory_gb))"
}

# configure PRESET: where it has not been done; ninja does it again when a CMake file changes.
configure() {
    local log="$root/build/$1.configure.log"
    if [[ -f "$root/build/$1/build.ninja" ]]; then return; fi
    mkdir -p "$root/build"
    if ! (cd "$root" && cmake --preset "$1") >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        fail "configuring the preset \"$1\" failed; is deploy/install done? All of it: $log"
    fi
}

# build PRESET TARGET...
build() {
    local preset="$1"
    shift
    configure "$preset"
    NINJA_STATUS="[%f/%t %es] " nice -n 5 \
        cmake --build "$root/build/$preset" --parallel "$(build_jobs)" --target "$@"
}
