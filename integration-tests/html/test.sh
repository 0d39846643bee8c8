#!/usr/bin/env bash
#: A report's page in a real browser without a network: its charts draw, its numbers are the JSON's.
#:
#:   integration-tests/html/test.sh [RESULTS] [true]
#:
#: RESULTS is a directory for logs and counts; "true" allows to install Chromium where none is.
#: TAPEDECK_TEST_PROGRAM names another tapedeck than the release build's.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=../../deploy/lib/common.sh
. "$here/../../deploy/lib/common.sh"
for library in packages stages; do
    # shellcheck source=/dev/null
    . "$root/deploy/lib/$library.sh"
done

if [[ "${1:-}" == -h || "${1:-}" == --help ]]; then
    print_help "$0"
    exit 0
fi
mkdir -p "$root/build/results"
results="${1:-$(mktemp -d "$root/build/results/html-XXXX")}"
may_install="${2:-false}"
touch "$results/counts"
work="$results/html"
mkdir -p "$work"
# shellcheck source=page.sh
. "$here/page.sh"
tapedeck="${TAPEDECK_TEST_PROGRAM:-$root/build/release/bin/tapedeck}"
failures=0

# check WHAT COMMAND...: one test, by the command's exit code.
check() {
    local what="$1"
    shift
    if "$@"; then
        say "ok      $what"
        count passed 1
    else
        say "FAILED  $what"
        count failed 1
        failures=$((failures + 1))
    fi
}

# same WHAT WANTED GOT
same() {
    if [[ "$2" == "$3" ]]; then
        check "$1: $2" true
    else
        check "$1: $2 wanted, $3 there" false
    fi
}

find_browser() {
    for browser in chromium chromium-browser google-chrome; do
        if have "$browser"; then return; fi
    done
    browser=chromium
    if [[ "$may_install" == true ]] && (install_packages browser) && have chromium; then return; fi
    skip "no Chromium is installed: apt-get install chromium"
    exit 0
}

# A walk of minutes with a tide in it, the same each time: enough to trade on, won and lost.
make_market() {
    awk -v days="$1" 'BEGIN {
        seed = 4711
        at = 60000
        for (i = 0; i < days * 1440; ++i) {
            seed = seed * 16807 % 2147483647
            open = at
            at *= 1 + 0.003 * (seed / 2147483647 - 0.5) + 0.0016 * sin(int(i / 15) / 9)
            high = (at > open ? at : open) * 1.0002
            low = (at < open ? at : open) * 0.9998
            printf "%d,%.1f,%.1f,%.1f,%.1f,50,40\n", 1767225600 + i * 60, open, high, low, at
        }
    }' >"$work/XBTUSD_1.csv"
}

# report NAME DAYS: $work/NAME.json and NAME.html of one backtest.
report() {
    make_market "$2"
    "$tapedeck" backtest --data "$work/XBTUSD_1.csv" --json -o "$work/$1.json" \
        --html "$work/$1.html" --set risk.fraction=0.02 --set strategy.macd.fast=120 \
        --set strategy.macd.slow=260 --set strategy.macd.signal=90 --set strategy.rsi.period=100 \
        --set strategy.bollinger.period=200 --set strategy.bollinger.width=3 \
        --set strategy.vote.threshold=0.9 2>"$work/$1.log"
}

# What holds for every report.
page_test() {
    local name="$1" days trades all
    check "$name: the report is made" report "$name" "$2"
    check "$name: the page opens" open_page "$name"
    same "$name: its state" ready "$(state_of "$name")"
    same "$name: errors in the console" 0 "$(console_errors "$name")"
    check "$name: every figure's value, exact amount and n are the JSON's" same_figures "$name"
    check "$name: every figure is shown as what it is" shown_right "$name"
    days="$(json "$name" '$.days')"
    trades="$(json "$name" '$.trades')"
    all=$((trades + $(json "$name" '$.open_trades')))
    same "$name: rows of trades, open ones too" "$((all < 100 ? all : 100))" \
        "$(part "$name" 'Every trade' | occurrences '<tr data-trade=')"
    same "$name: months" "$(json "$name" '$.months')" \
        "$(part "$name" 'id="months"' | occurrences 'data-month=')"
    same "$name: drawdowns" "$(json "$name" '$.drawdowns')" \
        "$(part "$name" 'Deepest drawdowns' | occurrences '<td [^>]*data-value=')"
    same "$name: breakdowns" "$(cells_of_breakdowns "$name")" "$(occurrences 'data-cell=' \
        <"$work/$name.parts")"
    say "        $name: $days days, $trades trades"
}

rich_test() {
    local days trades
    page_test rich 120
    days="$(json rich '$.days')"
    trades="$(json rich '$.trades')"
    check "rich: there is much to draw" test "$days" -ge 90 -a "$trades" -ge 100
    for chart in equity under-water; do
        same "rich: points of $chart" "$(json rich '$.curve')" "$(points_of rich "$chart")"
        check "rich: $chart is a line through them" drawn_through rich "$chart"
    done
    same "rich: days in the distribution" "$days" "$(bars_of rich daily-returns)"
    same "rich: trades in the distribution" "$trades" "$(bars_of rich trade-results)"
    same "rich: points of the rolling Sharpe" "$((days - 29))" "$(points_of rich rolling-sharpe)"
    same "rich: entries on the price" "$((trades + $(json rich '$.open_trades')))" \
        "$(part rich 'id="chart-price-0"' | occurrences ' entry" data-trade=')"
    check "rich: the price is a line" drawn_through rich price-0
    for chart in mae mfe durations; do
        same "rich: dots of $chart" "$trades" "$(part rich "id=\"chart-$chart\"" |
            occurrences '<circle class="dot')"
    done
    check "rich: gross to net" \
        test "$(part rich 'id="chart-costs"' | occurrences 'data-step=')" -ge 3
    same "rich: nothing is left out" 0 "$(occurrences 'data-why=' <"$work/rich.parts")"
}

# A few hours: what cannot be said is not drawn, and the page says why.
poor_test() {
    page_test poor 1
    for chart in daily-returns rolling-sharpe rolling-volatility; do
        same "poor: $chart says why not" 1 "$(part poor "id=\"chart-$chart\"" |
            occurrences 'data-why=')"
        same "poor: $chart draws nothing" 0 "$(part poor "id=\"chart-$chart\"" |
            occurrences '<svg')"
    done
    check "poor: Sharpe is n/a with its reason" grep -q \
        'data-key="sharpe" data-value="null" data-missing="[^"]* \(<\|&lt;\) 30 d"' \
        "$work/poor.parts"
}

find_browser
rich_test
poor_test
((failures == 0))
