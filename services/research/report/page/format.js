// Numbers and moments as people read them: the same roundings as the report in the terminal.

const MINUS = "-";

/** "12345.6" as "12 345.60". */
function money(value) {
    const amount = Number(value);
    if (!Number.isFinite(amount)) return infinite(amount);
    const [whole, cents] = Math.abs(amount).toFixed(2).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, " ");
    const isZero = whole === "0" && cents === "00";
    return (amount < 0 && !isZero ? MINUS : "") + grouped + "." + cents;
}

function infinite(value) {
    return value > 0 ? "∞" : value < 0 ? "-∞" : "n/a";
}

function percent(ratio) {
    const value = Number(ratio) * 100;
    if (!Number.isFinite(value)) return infinite(value);
    return value.toFixed(Math.abs(value) < 100 ? 2 : 0) + " %";
}

function decimals(value, digits) {
    return Number.isFinite(value) ? value.toFixed(digits) : infinite(value);
}

/** A price or quantity: as it is written, without zeros that say nothing. */
function plain(text) {
    return text === null || text === undefined ? "-" : String(text);
}

/** A number of any size on an axis: "0.00012", "61 250". */
function compact(value) {
    const size = Math.abs(value);
    if (size === 0) return "0";
    if (size >= 1000) return money(value).replace(/\.00$/, "");
    return String(Number(value.toPrecision(6)));
}

/** Seconds as "2h5m", "3d4h", "12ms". */
function duration(seconds) {
    if (!Number.isFinite(seconds)) return infinite(seconds);
    if (seconds === 0) return "0s";
    if (seconds < 1e-6) return Number((seconds * 1e9).toPrecision(3)) + "ns";
    if (seconds < 1e-3) return Number((seconds * 1e6).toPrecision(3)) + "µs";
    if (seconds < 1) return Number((seconds * 1e3).toPrecision(3)) + "ms";
    if (seconds < 60) return Number(seconds.toPrecision(3)) + "s";
    const whole = Math.round(seconds);
    const days = Math.floor(whole / 86400);
    const hours = Math.floor((whole % 86400) / 3600);
    const minutes = Math.floor((whole % 3600) / 60);
    const part = (count, unit) => (count > 0 ? count + unit : "");
    if (days >= 2) return part(days, "d") + part(hours, "h");
    return part(days, "d") + part(hours, "h") + part(minutes, "m");
}

/** "2026-11-20 12:05", UTC as everything here. */
function minute(time) {
    if (time === null || time === undefined) return "-";
    return new Date(time).toISOString().slice(0, 16).replace("T", " ");
}

function date(time) {
    return new Date(time).toISOString().slice(0, 10);
}

/** JSON writes an infinite ratio as "inf"; a missing one is null. */
function number(value) {
    if (value === null || value === undefined) return null;
    if (value === "inf") return Infinity;
    if (value === "-inf") return -Infinity;
    return Number(value);
}

/** A figure's value for people, with the reason where it has none. */
function shown(figure) {
    const value = number(figure.value);
    if (value === null) return "n/a (" + figure.missing + ")";
    if (!Number.isFinite(value)) return infinite(value);
    switch (figure.unit) {
        case "money": return money(figure.exact ?? value);
        case "percent": return percent(value);
        case "ratio": return value.toFixed(3);
        case "duration": return duration(value);
        case "count": return value.toFixed(0);
        default: return String(Number(value.toPrecision(6)));
    }
}

/** "gain" or "loss" by sign, "" for neither. */
function tone(value) {
    return value > 0 ? "gain" : value < 0 ? "loss" : "";
}

/** "1 day", "2 days". */
function counted(n, what) {
    return "n = " + n + " " + (n === 1 ? what.replace(/s$/, "") : what);
}
