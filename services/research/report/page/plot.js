// Axes and read-outs: what every chart has. A chart is drawn at the width it has, so that its text
// keeps its size, and again when that changes.

const charts = [];

/**
 * A chart's card. `draw(plot width, host)` fills the host; with a reason in `why` nothing is drawn.
 * Returns the card, `redraw` as a property of it.
 */
function chart(id, title, n, why, draw, ...controls) {
    const host = make("div", {class: "plot"});
    const made = card(title, n, why, host);
    made.id = "chart-" + id;
    made.classList.add("chart");
    made.querySelector(".title").append(...(why ? [] : controls));
    if (!why) {
        made.redraw = () => {
            host.replaceChildren();
            attempt(title, () => draw(Math.max(host.clientWidth, 260), host));
        };
        charts.push(made);
    }
    return made;
}

function redrawAll() {
    for (const each of charts) each.redraw();
}

/** Round steps between two values: about `count` of them. */
function niceTicks(low, high, count) {
    const rough = (high - low) / Math.max(count, 1);
    if (!(rough > 0)) return [low];
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
    const ticks = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) {
        ticks.push(i === 0 ? 0 : i * step);
    }
    return ticks;
}

const MINUTE = 60e3;
const HOUR = 3600e3;
const DAY = 86400e3;
const TIME_STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR,
    6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY];

/** Moments with a label: round minutes, hours, days, or months' first days. */
function timeTicks(low, high, count) {
    const step = TIME_STEPS.find((s) => (high - low) / s <= count);
    const ticks = [];
    if (step !== undefined) {
        for (let t = Math.ceil(low / step) * step; t <= high; t += step) {
            const text = new Date(t).toISOString();
            const label = step >= DAY || t % DAY === 0 ? text.slice(5, 10) : text.slice(11, 16);
            ticks.push({at: t, label});
        }
        return ticks;
    }
    const months = Math.max(1, Math.ceil((high - low) / (30.4 * DAY) / count));
    const round = [1, 2, 3, 6, 12].find((m) => m >= months) ?? 12 * Math.ceil(months / 12);
    const first = new Date(low);
    let month = Math.ceil((first.getUTCFullYear() * 12 + first.getUTCMonth()) / round) * round;
    for (; ; month += round) {
        const t = Date.UTC(Math.floor(month / 12), month % 12, 1);
        if (t > high) return ticks;
        if (t >= low) ticks.push({at: t, label: new Date(t).toISOString().slice(0, 7)});
    }
}

const DURATIONS = [0.001, 0.01, 0.1, 1, 5, 15, 60, 300, 900, 3600, 10800, 21600, 43200, 86400,
    172800, 604800, 1209600, 2592000, 7776000, 31536000];

/** Lengths of time in seconds as people count them, for an axis of logarithms. */
function durationTicks(low, high, count) {
    const within = DURATIONS.filter((t) => t >= low && t <= high);
    const every = Math.ceil(within.length / count);
    return within.filter((_, i) => i % every === 0).map((at) => ({at, label: duration(at)}));
}

/** Powers of ten with 2 and 5 between, or round steps where the span is small. */
function logTicks(low, high, count) {
    if (high / low < 8) return niceTicks(low, high, count).filter((t) => t > 0);
    const ticks = [];
    for (let p = Math.floor(Math.log10(low)); p <= Math.ceil(Math.log10(high)); p += 1) {
        for (const m of [1, 2, 5]) ticks.push(m * 10 ** p);
    }
    return ticks.filter((t) => t >= low && t <= high);
}

/** Low and high of values, a little apart from the edge; `zero` makes room for 0. */
function extent(values, zero = false, margin = 0.05) {
    let low = zero ? 0 : Infinity;
    let high = zero ? 0 : -Infinity;
    for (const value of values) {
        low = Math.min(low, value);
        high = Math.max(high, value);
    }
    if (low === high) {
        const by = Math.abs(low) * 0.01 || 1;
        return [low - by, high + by];
    }
    const by = (high - low) * margin;
    return [zero && low === 0 ? 0 : low - by, zero && high === 0 ? 0 : high + by];
}

/**
 * Axes in a host: {svg, x(value), y(value), add(element)}. An axis is {low, high, kind, show, log,
 * title}; kind "time" labels moments, "none" nothing.
 */
function axes(host, width, height, x, y, label) {
    const margin = {left: 64, right: 12, top: y.title ? 22 : 12, bottom: x.title ? 38 : 22};
    const inner = {w: width - margin.left - margin.right, h: height - margin.top - margin.bottom};
    const along = (axis, value) => axis.log
        ? Math.log(value / axis.low) / Math.log(axis.high / axis.low)
        : (value - axis.low) / (axis.high - axis.low);
    const plot = {
        width, height, margin, inner, host,
        x: (value) => margin.left + along(x, value) * inner.w,
        y: (value) => margin.top + (1 - along(y, value)) * inner.h,
        svg: drawn("svg", {
            viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label}),
    };
    plot.add = (element) => {
        plot.svg.append(element);
        return element;
    };
    host.append(plot.svg);
    drawYAxis(plot, y);
    drawXAxis(plot, x);
    return plot;
}

function drawYAxis(plot, y) {
    const count = Math.max(2, Math.floor(plot.inner.h / 38));
    for (const tick of (y.log ? logTicks : niceTicks)(y.low, y.high, count)) {
        const at = plot.y(tick);
        plot.add(drawn("line", {
            class: tick === 0 ? "zero" : "grid-line", x1: plot.margin.left, y1: at,
            x2: plot.width - plot.margin.right, y2: at}));
        plot.add(drawn("text", {
            x: plot.margin.left - 6, y: at + 4, "text-anchor": "end"}, y.show(tick)));
    }
    if (y.title) {
        plot.add(drawn("text", {x: 0, y: 10, class: "unit"}, y.title));
    }
}

function drawXAxis(plot, x) {
    if (x.kind === "none") return;
    const count = Math.max(2, Math.floor(plot.inner.w / 78));
    const ticks = x.kind === "time" ? timeTicks(x.low, x.high, count)
        : x.kind === "duration" ? durationTicks(x.low, x.high, count)
        : niceTicks(x.low, x.high, count).map((at) => ({at, label: x.show(at)}));
    const bottom = plot.height - plot.margin.bottom;
    for (const {at, label} of ticks) {
        plot.add(drawn("line", {
            class: x.kind !== "time" && at === 0 ? "zero" : "grid-line", x1: plot.x(at),
            y1: plot.margin.top, x2: plot.x(at), y2: bottom}));
        plot.add(drawn("text", {x: plot.x(at), y: bottom + 15, "text-anchor": "middle"}, label));
    }
    if (x.title) {
        plot.add(drawn("text", {
            x: plot.margin.left + plot.inner.w / 2, y: plot.height - 4, "text-anchor": "middle"},
            x.title));
    }
}

/**
 * Dragging along a chart shows that stretch of time, a double click all of it. `view` is
 * {from, to}, null for all.
 */
function zoom(plot, x, view, redraw) {
    const at = (event) => {
        const frame = plot.svg.getBoundingClientRect();
        const pixel = (event.clientX - frame.left) * plot.width / frame.width;
        const share = (pixel - plot.margin.left) / plot.inner.w;
        return x.low + Math.min(1, Math.max(0, share)) * (x.high - x.low);
    };
    let start = null;
    plot.svg.addEventListener("pointerdown", (event) => {
        start = at(event);
    });
    plot.svg.addEventListener("pointerup", (event) => {
        const [from, to] = [start, at(event)].sort((a, b) => a - b);
        if (start === null || to - from < (x.high - x.low) / 100) return;
        Object.assign(view, {from, to});
        redraw();
    });
    plot.svg.addEventListener("dblclick", () => {
        Object.assign(view, {from: null, to: null});
        redraw();
    });
}

/** "M1 2L3 4…" of points with gaps nowhere. */
function pathOf(points) {
    const parts = points.map(([x, y]) => x.toFixed(1) + " " + y.toFixed(1));
    return parts.length > 0 ? "M" + parts.join("L") : "";
}

/**
 * What is nearest to the pointer is told: `points` are {x, y, text} in pixels; `flat` looks along x
 * only. Arrow keys would need a focus; the tables below say the same.
 */
function readOut(plot, points, flat) {
    if (points.length === 0) return;
    const focus = drawn("circle", {class: "focus", r: 4, visibility: "hidden"});
    const box = make("div", {class: "readout", hidden: "hidden"});
    plot.add(focus);
    plot.host.append(box);
    plot.svg.addEventListener("pointermove", (event) => {
        const frame = plot.svg.getBoundingClientRect();
        const x = (event.clientX - frame.left) * plot.width / frame.width;
        const y = (event.clientY - frame.top) * plot.height / frame.height;
        let best = points[0];
        let least = Infinity;
        for (const point of points) {
            const far = flat ? Math.abs(point.x - x) : Math.hypot(point.x - x, point.y - y);
            if (far < least) [best, least] = [point, far];
        }
        if (!flat && least > 40) return hide();
        focus.setAttribute("cx", best.x);
        focus.setAttribute("cy", best.y);
        focus.setAttribute("visibility", "visible");
        box.textContent = best.text;
        box.hidden = false;
        const isRight = best.x > plot.width / 2;
        box.style.left = isRight ? "" : (best.x + 10) / plot.width * 100 + "%";
        box.style.right = isRight ? (plot.width - best.x + 10) / plot.width * 100 + "%" : "";
    });
    const hide = () => {
        box.hidden = true;
        focus.setAttribute("visibility", "hidden");
    };
    plot.svg.addEventListener("pointerleave", hide);
}
