#include "research/sweep/store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstring>
#include <filesystem>
#include <ostream>

namespace tapedeck::research {

using journal::sqlite::Database;
using journal::sqlite::Statement;

namespace {

constexpr std::string_view kFormat = "1";

constexpr auto kSchema = R"(
PRAGMA journal_mode=WAL;
CREATE TABLE sweep (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (
    "window" INTEGER NOT NULL, sample TEXT NOT NULL, number INTEGER NOT NULL,
    parameters TEXT NOT NULL, status TEXT NOT NULL, message TEXT NOT NULL, returns BLOB,
    PRIMARY KEY ("window", sample, number)) WITHOUT ROWID;
CREATE TABLE figures (
    "window" INTEGER NOT NULL, sample TEXT NOT NULL, number INTEGER NOT NULL, key TEXT NOT NULL,
    value REAL, exact TEXT, missing TEXT, n INTEGER NOT NULL,
    PRIMARY KEY ("window", sample, number, key)) WITHOUT ROWID;
CREATE TABLE figure_keys (
    position INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, section TEXT NOT NULL,
    label TEXT NOT NULL, unit INTEGER NOT NULL);
)";

std::vector<std::pair<std::string, std::string>> entries_of(const SweepIdentity& identity) {
    return {
        {"format", std::string(kFormat)},
        {"keys", nlohmann::json(identity.keys).dump()},
        {"plan", identity.plan},
        {"data", identity.data},
        {"configuration", identity.configuration},
        {"build", identity.build}};
}

std::string text_of(const Statement& statement, int column) {
    return std::string(statement.bytes(column));
}

std::vector<std::string> values_in(const Statement& statement, int column) {
    std::vector<std::string> values;
    const auto json = nlohmann::json::parse(statement.bytes(column), nullptr, false);
    for (const auto& value : json) {
        if (value.is_string()) values.push_back(value.get<std::string>());
    }
    return values;
}

/// Sets are numbered from 1 wherever people read them, so in the file as well.
std::int64_t number_of(std::uint64_t set) {
    return static_cast<std::int64_t>(set) + 1;
}

std::uint64_t set_in(const Statement& statement, int column) {
    return static_cast<std::uint64_t>(statement.integer(column) - 1);
}

/// The first line of `text` that `other` has not.
std::string first_difference(const std::string& text, const std::string& other) {
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string line = text.substr(begin, end - begin);
        if (("\n" + other + "\n").find("\n" + line + "\n") == std::string::npos) return line;
        begin = end + 1;
    }
    return "a key that is gone";
}

/// Why the results of the one cannot go on as the other.
std::string reason_of(
    const std::string& key, const std::string& in_file, const std::string& wanted) {
    if (key == "build") return "it was made by build " + in_file + ", this is " + wanted;
    if (key == "data") return "it was made over other data: " + in_file;
    if (key == "configuration") {
        return "it was made with another configuration; now it says " +
               first_difference(wanted, in_file);
    }
    if (key == "format") return "it is of format " + in_file + ", this is " + wanted;
    return "it was made for another plan: " + in_file;
}

std::string cell(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

}  // namespace

tl::unexpected<Error> ResultStore::failed_to(const std::string& what) const {
    return fail(path_ + ": cannot " + what + ": " + database_.error());
}

Result<> ResultStore::run_to_end(Statement& statement) {
    if (statement.step() == SQLITE_DONE) {
        statement.reset();
        return {};
    }
    auto problem = failed_to("write");  // before reset() forgets it
    statement.reset();
    return problem;
}

Result<ResultStore> ResultStore::open(const std::string& path, int flags) {
    ResultStore store;
    store.path_ = path;
    store.database_ = TRY(Database::open(path, flags | SQLITE_OPEN_NOMUTEX));
    TRY(store.database_.execute("PRAGMA busy_timeout=2000; PRAGMA synchronous=NORMAL;"));
    return store;
}

Result<ResultStore> ResultStore::create(const std::string& path, const SweepIdentity& identity) {
    if (std::filesystem::exists(path)) {
        return fail(
            path + " holds results already: --resume goes on with them, --fresh begins anew",
            ExitCode::Refused);
    }
    ResultStore store = TRY(open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    TRY(store.database_.execute(kSchema));
    TRY(store.database_.execute("BEGIN"));
    Statement add = TRY(store.database_.prepare("INSERT INTO sweep VALUES (?, ?)"));
    for (const auto& [key, value] : entries_of(identity)) {
        add.bind_text(1, key).bind_text(2, value);
        TRY(store.run_to_end(add));
    }
    TRY(store.database_.execute("COMMIT"));
    TRY(store.prepare());
    return store;
}

Result<ResultStore> ResultStore::resume(const std::string& path, const SweepIdentity& identity) {
    if (!std::filesystem::exists(path)) {
        return fail(path + ": nothing to resume; leave --resume out", ExitCode::NotFound);
    }
    ResultStore store = TRY(open(path, SQLITE_OPEN_READWRITE));
    Statement look = TRY(store.database_.prepare("SELECT value FROM sweep WHERE key = ?"));
    for (const auto& [key, value] : entries_of(identity)) {
        look.bind_text(1, key);
        const bool is_there = look.step() == SQLITE_ROW;
        const std::string in_file = is_there ? text_of(look, 0) : "unknown";
        look.reset();
        if (in_file == value) continue;
        return fail(
            path + ": cannot resume: " + reason_of(key, in_file, value) + "; --fresh begins anew",
            ExitCode::Refused);
    }
    TRY(store.prepare());
    const auto keys = TRY(store.keys());
    for (const auto& figure : keys) store.known_keys_.insert(figure.key);
    return store;
}

Result<> ResultStore::discard(const std::string& path) {
    if (!std::filesystem::exists(path)) return {};
    {
        ResultStore store = TRY(open(path, SQLITE_OPEN_READWRITE));
        const auto keys = store.database_.value_of("SELECT value FROM sweep WHERE key = 'keys'");
        if (!keys) {
            return fail(path + " is no file of a sweep: it stays", ExitCode::Refused);
        }
    }
    for (const auto* suffix : {"", "-wal", "-shm"}) {
        std::error_code error;
        std::filesystem::remove(path + suffix, error);
        if (error) return fail(path + suffix + ": cannot be removed: " + error.message());
    }
    return {};
}

Result<> ResultStore::prepare() {
    add_run_ = TRY(database_.prepare("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)"));
    add_figure_ =
        TRY(database_.prepare("INSERT OR REPLACE INTO figures VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    add_key_ = TRY(database_.prepare(
        "INSERT OR IGNORE INTO figure_keys (key, section, label, unit) VALUES (?, ?, ?, ?)"));
    return {};
}

Result<> ResultStore::add(
    const Part& part,
    std::uint64_t set,
    const std::vector<std::string>& values,
    const RunResult& result) {
    TRY(database_.execute("BEGIN"));
    const std::string parameters = nlohmann::json(values).dump();
    const std::string returns(
        reinterpret_cast<const char*>(result.returns.data()),
        result.returns.size() * sizeof(double));
    add_run_.bind(1, part.window)
        .bind_text(2, part.sample)
        .bind(3, number_of(set))
        .bind_text(4, parameters)
        .bind_text(5, result.failed ? "failed" : "done")
        .bind_text(6, result.message)
        .bind_blob(7, returns);
    TRY(run_to_end(add_run_));
    TRY(add_figures(part, set, result));
    return database_.execute("COMMIT");
}

Result<> ResultStore::add_figures(const Part& part, std::uint64_t set, const RunResult& result) {
    for (const auto& figure : result.figures) {
        if (known_keys_.insert(figure.key).second) {
            add_key_.bind_text(1, figure.key)
                .bind_text(2, figure.section)
                .bind_text(3, figure.label)
                .bind(4, static_cast<std::int64_t>(figure.unit));
            TRY(run_to_end(add_key_));
        }
        const std::string exact = figure.exact ? figure.exact->to_string() : "";
        add_figure_.bind(1, part.window)
            .bind_text(2, part.sample)
            .bind(3, number_of(set))
            .bind_text(4, figure.key)
            .bind(8, static_cast<std::int64_t>(figure.n));
        // What is not bound is null.
        if (figure.value) add_figure_.bind_real(5, *figure.value);
        if (figure.exact) add_figure_.bind_text(6, exact);
        if (!figure.missing.empty()) add_figure_.bind_text(7, figure.missing);
        TRY(run_to_end(add_figure_));
    }
    return {};
}

Result<std::set<std::uint64_t>> ResultStore::ended(const Part& part) {
    Statement select =
        TRY(database_.prepare(R"(SELECT number FROM runs WHERE "window" = ? AND sample = ?)"));
    select.bind(1, part.window).bind_text(2, part.sample);
    std::set<std::uint64_t> sets;
    int code = SQLITE_ROW;
    while ((code = select.step()) == SQLITE_ROW) {
        sets.insert(set_in(select, 0));
    }
    if (code != SQLITE_DONE) return failed_to("read");
    return sets;
}

Result<std::vector<RankedRun>> ResultStore::ranking(
    const Part& part, const std::string& key, bool lowest, std::uint64_t count) {
    Statement select = TRY(database_.prepare(fmt::format(
        R"(SELECT r.number, r.parameters, f.value FROM runs r
           LEFT JOIN figures f ON f."window" = r."window" AND f.sample = r.sample
               AND f.number = r.number AND f.key = ?3
           WHERE r."window" = ?1 AND r.sample = ?2 AND r.status = 'done'
           ORDER BY f.value IS NULL, f.value {}, r.number LIMIT ?4)",
        lowest ? "ASC" : "DESC")));
    select.bind(1, part.window)
        .bind_text(2, part.sample)
        .bind_text(3, key)
        .bind(4, count == 0 ? -1 : static_cast<std::int64_t>(count));
    std::vector<RankedRun> runs;
    int code = SQLITE_ROW;
    while ((code = select.step()) == SQLITE_ROW) {
        RankedRun run;
        run.set = set_in(select, 0);
        run.values = values_in(select, 1);
        if (!select.is_null(2)) run.figure = select.real(2);
        runs.push_back(std::move(run));
    }
    if (code != SQLITE_DONE) return failed_to("read");
    return runs;
}

Result<std::map<std::string, Figure>> ResultStore::figures(const Part& part, std::uint64_t set) {
    Statement select = TRY(database_.prepare(
        R"(SELECT k.key, k.section, k.label, k.unit, f.value, f.exact, f.missing, f.n
           FROM figures f JOIN figure_keys k ON k.key = f.key
           WHERE f."window" = ? AND f.sample = ? AND f.number = ?)"));
    select.bind(1, part.window).bind_text(2, part.sample).bind(3, number_of(set));
    std::map<std::string, Figure> figures;
    int code = SQLITE_ROW;
    while ((code = select.step()) == SQLITE_ROW) {
        Figure figure;
        figure.key = text_of(select, 0);
        figure.section = text_of(select, 1);
        figure.label = text_of(select, 2);
        figure.unit = static_cast<Unit>(select.integer(3));
        if (!select.is_null(4)) figure.value = select.real(4);
        if (!select.is_null(5)) {
            const auto exact = Money::parse(select.bytes(5));
            if (exact) figure.exact = *exact;
        }
        figure.missing = text_of(select, 6);
        figure.n = static_cast<std::uint64_t>(select.integer(7));
        figures.emplace(figure.key, std::move(figure));
    }
    if (code != SQLITE_DONE) return failed_to("read");
    return figures;
}

Result<std::vector<double>> ResultStore::returns(const Part& part, std::uint64_t set) {
    Statement select = TRY(database_.prepare(
        R"(SELECT returns FROM runs WHERE "window" = ? AND sample = ? AND number = ?)"));
    select.bind(1, part.window).bind_text(2, part.sample).bind(3, number_of(set));
    std::vector<double> returns;
    if (select.step() != SQLITE_ROW) return returns;
    const std::string_view bytes = select.bytes(0);
    returns.resize(bytes.size() / sizeof(double));
    if (returns.empty()) return returns;
    std::memcpy(returns.data(), bytes.data(), returns.size() * sizeof(double));
    return returns;
}

Result<std::vector<double>> ResultStore::values_of(const Part& part, const std::string& key) {
    Statement select = TRY(database_.prepare(
        R"(SELECT value FROM figures
           WHERE "window" = ? AND sample = ? AND key = ? AND value IS NOT NULL)"));
    select.bind(1, part.window).bind_text(2, part.sample).bind_text(3, key);
    std::vector<double> values;
    int code = SQLITE_ROW;
    while ((code = select.step()) == SQLITE_ROW) values.push_back(select.real(0));
    if (code != SQLITE_DONE) return failed_to("read");
    return values;
}

Result<std::uint64_t> ResultStore::count() {
    Statement select = TRY(database_.prepare("SELECT count(*) FROM runs"));
    if (select.step() != SQLITE_ROW) return failed_to("read");
    return static_cast<std::uint64_t>(select.integer(0));
}

Result<std::uint64_t> ResultStore::done(const Part& part) {
    Statement select = TRY(database_.prepare(
        R"(SELECT count(*) FROM runs WHERE "window" = ? AND sample = ? AND status = 'done')"));
    select.bind(1, part.window).bind_text(2, part.sample);
    if (select.step() != SQLITE_ROW) return failed_to("read");
    return static_cast<std::uint64_t>(select.integer(0));
}

Result<std::vector<StoredRun>> ResultStore::failed() {
    Statement select = TRY(database_.prepare(
        "SELECT number, parameters, min(message) FROM runs WHERE status = 'failed' "
        "GROUP BY number, parameters ORDER BY number"));
    std::vector<StoredRun> runs;
    int code = SQLITE_ROW;
    while ((code = select.step()) == SQLITE_ROW) {
        StoredRun run;
        run.set = set_in(select, 0);
        run.values = values_in(select, 1);
        run.message = text_of(select, 2);
        runs.push_back(std::move(run));
    }
    if (code != SQLITE_DONE) return failed_to("read");
    return runs;
}

Result<std::vector<Figure>> ResultStore::keys() {
    Statement select = TRY(
        database_.prepare("SELECT key, section, label, unit FROM figure_keys ORDER BY position"));
    std::vector<Figure> keys;
    int code = SQLITE_ROW;
    while ((code = select.step()) == SQLITE_ROW) {
        Figure figure;
        figure.key = text_of(select, 0);
        figure.section = text_of(select, 1);
        figure.label = text_of(select, 2);
        figure.unit = static_cast<Unit>(select.integer(3));
        keys.push_back(std::move(figure));
    }
    if (code != SQLITE_DONE) return failed_to("read");
    return keys;
}

Result<> ResultStore::write_csv(std::ostream& out) {
    const auto keys = TRY(this->keys());
    const auto parameters = nlohmann::json::parse(
        TRY(database_.value_of("SELECT value FROM sweep WHERE key = 'keys'")));
    out << "window,sample,set,status,message";
    for (const auto& parameter : parameters) out << ',' << cell(parameter.get<std::string>());
    for (const auto& figure : keys) out << ',' << figure.key;
    out << '\n';
    Statement select = TRY(database_.prepare(
        R"(SELECT "window", sample, number, status, message, parameters FROM runs
           ORDER BY "window", sample, number)"));
    int code = SQLITE_ROW;
    while ((code = select.step()) == SQLITE_ROW) {
        const Part part{static_cast<std::uint32_t>(select.integer(0)), text_of(select, 1)};
        const std::uint64_t set = set_in(select, 2);
        out << part.window << ',' << part.sample << ',' << number_of(set) << ','
            << text_of(select, 3) << ',' << cell(text_of(select, 4));
        for (const auto& value : values_in(select, 5)) out << ',' << cell(value);
        const auto figures = TRY(this->figures(part, set));
        for (const auto& each : keys) {
            out << ',';
            const auto found = figures.find(each.key);
            if (found == figures.end() || !found->second.value) continue;
            const Figure& figure = found->second;
            out << (figure.exact ? figure.exact->to_string() : fmt::format("{}", *figure.value));
        }
        out << '\n';
    }
    if (code != SQLITE_DONE) return failed_to("read");
    return {};
}

}  // namespace tapedeck::research
