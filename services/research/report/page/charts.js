// Charts of equity and of its daily returns.

const LEAST_DAYS = 10;      // for a distribution
const LEAST_TRADES = 10;    // likewise
const WINDOW = 30;          // days of a rolling figure: fewer have no Sharpe
const LEAST_ROLLING = 60;   // days: half the run at least has a window behind it

function tooFew(n, least, what) {
    return n < least ? `${n} ${what} < ${least} ${what}` : "";
}

function timeAxis(points) {
    const low = points[0].t;
    const high = points[points.length - 1].t;
    return {low, high: high > low ? high : low + 1, kind: "time"};
}

/**
 * [{t, equity, index, depth}]: the depth below the highest index so far, the start being 1. Where
 * nothing changed up to the report's end the last point stands there again.
 */
function curveOf(report) {
    let peak = 1;
    const curve = report.curve.map(([t, equity, index]) => {
        peak = Math.max(peak, number(index));
        return {t, equity: number(equity), index: number(index), depth: number(index) / peak - 1};
    });
    const end = Date.parse(report.conventions.to);
    const last = curve[curve.length - 1];
    if (last !== undefined && last.t < end) curve.push({...last, t: end});
    return curve;
}

function equityChart(report, curve) {
    const currency = report.conventions.currency;
    const why = tooFew(report.curve.length, 2, "points");
    const isLog = make("input", {type: "checkbox", id: "log"});
    if (curve.some((point) => !(point.equity > 0))) isLog.disabled = true;
    const made = chart("equity", "Equity", counted(report.conventions.days, "days"), why,
        (width, host) => {
            const [low, high] = extent(curve.map((point) => point.equity));
            const lowest = Math.min(...curve.map((point) => point.equity));
            const y = {low: isLog.checked ? Math.min(lowest, Math.max(low, lowest * 0.95)) : low,
                high, log: isLog.checked, show: compact, title: currency};
            const plot = axes(host, width, 280, timeAxis(curve), y, "equity over time");
            markDeepest(plot, report, curve);
            markFlows(plot, report, curve);
            plot.add(drawn("path", {
                class: "line", "data-points": report.curve.length,
                d: pathOf(curve.map((point) => [plot.x(point.t), plot.y(point.equity)]))}));
            readOut(plot, curve.map((point) => ({
                x: plot.x(point.t), y: plot.y(point.equity),
                text: `${minute(point.t)}\n${money(point.equity)} ${currency}\nindex ` +
                    `${point.index.toFixed(4)}, ${percent(-point.depth)} below its peak`})), true);
        }, make("label", {}, isLog, " logarithmic"));
    isLog.addEventListener("change", () => made.redraw());
    if (!why) made.append(make("p", {class: "note"}, "Marked to market after fees. Shaded: the " +
        "deepest drawdown, peak to recovery. Dotted: deposits and withdrawals."));
    return made;
}

function markDeepest(plot, report, curve) {
    const deepest = report.drawdowns[0];
    if (deepest === undefined) return;
    const end = curve[curve.length - 1].t;
    const from = plot.x(Math.max(Date.parse(deepest.peak), curve[0].t));
    const to = plot.x(Math.min(deepest.recovery ? Date.parse(deepest.recovery) : end, end));
    plot.add(drawn("rect", {
        class: "deepest", x: from, y: plot.margin.top, width: Math.max(to - from, 1),
        height: plot.inner.h}));
}

function markFlows(plot, report, curve) {
    for (const day of report.days) {
        const t = Date.parse(day.end);
        if (number(day.flow) === 0 || t < curve[0].t || t > curve[curve.length - 1].t) continue;
        plot.add(drawn("line", {
            class: "flow", x1: plot.x(t), x2: plot.x(t), y1: plot.margin.top,
            y2: plot.margin.top + plot.inner.h}));
    }
}

function underWaterChart(report, curve) {
    return chart("under-water", "Under water", counted(report.conventions.days, "days"),
        tooFew(report.curve.length, 2, "points"), (width, host) => {
            const [low] = extent(curve.map((point) => point.depth), true);
            const y = {low: Math.min(low, -0.001), high: 0, show: axisPercent, title: "below peak"};
            const x = timeAxis(curve);
            const plot = axes(host, width, 170, x, y, "drawdown over time");
            const line = pathOf(curve.map((point) => [plot.x(point.t), plot.y(point.depth)]));
            const [first, last] = [plot.x(x.low).toFixed(1), plot.x(x.high).toFixed(1)];
            plot.add(drawn("path", {
                class: "area", "data-points": report.curve.length,
                d: `${line}L${last} ${plot.y(0)}L${first} ${plot.y(0)}Z`}));
            readOut(plot, curve.map((point) => ({
                x: plot.x(point.t), y: plot.y(point.depth),
                text: `${minute(point.t)}\n${percent(-point.depth)} below the peak`})), true);
        });
}

function axisPercent(ratio) {
    return Number((ratio * 100).toPrecision(4)) + " %";
}

/** Edges of about √n bins, at most 40, one edge at 0: what won and what lost are not mixed. */
function binsOf(values) {
    const [low, high] = extent(values, true, 0);
    const count = Math.min(40, Math.max(8, Math.ceil(2 * Math.sqrt(values.length))));
    const ticks = niceTicks(low, high, count);
    const step = ticks.length > 1 ? ticks[1] - ticks[0] : Math.max(high - low, 1e-9);
    const first = Math.floor(low / step + 1e-9);
    const last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
    const bins = [];
    for (let i = first; i < last; i += 1) bins.push({low: i * step, high: (i + 1) * step, n: 0});
    for (const value of values) {
        // A gain or loss on an edge belongs to the bin nearer to 0; 0 itself to the first gains.
        const at = value < 0 ? Math.floor(value / step) : Math.ceil(value / step) - 1;
        const i = value === 0 ? Math.min(-first, bins.length - 1) : at - first;
        bins[Math.min(Math.max(i, 0), bins.length - 1)].n += 1;
    }
    return bins;
}

/** How often which value came: `show` labels values, `axis` the axis below. */
function histogram(id, title, values, least, what, show, axis) {
    const count = counted(values.length, what);
    return chart(id, title, count, tooFew(values.length, least, what), (width, host) => {
        const bins = binsOf(values);
        const x = {low: bins[0].low, high: bins[bins.length - 1].high, show, title: axis};
        const most = Math.max(...bins.map((bin) => bin.n));
        const y = {low: 0, high: most * 1.05, show: (v) => Number.isInteger(v) ? String(v) : "",
            title: what};
        const plot = axes(host, width, 230, x, y, title);
        for (const bin of bins.filter((each) => each.n > 0)) {
            plot.add(drawn("rect", {
                class: "bar " + (bin.high <= 0 ? "loss" : "gain"), "data-count": bin.n,
                x: plot.x(bin.low) + 0.5, y: plot.y(bin.n),
                width: Math.max(plot.x(bin.high) - plot.x(bin.low) - 1, 1),
                height: plot.y(0) - plot.y(bin.n)}));
        }
        readOut(plot, bins.map((bin) => ({
            x: plot.x((bin.low + bin.high) / 2), y: plot.y(bin.n),
            text: `${show(bin.low)} to ${show(bin.high)}\n${bin.n} of ${values.length}`})), true);
    });
}

/** Sharpe and volatility of the `WINDOW` days up to each day, by the report's own conventions. */
function rolling(report) {
    const year = report.conventions.annualisation_days;
    const riskless = (1 + report.conventions.risk_free) ** (1 / year) - 1;
    const result = [];
    const r = report.days.map((day) => number(day.return) - riskless);
    for (let end = WINDOW; end <= r.length; end += 1) {
        const window = r.slice(end - WINDOW, end);
        const mean = window.reduce((a, b) => a + b, 0) / WINDOW;
        const squares = window.reduce((a, b) => a + (b - mean) ** 2, 0);
        const deviation = Math.sqrt(squares / (WINDOW - 1));
        result.push({
            t: Date.parse(report.days[end - 1].end),
            sharpe: deviation > 0 ? mean / deviation * Math.sqrt(year) : null,
            volatility: deviation * Math.sqrt(year)});
    }
    return result;
}

function rollingChart(id, title, key, report, show, axis) {
    const days = report.days.length;
    const n = `${counted(days, "days")}, ${WINDOW} behind each point`;
    return chart(id, title, n, tooFew(days, LEAST_ROLLING, "days"), (width, host) => {
        const all = rolling(report);
        const points = all.filter((point) => point[key] !== null);
        const [low, high] = extent(points.map((point) => point[key]), true);
        const y = {low, high, show, title: axis};
        const plot = axes(host, width, 200, timeAxis(all), y, title);
        plot.add(drawn("path", {
            class: "line", "data-points": points.length,
            d: pathOf(points.map((point) => [plot.x(point.t), plot.y(point[key])]))}));
        readOut(plot, points.map((point) => ({
            x: plot.x(point.t), y: plot.y(point[key]),
            text: `${WINDOW} days to ${date(point.t - 1)}\n${show(point[key])}`})), true);
    });
}

/** From profit before fees to profit, step by step. */
function costsChart(report, figures) {
    const value = (key) => number(figures.get(key)?.value ?? null);
    const n = figures.get("fees")?.n ?? 0;
    const ends = [value("gross_profit"), value("net_profit")];
    const why = n === 0 ? "nothing was traded" : ends.includes(null) ? "no profit is known" : "";
    return chart("costs", "From gross to net", counted(n, "fills"), why, (width, host) => {
        const steps = costSteps(value);
        const [low, high] = extent(steps.flatMap((step) => [step.from, step.to]), true);
        const height = 30 + steps.length * 30;
        const x = {low, high, show: compact, title: report.conventions.currency};
        const y = {low: steps.length, high: 0, show: () => ""};
        const plot = axes(host, width, height + 24, x, {...y, high: 0}, "costs");
        steps.forEach((step, i) => {
            const [a, b] = [plot.x(step.from), plot.x(step.to)].sort((p, q) => p - q);
            const top = plot.margin.top + i * plot.inner.h / steps.length;
            const size = plot.inner.h / steps.length;
            plot.add(drawn("rect", {
                class: "bar " + (step.to - step.from < 0 ? "loss" : "gain"), x: a, y: top + 5,
                width: Math.max(b - a, 1), height: size - 10, "data-step": step.name,
                "data-amount": step.amount}));
            const isLow = b > plot.width - 100;
            plot.add(drawn("text", {
                x: isLow ? a - 5 : b + 5, y: top + size / 2 + 4,
                "text-anchor": isLow ? "end" : "start"}, money(step.amount)));
            plot.add(drawn("text", {
                x: plot.margin.left - 6, y: top + size / 2 + 4, "text-anchor": "end"}, step.name));
        });
    });
}

function costSteps(value) {
    const gross = value("gross_profit");
    const net = value("net_profit");
    const steps = [{name: "gross", from: 0, to: gross, amount: gross}];
    let at = gross;
    const step = (name, amount) => {
        if (amount === null || amount === 0) return;
        steps.push({name, from: at, to: at + amount, amount});
        at += amount;
    };
    const minus = (key) => value(key) === null ? null : -value(key);
    step("maker fees", minus("maker_fees"));
    step("taker fees", minus("taker_fees"));
    step("rebates", value("rebates"));
    step("funding", minus("funding"));
    step("borrow", minus("borrow"));
    // Other currencies that were held, and what was carried into a part of a run.
    if (Math.abs(net - at) > 0.005) step("other", net - at);
    steps.push({name: "net", from: 0, to: net, amount: net});
    return steps;
}
