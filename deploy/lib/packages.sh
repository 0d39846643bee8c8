# shellcheck shell=bash
: "${root:?is set by common.sh}"
# Packages: which are wanted, which are missing, how they get here.

# packages_of SECTION...: their names, one a line.
packages_of() {
    awk -v wanted=" $* " '
        /^\[/ { inside = index(wanted, " " substr($0, 2, length($0) - 2) " ") }
        inside && /^[a-z0-9]/ { print $1 }' "$root/deploy/packages.txt"
}

# missing_packages SECTION...: names that dpkg does not have, one a line.
missing_packages() {
    local name status
    while read -r name; do
        status="$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)"
        if [[ "$status" != installed ]]; then echo "$name"; fi
    done < <(packages_of "$@")
}

is_debian_12() {
    [[ -r /etc/os-release ]] && (
        # shellcheck source=/dev/null
        . /etc/os-release
        [[ "${ID:-}" == debian && "${VERSION_ID:-}" == 12 ]]
    )
}

system_name() {
    (
        # shellcheck source=/dev/null
        . /etc/os-release 2>/dev/null || true
        echo "${PRETTY_NAME:-$(uname -s)}"
    )
}

# As root, by sudo where we are not.
as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        sudo "$@"
    fi
}

refuse_system() {
    fail "this is $(system_name); the build wants Debian 12 and the packages that
  deploy/packages.txt names. Elsewhere run the image, which brings its own Debian:
    deploy/docker/prepare && docker compose -f deploy/compose.yml up --build
  or set TAPEDECK_SKIP_INSTALL=1 when you have installed their like yourself."
}

# install_packages SECTION...: nothing is asked of apt when all are here.
install_packages() {
    local -a missing
    if [[ "${TAPEDECK_SKIP_INSTALL:-}" == 1 ]]; then return; fi
    if ! have dpkg-query || ! is_debian_12; then refuse_system; fi
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then return; fi

    say "installing ${#missing[@]} packages: ${missing[*]}"
    if ((EUID != 0)) && ! have sudo; then
        fail "root is needed to install them: run this as root, or
    apt-get install --no-install-recommends ${missing[*]}"
    fi
    as_root apt-get update -q >/dev/null ||
        fail "apt-get update failed: is there a network, and a mirror in /etc/apt?"
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install: ${missing[*]}"
}
