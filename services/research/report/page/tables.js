// What is said in words and tables: the head, the figures, months, breakdowns.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const HEADLINES = ["net_profit", "total_return", "cagr", "max_drawdown", "volatility", "sharpe",
    "sortino", "trades", "win_rate", "profit_factor", "expectancy", "fees"];
// What a headline is not to be read without.
const BESIDE = {
    sharpe: (of) => "± " + shown(of("sharpe_error")),
    win_rate: (of) => shown(of("win_rate_low")) + " to " + shown(of("win_rate_high")),
    max_drawdown: (of) => "for " + shown(of("max_drawdown_duration")),
    fees: (of) => shown(of("fees_bps")) + " bps of what was traded",
    expectancy: (of) => "p = " + shown(of("p_value")),
};
const SECTIONS = {
    return: "Return", risk: "Risk", ratios: "Ratios", trades: "Trades", excursions: "Excursions",
    exposure: "Exposure", costs: "Costs", execution: "Execution", benchmark: "Benchmark",
    robustness: "Robustness", honesty: "Honesty",
};

function headOf(report) {
    const c = report.conventions;
    const mode = c.profile || "unknown";
    document.documentElement.dataset.mode = mode;
    document.title = `${mode.toUpperCase()} ${c.run} · Tapedeck report`;
    const conventions = [
        ["annualisation", `${c.annualisation_days} d`], ["rf", `${c.risk_free * 100} %`],
        ["daily", "00:00 UTC"], ["equity", `mark-to-market incl. fees, in ${c.currency || "-"}`],
        ["n", `${c.days} days (${Number(c.length_days.toFixed(2))} d)`], ["run", c.run],
        ["config", c.config_hash || "-"], ["build", c.build || "-"], ["data", c.data_hash || "-"],
        ["tape", `${c.first_seq}..${c.last_seq}`],
        ["resampled", `${c.bootstrap.runs} runs of blocks of ${c.bootstrap.block_days} d, seed ` +
            c.bootstrap.seed]];
    document.getElementById("head").append(
        make("h1", {}, "Report", make("span", {class: "badge"}, mode.toUpperCase())),
        make("div", {}, `${minute(c.from)} to ${minute(c.to)} UTC`),
        make("ul", {class: "conventions"}, ...conventions.map(([name, value]) =>
            make("li", {}, name + " ", make("b", {}, value)))),
        ...report.warnings.map((text) => make("p", {class: "warning"}, text)));
}

/** Where a figure stands: its key and full precision go with it. */
function figureData(figure) {
    return {
        "data-key": figure.key,
        "data-value": figure.value === null ? "null" : String(figure.value),
        "data-exact": figure.exact, "data-missing": figure.missing, "data-n": String(figure.n)};
}

function figureTone(figure) {
    if (figure.value === null) return "missing";
    const isSigned = figure.unit === "money" || figure.unit === "percent";
    return isSigned && number(figure.value) < 0 ? "loss" : "";
}

function tiles(figures) {
    const of = (key) => figures.get(key) ?? {value: null, missing: "no such figure"};
    return make("div", {class: "tiles"}, ...HEADLINES.filter((key) => figures.has(key))
        .map((key) => {
            const figure = figures.get(key);
            const beside = figure.value !== null && BESIDE[key] ? BESIDE[key](of) : "";
            return make("div", {class: "tile"},
                make("span", {class: "label"}, figure.label),
                make("span", {class: "value " + figureTone(figure)}, shown(figure)),
                make("span", {class: "beside"}, `n = ${figure.n}` + (beside ? `, ${beside}` : "")));
        }));
}

function figureTables(report) {
    const bySection = new Map();
    for (const figure of report.figures) {
        if (!bySection.has(figure.section)) bySection.set(figure.section, []);
        bySection.get(figure.section).push(figure);
    }
    return make("div", {class: "columns"}, ...[...bySection].map(([name, figures]) => {
        const columns = [
            {title: "figure", text: true, kind: "label", cell: (f) => f.label},
            {title: "", cell: shown, tone: figureTone, data: figureData},
            {title: "n", cell: (f) => String(f.n)}];
        const made = card(SECTIONS[name] ?? name, "", "", table(columns, figures, {class: "wide"}));
        if (figures.length > 30) made.classList.add("long");
        return made;
    }));
}

/** A cell coloured by sign and size: `most` is the size that has the full colour. */
function heatCell(value, most, attributes, ...children) {
    const cell = make("td", {class: value > 0 ? "up" : value < 0 ? "down" : "", ...attributes},
        ...children);
    const heat = most > 0 ? 0.1 + 0.5 * Math.min(1, Math.abs(value) / most) : 0;
    cell.style.setProperty("--heat", heat.toFixed(3));
    return cell;
}

function monthMap(report) {
    const why = report.months.length === 0 ? "no day has passed" : "";
    const most = Math.max(...report.months.map((month) => Math.abs(number(month.return))), 0);
    const rows = report.years.map((year) => {
        const of = (i) => report.months.find((m) => m.year === year.year && m.month === i + 1);
        const cells = MONTHS.map((_, i) => {
            const month = of(i);
            if (month === undefined) return make("td", {});
            return heatCell(number(month.return), most,
                {"data-month": `${year.year}-${i + 1}`, "data-value": month.return},
                percent(number(month.return)), make("small", {}, `${month.days} d`));
        });
        return make("tr", {}, make("th", {scope: "row"}, String(year.year)), ...cells,
            heatCell(number(year.return), most * 2, {"data-value": year.return},
                make("b", {}, percent(number(year.return))),
                make("small", {}, `${year.days} d`)));
    });
    const made = card("Monthly returns", counted(report.days.length, "days"), why,
        make("div", {class: "scroll"}, make("table", {class: "heat"},
            make("thead", {}, make("tr", {}, ...["", ...MONTHS, "year"].map((name) =>
                make("th", {}, name)))),
            make("tbody", {}, ...rows))));
    made.id = "months";
    return made;
}

function drawdownTable(report) {
    const why = report.drawdowns.length === 0 ? "there was none" : "";
    const between = (a, b) => duration((Date.parse(b) - Date.parse(a)) / 1000);
    const columns = [
        {title: "depth", cell: (d) => percent(number(d.depth)),
            data: (d) => ({"data-value": d.depth})},
        {title: "peak", cell: (d) => minute(d.peak)},
        {title: "trough", cell: (d) => minute(d.trough)},
        {title: "recovery", cell: (d) => d.recovery ? minute(d.recovery) : "not recovered"},
        {title: "down", cell: (d) => between(d.peak, d.trough)},
        {title: "in all", cell: (d) =>
            d.recovery ? between(d.peak, d.recovery) : "open"}];
    const made = card("Deepest drawdowns", `n = ${report.drawdowns.length}`, why,
        table(columns, report.drawdowns, {class: "drawdowns"}));
    return made;
}

/** A bar to the left of the middle for losses, to the right for gains. */
function share(value, most) {
    const size = most > 0 ? Math.abs(value) / most * 45 : 0;
    return drawn("svg", {class: "share", viewBox: "0 0 90 9", "aria-hidden": "true"},
        drawn("rect", {
            class: tone(value), x: value < 0 ? 45 - size : 45, y: 0, width: size, height: 9}),
        drawn("rect", {x: 44.75, y: 0, width: 0.5, height: 9, fill: "currentColor"}));
}

function breakdownTable(breakdown, currency) {
    const most = Math.max(...breakdown.cells.map((cell) => Math.abs(number(cell.net))), 0);
    const n = breakdown.cells.reduce((sum, cell) => sum + cell.trades, 0);
    const columns = [
        {title: breakdown.by.replaceAll("_", " "), text: true, kind: "label",
            cell: (c) => c.key || "(none)"},
        {title: "n", cell: (c) => String(c.trades)},
        {title: "won", cell: (c) => percent(c.wins / c.trades)},
        {title: "net, " + currency, cell: (c) => money(c.net), tone: (c) => tone(number(c.net)),
            data: (c) => ({"data-exact": c.net})},
        {title: "", cell: (c) => share(number(c.net), most)},
        {title: "fees", cell: (c) => money(c.fees)},
        {title: "mean R", cell: (c) => c.mean_r === null ? "-" : decimals(number(c.mean_r), 2)}];
    return card("By " + breakdown.by.replaceAll("_", " "), counted(n, "trades"), "",
        table(columns, breakdown.cells, {class: "wide", "data-by": breakdown.by},
            (cell) => ({class: cell.thin ? "thin" : "", "data-cell": cell.key})));
}

/** Monday to Sunday by hour of entry, UTC. */
function hoursMap(breakdown, currency) {
    const cells = new Map(breakdown.cells.map((cell) => [cell.key, cell]));
    const most = Math.max(...breakdown.cells.map((cell) => Math.abs(number(cell.net))), 0);
    const n = breakdown.cells.reduce((sum, cell) => sum + cell.trades, 0);
    const hours = Array.from({length: 24}, (_, hour) => String(hour).padStart(2, "0"));
    const rows = WEEKDAYS.map((day, i) => make("tr", {}, make("th", {scope: "row"}, day),
        ...hours.map((hour) => {
            const cell = cells.get(`${i + 1} ${hour}`);
            if (cell === undefined) return make("td", {});
            const made = heatCell(number(cell.net), most, {
                "data-cell": cell.key, "data-exact": cell.net,
                title: `${day} ${hour} h: net ${money(cell.net)} ${currency}, ` +
                    `n = ${cell.trades}, ${cell.wins} won` +
                    (cell.thin ? ", too few to conclude from" : "")},
                String(cell.trades));
            if (cell.thin) made.classList.add("thin");
            return made;
        })));
    const made = card("By weekday and hour of entry, UTC", counted(n, "trades"), "",
        make("div", {class: "scroll"}, make("table", {class: "heat hours", "data-by": breakdown.by},
            make("thead", {}, make("tr", {}, ...["", ...hours].map((name) =>
                make("th", {}, name)))),
            make("tbody", {}, ...rows))),
        make("p", {class: "note"}, "The number is n, the colour the net result; pale: fewer than " +
            "ten trades, an anecdote."));
    return made;
}

function tallyTable(report) {
    const why = report.tallies.length === 0 ? "nothing was counted" : "";
    const columns = [
        {title: "what", text: true, cell: (t) => t.group.replaceAll("_", " ")},
        {title: "", text: true, cell: (t) => t.key},
        {title: "n", cell: (t) => String(t.count)}];
    return card("What happened how often", "", why,
        table(columns, report.tallies, {class: "tallies"}));
}
