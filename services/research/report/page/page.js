// The page from top to bottom, of the JSON that stands in it.

function readData(id) {
    return JSON.parse(document.getElementById(id).textContent);
}

function grid(...cards) {
    return make("div", {class: "grid"}, ...cards);
}

function pairs(...cards) {
    return make("div", {class: "grid pairs"}, ...cards);
}

function addEquity(report) {
    const curve = curveOf(report);
    section("equity", "Equity", equityChart(report, curve), underWaterChart(report, curve),
        monthMap(report), drawdownTable(report));
}

function addDays(report) {
    const returns = report.days.map((day) => number(day.return));
    section("days", "Days", grid(
        histogram("daily-returns", "Daily returns", returns, LEAST_DAYS, "days", axisPercent,
            "return of a day"),
        rollingChart("rolling-sharpe", "Rolling Sharpe", "sharpe", report,
            (v) => decimals(v, 2), "a year"),
        rollingChart("rolling-volatility", "Rolling volatility", "volatility", report,
            axisPercent, "a year")));
}

function addTrades(report, prices) {
    const instruments = [...new Set([...report.trades, ...report.open_trades]
        .map((trade) => trade.instrument))].sort();
    const results = report.trades.map((trade) => number(trade.net_reporting));
    const currency = report.conventions.currency;
    const net = {title: "net", value: ofEntry("net"), show: axisPercent};
    section("trades", "Trades",
        ...instruments.map((instrument, i) => priceChart(instrument, report, prices, i)),
        pairs(
            histogram("trade-results", "Results", results, LEAST_TRADES, "trades", compact,
                "net of a trade, " + currency),
            scatter("mae", "Result against MAE", report.trades,
                {title: "worst it stood at, of entry value", show: axisPercent,
                    value: (trade) => Math.abs(ofEntry("mae")(trade))}, net,
                "Winners far to the right went through heat: a closer stop would have ended them."),
            scatter("mfe", "Result against MFE", report.trades,
                {title: "best it stood at, of entry value", show: axisPercent,
                    value: ofEntry("mfe")}, net,
                "What lies below the diagonal was given back before the exit."),
            scatter("durations", "Result against duration", report.trades,
                {title: "how long it was held", kind: "duration", log: true,
                    value: (trade) => trade.duration_s}, net, "")),
        tradeTable(report));
}

function addBreakdowns(report) {
    const currency = report.conventions.currency;
    const filled = report.breakdowns.filter((breakdown) => breakdown.cells.length > 0);
    const tables = filled.filter((breakdown) => breakdown.by !== "weekday_hour");
    const hours = filled.find((breakdown) => breakdown.by === "weekday_hour");
    const nothing = filled.length > 0 ? null
        : card("Breakdowns", counted(0, "trades"), "no trade has been closed");
    section("breakdowns", "Breakdowns", nothing,
        pairs(...tables.map((breakdown) => breakdownTable(breakdown, currency))),
        hours === undefined ? null : hoursMap(hours, currency));
}

function build() {
    const report = readData("report");
    const prices = readData("prices");
    const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
    attempt("head", () => headOf(report));
    attempt("headlines", () => document.getElementById("body").append(tiles(figures)));
    attempt("equity", () => addEquity(report));
    attempt("days", () => addDays(report));
    attempt("trades", () => addTrades(report, prices));
    attempt("breakdowns", () => addBreakdowns(report));
    attempt("costs", () => section("costs", "Costs", costsChart(report, figures)));
    attempt("figures", () => section("figures", "Every figure", figureTables(report)));
    attempt("tallies", () => section("tallies", "What happened", tallyTable(report)));
    document.getElementById("foot").append(
        "Figures are rounded here and have full precision in tapedeck report --json, which this " +
        "page carries. n is the number of days, trades or fills a figure rests on. All times UTC.");
}

attempt("page", build);
redrawAll();
let wait = 0;
let width = window.innerWidth;
window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    clearTimeout(wait);
    wait = setTimeout(redrawAll, 150);
});
document.documentElement.dataset.errors = String(problems.length);
document.documentElement.dataset.state = problems.length === 0 ? "ready" : "failed";
