// Elements, and what went wrong while they were made. Text goes in as text, never as markup: names
// and reasons come from strategies.

const problems = [];

/** Said on the page and in its root element, where a test looks. */
function complain(what) {
    problems.push(String(what));
    document.documentElement.dataset.errors = String(problems.length);
    const line = make("p", {class: "error"}, "This page has an error: " + what);
    document.getElementById("head").append(line);
}

window.addEventListener("error", (event) => complain(event.message));
window.addEventListener("unhandledrejection", (event) => complain(event.reason));
document.addEventListener("securitypolicyviolation", (event) =>
    complain("refused by its own policy: " + event.violatedDirective + " " + event.blockedURI));

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (value !== null && value !== undefined && value !== "") {
            element.setAttribute(name, value);
        }
    }
    for (const child of children) {
        if (child !== null && child !== undefined) element.append(child);
    }
    return element;
}

function make(tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
}

function drawn(tag, attributes, ...children) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** One part of the page failing is no reason for the others to. */
function attempt(what, action) {
    try {
        return action();
    } catch (error) {
        complain(what + ": " + error.message);
        return null;
    }
}

/**
 * A table. A column is {title, cell(row) → text or element, text, tone(row), sort(row)}; `text`
 * aligns to the left. `rowAttributes(row)` is optional.
 */
function table(columns, rows, attributes, rowAttributes) {
    const head = make("tr", {}, ...columns.map((column) =>
        make("th", {class: column.text ? "text" : "", scope: "col"}, column.title)));
    const body = rows.map((row) => make("tr", rowAttributes?.(row),
        ...columns.map((column) => {
            const kinds = [column.text ? "text" : "", column.kind ?? "", column.tone?.(row) ?? ""];
            return make("td", {class: kinds.filter(Boolean).join(" "), ...column.data?.(row)},
                column.cell(row));
        })));
    return make("div", {class: "scroll"},
        make("table", attributes, make("thead", {}, head), make("tbody", {}, ...body)));
}

function section(id, title, ...children) {
    document.getElementById("contents").append(make("a", {href: "#" + id}, title));
    const element = make("section", {id}, make("h2", {}, title), ...children);
    document.getElementById("body").append(element);
    return element;
}

/** A card with title and sample size; where `why` says something, that instead of the content. */
function card(title, n, why, ...children) {
    const reason = why ? make("p", {class: "why", "data-why": why}, "Not shown: " + why) : null;
    const content = why ? [reason] : children;
    return make("div", {class: "card"},
        make("div", {class: "title"}, make("h3", {}, title), make("span", {class: "n"}, n)),
        ...content);
}
