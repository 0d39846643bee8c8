// Charts of single trades, and their table.

const LEAST_SCATTER = 5;     // trades
const MOST_MARKS = 3000;     // on one chart: beyond that the latest
const ROWS_AT_FIRST = 100;

function tradeText(trade) {
    const quote = quoteOf(trade.instrument);
    const left = trade.exit_price === null ? "open" : `out ${plain(trade.exit_price)}`;
    const r = trade.r === null ? "" : `, ${decimals(number(trade.r), 2)} R`;
    return `${trade.id} ${trade.side} ${trade.strategy}\n` +
        `in ${plain(trade.entry_price)}, ${left}\n` +
        `${minute(trade.opened_at)}, ${duration(trade.duration_s)}\n` +
        `net ${money(trade.net)} ${quote}${r}\n${trade.entry_reason}` +
        (trade.exit_reason ? ` → ${trade.exit_reason}` : "");
}

function quoteOf(instrument) {
    return instrument.split("/").pop();
}

/** Prices with every trade's way in and out. */
function priceChart(instrument, report, prices, index) {
    const of = (list) => list.filter((trade) => trade.instrument === instrument);
    const all = [...of(report.trades), ...of(report.open_trades)];
    const trades = all.slice(-MOST_MARKS);
    const series = prices[instrument] ?? [];
    const view = {from: null, to: null};
    const made = chart("price-" + index, instrument, counted(all.length, "trades"), "",
        (width, host) => drawPrices(width, host, {instrument, series, trades, view,
            redraw: () => made.redraw()}));
    made.dataset.instrument = instrument;
    const about = ["▲ bought, ▼ sold; filled: entry, hollow: exit; green: won, red: lost. " +
        "Drag to look closer, double click for all. "];
    if (series.length > 0) {
        about.push(`Line: last price of each of ${series.length} equal stretches of time; band: ` +
            "its lowest to highest.");
    } else {
        about.push("No prices came with this report: the line joins the trades' own.");
    }
    if (all.length > trades.length) about.push(` Only the latest ${trades.length} trades.`);
    made.append(make("p", {class: "note"}, ...about));
    return made;
}

function drawPrices(width, host, {instrument, series, trades, view, redraw}) {
    const times = [...series.map((point) => point[0]),
        ...trades.flatMap(endsOf).map((end) => end.t)];
    const [first, last] = extent(times, false, 0);
    const x = {low: view.from ?? first, high: view.to ?? last, kind: "time"};
    const isSeen = (t) => t >= x.low && t <= x.high;
    const seen = trades.filter((trade) => endsOf(trade).some((end) => isSeen(end.t)));
    const points = series.filter((point) => isSeen(point[0]));
    const values = [...points.flatMap((point) => [point[1], point[2]]),
        ...seen.flatMap(endsOf).filter((end) => isSeen(end.t)).map((end) => end.price)];
    const [low, high] = values.length > 0 ? extent(values) : [0, 1];
    const plot = axes(host, width, 340, x, {low, high, show: compact, title: quoteOf(instrument)},
        "prices and trades of " + instrument);
    host.classList.add("zooms");
    drawSeries(plot, points, seen.flatMap(endsOf).filter((end) => isSeen(end.t)));
    // Where there are many, smaller marks leave the prices to be seen.
    const size = seen.length > 300 ? 2.5 : seen.length > 100 ? 3.5 : 4.5;
    readOut(plot, seen.flatMap((trade) => drawTrade(plot, trade, size, isSeen)), false);
    zoom(plot, x, view, redraw);
}

/** Entry and, where there is one, exit. */
function endsOf(trade) {
    const ends = [{
        t: Date.parse(trade.opened_at), price: number(trade.entry_price), isEntry: true}];
    if (trade.exit_price !== null && trade.closed_at !== null) {
        ends.push({
            t: Date.parse(trade.closed_at), price: number(trade.exit_price), isEntry: false});
    }
    return ends;
}

function drawSeries(plot, series, ends) {
    if (series.length === 0) {
        const line = [...ends].sort((a, b) => a.t - b.t);
        plot.add(drawn("path", {
            class: "line second",
            d: pathOf(line.map((end) => [plot.x(end.t), plot.y(end.price)]))}));
        return;
    }
    const lows = series.map(([t, low]) => [plot.x(t), plot.y(low)]);
    const highs = series.map(([t, , high]) => [plot.x(t), plot.y(high)]);
    plot.add(drawn("path", {class: "band", d: pathOf([...lows, ...highs.reverse()]) + "Z"}));
    plot.add(drawn("path", {
        class: "line", "data-points": series.length,
        d: pathOf(series.map(([t, , , close]) => [plot.x(t), plot.y(close)]))}));
}

function drawTrade(plot, trade, size, isSeen) {
    const kind = tone(number(trade.net)) || "even";
    const points = endsOf(trade).filter((end) => isSeen(end.t)).map((end) => ({
        ...end, x: plot.x(end.t), y: plot.y(end.price), text: tradeText(trade)}));
    if (points.length === 2) {
        plot.add(drawn("line", {
            class: "link " + kind, x1: points[0].x, y1: points[0].y, x2: points[1].x,
            y2: points[1].y}));
    }
    for (const point of points) {
        const isBought = (trade.side === "long") === point.isEntry;
        const base = isBought ? 2 * size : -2 * size;
        const at = (dx, dy) => `${(point.x + dx).toFixed(1)} ${(point.y + dy).toFixed(1)}`;
        plot.add(drawn("path", {
            class: `${kind} ${point.isEntry ? "entry" : "exit"}`,
            "data-trade": trade.id, d: `M${at(0, 0)}L${at(size, base)}L${at(-size, base)}Z`}));
    }
    return points;
}

/** One dot a trade: `x` and `y` are {title, value(trade), show, log}; null leaves a trade out. */
function scatter(id, title, trades, x, y, note) {
    const points = trades.map((trade) => ({trade, x: x.value(trade), y: y.value(trade)}))
        .filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y))
        .filter((point) => !x.log || point.x > 0).slice(-MOST_MARKS);
    const n = counted(points.length, "trades");
    const made = chart(id, title, n, tooFew(points.length, LEAST_SCATTER, "trades"),
        (width, host) => {
            const xs = points.map((point) => point.x);
            let [low, high] = extent(xs, !x.log);
            if (x.log) [low, high] = [Math.min(...xs) * 0.8, Math.max(...xs) * 1.25];
            const [bottom, top] = extent(points.map((point) => point.y), true);
            const plot = axes(host, width, 260, {...x, low, high},
                {...y, low: bottom, high: top}, title);
            const dots = points.map((point) => {
                const [cx, cy] = [plot.x(point.x), plot.y(point.y)];
                plot.add(drawn("circle", {
                    class: "dot " + (tone(number(point.trade.net)) || "even"), cx: cx.toFixed(1),
                    cy: cy.toFixed(1), r: 3.5, "data-trade": point.trade.id}));
                return {x: cx, y: cy, text: tradeText(point.trade)};
            });
            readOut(plot, dots, false);
        });
    if (note) made.append(make("p", {class: "note"}, note));
    return made;
}

/** An amount of a trade over its entry value: comparable between instruments and currencies. */
function ofEntry(key) {
    return (trade) => number(trade[key]) / number(trade.entry_value);
}

function tradeColumns(currency) {
    const text = (title, key, kind) => ({
        title, text: true, kind, sort: (t) => t[key] ?? "", cell: (t) => plain(t[key])});
    const amount = (title, key, signed) => ({
        title, sort: (t) => number(t[key]) ?? -Infinity, cell: (t) => money(t[key]),
        tone: signed ? (t) => tone(number(t[key])) : undefined,
        data: (t) => ({"data-exact": t[key]})});
    const price = (title, key) => ({
        title, sort: (t) => number(t[key]) ?? -Infinity, cell: (t) => plain(t[key])});
    return [
        text("trade", "id"), text("strategy", "strategy"), text("instrument", "instrument"),
        text("side", "side"),
        {title: "opened, UTC", sort: (t) => t.opened_at, cell: (t) => minute(t.opened_at)},
        {title: "closed", sort: (t) => t.closed_at ?? "", cell: (t) => minute(t.closed_at)},
        {title: "for", sort: (t) => t.duration_s, cell: (t) => duration(t.duration_s)},
        price("quantity", "quantity"), price("entry", "entry_price"), price("exit", "exit_price"),
        amount("gross", "gross", true), amount("fees", "fees", false),
        amount("net", "net", true), amount("net in " + currency, "net_reporting", true),
        {title: "R", sort: (t) => number(t.r) ?? -Infinity,
            cell: (t) => t.r === null ? "-" : decimals(number(t.r), 2)},
        amount("MAE", "mae", false), amount("MFE", "mfe", false),
        text("ended by", "close"), text("entered because", "entry_reason", "reason"),
        text("left because", "exit_reason", "reason")];
}

/** Sortable by its headings, with a filter; the first rows until more are asked for. */
function tradeTable(report) {
    const all = [...report.trades, ...report.open_trades];
    const columns = tradeColumns(report.conventions.currency);
    const host = make("div", {});
    const filter = make("input", {type: "search", placeholder: "filter", "aria-label": "filter"});
    const state = {by: -1, isUp: true, limit: ROWS_AT_FIRST};
    const draw = () => {
        const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
        let rows = all.filter((trade) => {
            const said = Object.values(trade).join(" ").toLowerCase();
            return words.every((word) => said.includes(word));
        });
        if (state.by >= 0) rows = sorted(rows, columns[state.by].sort, state.isUp);
        const made = table(columns, rows.slice(0, state.limit), {class: "trades"},
            (trade) => ({"data-trade": trade.id}));
        made.querySelectorAll("th").forEach((heading, i) => sortBy(heading, i, state, draw));
        host.replaceChildren(made);
        if (rows.length > state.limit) {
            const more = make("button", {class: "more", type: "button"},
                `${rows.length - state.limit} more`);
            more.addEventListener("click", () => {
                state.limit = Infinity;
                draw();
            });
            host.append(more);
        }
    };
    filter.addEventListener("input", draw);
    const n = `${counted(report.trades.length, "trades")}, ${report.open_trades.length} open`;
    const made = card("Every trade", n, all.length === 0 ? "nothing was traded" : "", host);
    made.classList.add("long");
    if (all.length > 0) made.querySelector(".title").append(make("label", {}, filter));
    draw();
    return made;
}

function sorted(rows, key, isUp) {
    const sign = isUp ? 1 : -1;
    return [...rows].sort((a, b) => {
        const [p, q] = [key(a), key(b)];
        return p < q ? -sign : p > q ? sign : 0;
    });
}

function sortBy(heading, i, state, draw) {
    const button = make("button", {type: "button"}, heading.textContent);
    heading.replaceChildren(button);
    if (state.by === i) heading.setAttribute("aria-sort", state.isUp ? "ascending" : "descending");
    button.addEventListener("click", () => {
        state.isUp = state.by === i ? !state.isUp : true;
        state.by = i;
        draw();
    });
}
