# shellcheck shell=bash
: "${work:?is set by test.sh}" "${browser:=chromium}"
# A page as a browser has drawn it, and the JSON that it was drawn from.

# without_network COMMAND...: in a network of its own that leads nowhere, where that can be had.
without_network() {
    if unshare --map-root-user --net true 2>/dev/null; then
        unshare --map-root-user --net "$@"
    else
        "$@"
    fi
}

# open_page NAME: $work/NAME.parts is the document, a line for each of its cards.
open_page() {
    local profile="$work/profile"
    without_network timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
        --disable-background-networking --proxy-server=127.0.0.1:9 --user-data-dir="$profile" \
        --enable-logging=stderr --window-size=1280,2000 --virtual-time-budget=5000 \
        --dump-dom "file://$work/$1.html" >"$work/$1.dom" 2>"$work/$1.console" || return 1
    rm -rf "$profile"
    # The script and the data are told apart from what they drew.
    sed -e 's/<script/\n&/g' -e 's/<div class="card/\n&/g' -e 's/<footer/\n&/g' "$work/$1.dom" |
        awk '/<script/ { is_script = 1 } !is_script { print } /<\/script>/ { is_script = 0 }' \
            >"$work/$1.parts"
}

state_of() { sed -n 's/.*<html[^>]* data-state="\([a-z]*\)".*/\1/p' "$work/$1.dom" | head -n 1; }

console_errors() { grep -c 'CONSOLE.*\(rror\|efused\)' "$work/$1.console" || true; }

# part NAME PATTERN: the cards in which that stands.
part() { grep -- "$2" "$work/$1.parts" || true; }

occurrences() { { grep -o -- "$1" || true; } | wc -l; }

# points_of NAME CHART: how many values its line says it has.
points_of() {
    part "$1" "id=\"chart-$2\"" | grep -o 'data-points="[0-9]*"' | head -n 1 | tr -dc '0-9'
}

# bars_of NAME CHART: what its bars count, in all.
bars_of() {
    part "$1" "id=\"chart-$2\"" | grep -o 'data-count="[0-9]*"' | tr -dc '0-9\n' |
        awk '{ sum += $1 } END { print sum + 0 }'
}

# drawn_through NAME CHART: its path has as many corners as it has values, all of them numbers.
drawn_through() {
    local path corners points
    path="$(part "$1" "id=\"chart-$2\"" | grep -o 'data-points="[0-9]*" d="[^"]*"' | head -n 1)"
    corners="$(occurrences '[ML][-0-9.]* [-0-9.]*' <<<"$path")"
    points="$(points_of "$1" "$2")"
    ((corners > 0 && corners >= ${points:-1})) && ! grep -q 'NaN\|Infinity\|undefined' <<<"$path"
}

# sql NAME QUERY: of the JSON, as file.
sql() {
    sqlite3 -separator $'\t' -nullvalue null :memory: \
        "with report(body) as (select cast(readfile('$work/$1.json') as text)) $2"
}

# json NAME PATH: how many there are in that list.
json() { sql "$1" "select json_array_length(body, '$2') from report"; }

cells_of_breakdowns() {
    sql "$1" "select coalesce(sum(json_array_length(value, '\$.cells')), 0)
        from report, json_each(body, '\$.breakdowns')"
}

# key, value, exact, n, unit of each figure, as JSON writes them: a number here would lose digits.
wanted_figures() {
    sql "$1" "select value ->> 'key', value -> 'value', coalesce(value ->> 'exact', '-'),
        value ->> 'n', value ->> 'unit' from report, json_each(body, '\$.figures')" | tr -d '"'
}

# key, value, exact, n and text of each figure, as the page has them.
figures_there() {
    grep -o '<td [^>]*data-key="[^>]*>[^<]*<' "$work/$1.parts" | awk -v OFS='\t' '
        function attribute(name,   found) {
            if (!match($0, " data-" name "=\"[^\"]*\"")) return "-"
            found = substr($0, RSTART, RLENGTH)
            sub(/^[^"]*"/, "", found)
            sub(/"$/, "", found)
            return found
        }
        {
            text = $0
            sub(/^[^>]*>/, "", text)
            sub(/<$/, "", text)
            print attribute("key"), attribute("value"), attribute("exact"), attribute("n"), text
        }'
}

# Both in the same order, value for value: numbers are compared as numbers, all digits of them.
same_figures() {
    wanted_figures "$1" >"$work/$1.wanted"
    figures_there "$1" >"$work/$1.there"
    paste "$work/$1.wanted" "$work/$1.there" | awk -F '\t' '
        function is_same(a, b) { return a == b || (a ~ /[0-9]/ && b ~ /[0-9]/ && a + 0 == b + 0) }
        $1 != $6 || !is_same($2, $7) || $3 != $8 || $4 != $9 { print "differs: " $0; bad = 1 }
        END { exit bad || NR < 50 }' >&2
}

# The text beside the value: rounded, and never further from it than its last digit.
shown_right() {
    paste "$work/$1.wanted" "$work/$1.there" | awk -F '\t' '
        { value = $2; unit = $5; text = $10; near = 0 }
        value == "null" { if (text !~ /^n\/a \(.+\)$/) bad = bad "\n" $0; next }
        value ~ /inf/ { if (text !~ /∞/) bad = bad "\n" $0; next }
        unit == "duration" || unit == "number" { if (text !~ /[0-9]/) bad = bad "\n" $0; next }
        {
            sub(/ %$/, "", text)
            gsub(/ /, "", text)
            if (unit == "percent") { value *= 100; near = value ^ 2 < 1e4 ? 0.0051 : 0.51 }
            if (unit == "ratio") near = 0.00051
            if (unit == "money") near = 0.0051
            if ((text - value) ^ 2 > near ^ 2) bad = bad "\n" $0
        }
        END { if (bad) print "shown wrong:" bad; exit bad != "" }' >&2
}
