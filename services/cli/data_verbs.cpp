#include "cli/data_verbs.h"

#include "cli/configuration.h"
#include "events/print.h"
#include "ops/progress.h"
#include "venues/recorded/import.h"
#include "venues/recorded/series_reader.h"
#include "venues/recorded/store.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <ostream>

namespace tapedeck::cli {

namespace {

using nlohmann::ordered_json;
using recorded::SeriesFacts;

std::string count(std::uint64_t value) {
    return std::to_string(value);
}

std::string bytes_text(std::uint64_t bytes) {
    return ops::human_count(static_cast<double>(bytes)) + 'B';
}

ordered_json hole_json(const market_data::Hole& hole) {
    return {{"from", to_string(hole.from)}, {"to", to_string(hole.to)}, {"missing", hole.missing}};
}

void put_facts(ordered_json& line, const SeriesFacts& facts) {
    line["rows"] = facts.rows;
    line["first"] = to_string(facts.first);
    line["last"] = to_string(facts.last);
    line["gaps"] = facts.holes.count;
    line["missing"] = facts.holes.missing;
    line["longest_gap"] =
        facts.holes.longest ? hole_json(*facts.holes.longest) : ordered_json(nullptr);
}

/// "120 bars from … to …".
std::string hole_text(const Session& session, const market_data::Hole& hole) {
    return count(hole.missing) + (hole.missing == 1 ? " bar" : " bars") + " from " +
           session.show(hole.from) + " to " + session.show(hole.to);
}

// ---- import

Result<recorded::OnConflict> on_conflict(const std::string& text) {
    if (text == "refuse") return recorded::OnConflict::Refuse;
    if (text == "keep") return recorded::OnConflict::Keep;
    if (text == "replace") return recorded::OnConflict::Replace;
    return fail(
        "--on-conflict: \"" + text + "\" is none of refuse, keep, replace", ExitCode::Usage);
}

std::string report_json(const recorded::ImportReport& report) {
    std::string text;
    for (const auto& each : report.series) {
        ordered_json line{
            {"series", each.series.to_string()},
            {"files", each.files},
            {"read", each.rows},
            {"new", each.counts.added},
            {"duplicates", each.counts.duplicates},
            {"completed", each.counts.completed},
            {"contradictions", each.counts.conflicts},
            {"replaced", each.counts.replaced},
            {"rejected", each.rejected},
            {"changed", each.changed},
            {"error", each.error ? ordered_json(each.error->message) : ordered_json(nullptr)}};
        if (each.stored) put_facts(line, *each.stored);
        line["longest_gaps"] = ordered_json::array();
        for (const auto& hole : each.holes) line["longest_gaps"].push_back(hole_json(hole));
        line["first_rejected"] = each.rejections;
        line["first_contradictions"] = each.contradictions;
        text += line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
    }
    return text;
}

ops::Table report_table(const Session& session, const recorded::ImportReport& report) {
    ops::Table table(
        {"SERIES",
         "READ",
         "NEW",
         "DUPLICATE",
         "CONTRADICTS",
         "REJECTED",
         "HOLDS",
         "FIRST",
         "LAST",
         "GAPS",
         "MISSING"});
    for (const auto& each : report.series) {
        std::vector<ops::Table::Cell> row{
            each.series.to_string(),
            count(each.rows),
            count(each.counts.added),
            count(each.counts.duplicates),
            count(each.counts.conflicts),
            count(each.rejected)};
        if (each.stored) {
            const SeriesFacts& facts = *each.stored;
            row.insert(
                row.end(),
                {count(facts.rows),
                 session.show(facts.first),
                 session.show(facts.last),
                 count(facts.holes.count),
                 count(facts.holes.missing)});
        }
        table.add(std::move(row));
    }
    return table;
}

/// What a table has no room for.
std::string report_details(const Session& session, const recorded::ImportReport& report) {
    std::string text;
    const auto list =
        [&](const char* what, const std::vector<std::string>& lines, std::uint64_t all) {
            for (const auto& line : lines) text += std::string(what) + "  " + line + '\n';
            if (all > lines.size()) {
                text += std::string(what) + "  … and " + count(all - lines.size()) + " more\n";
            }
        };
    for (const auto& each : report.series) {
        list("rejected   ", each.rejections, each.rejected);
        list("contradicts", each.contradictions, each.counts.conflicts);
        constexpr std::size_t holes_shown = 3;
        for (std::size_t i = 0; i < std::min(each.holes.size(), holes_shown); ++i) {
            text += "gap          " + each.series.to_string() + ": " +
                    hole_text(session, each.holes[i]) + '\n';
        }
    }
    list("skipped    ", report.skipped, report.skipped.size());
    return text;
}

/// All that failed in one error, with the exit code of the first.
Result<> outcome(const recorded::ImportReport& report) {
    std::string text;
    std::optional<ExitCode> code;
    for (const auto& each : report.series) {
        if (!each.error) continue;
        text += (text.empty() ? "" : "\n") + each.error->message;
        if (!code) code = each.error->exit_code;
    }
    if (!code) return {};
    return fail(text, *code);
}

// ---- ls and check

std::string facts_json(const recorded::StoredFile& file) {
    ordered_json line{{"series", nullptr}, {"path", file.path}};
    if (file.facts) {
        line["series"] = file.facts->series.to_string();
        put_facts(line, *file.facts);
        line["bytes"] = file.facts->bytes;
    }
    line["fault"] = file.fault.empty() ? ordered_json(nullptr) : ordered_json(file.fault);
    return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

/// All faults in one error; nothing if there are none.
Result<> faults(const std::vector<recorded::StoredFile>& files) {
    std::string text;
    for (const auto& file : files) {
        if (!file.fault.empty()) text += (text.empty() ? "" : "\n") + file.fault;
    }
    if (text.empty()) return {};
    return fail(text, ExitCode::Integrity);
}

Result<> print_files(Session& session, const std::vector<recorded::StoredFile>& files) {
    if (session.options().json) {
        std::string text;
        for (const auto& file : files) text += facts_json(file);
        return session.print(text);
    }
    ops::Table table(
        {"SERIES", "ROWS", "FIRST", "LAST", "GAPS", "MISSING", "LONGEST GAP", "SIZE", "STATE"});
    for (const auto& file : files) {
        const std::string state = file.fault.empty() ? "ok" : "damaged";
        if (!file.facts) {
            table.add({file.path, "", "", "", "", "", "", "", state});
            continue;
        }
        const SeriesFacts& facts = *file.facts;
        table.add(
            {facts.series.to_string(),
             count(facts.rows),
             session.show(facts.first),
             session.show(facts.last),
             count(facts.holes.count),
             count(facts.holes.missing),
             facts.holes.longest ? hole_text(session, *facts.holes.longest) : "-",
             bytes_text(facts.bytes),
             state});
    }
    return session.print(table);
}

/// The files that were asked for by name; all of them if none was.
Result<std::vector<recorded::StoredFile>> chosen_files(
    const std::string& store, const std::vector<std::string>& names) {
    auto files = TRY(recorded::list_store(store));
    if (names.empty()) return files;
    std::vector<recorded::StoredFile> chosen;
    for (const auto& name : names) {
        const auto series = TRY(recorded::parse_series(name));
        const std::string path = store + '/' + series.path();
        const auto found = std::find_if(files.begin(), files.end(), [&](const auto& file) {
            return file.path == path || (file.facts && file.facts->series == series);
        });
        if (found == files.end()) {
            return fail("the store " + store + " has no " + name, ExitCode::NotFound);
        }
        chosen.push_back(*found);
    }
    return chosen;
}

// ---- cat

/// Milliseconds, with a fraction where the venue has told one.
std::string csv_time(Time time) {
    const std::int64_t ns = to_ns(time);
    const auto value = Decimal::from_parts(ns, 6);
    return value ? value->to_string() : "";
}

std::string csv_header(recorded::Kind kind) {
    switch (kind) {
        case recorded::Kind::Candles: return "timestamp,open,high,low,close,volume,trades\n";
        case recorded::Kind::QuoteBars: return "timestamp,bid,ask,bid_size,ask_size\n";
        case recorded::Kind::Trades: return "timestamp,price,size,side,trade_id\n";
    }
    return {};
}

std::string csv_line(recorded::Kind kind, const recorded::StoredRow& row, bool counted) {
    std::string line = csv_time(row.begin);
    const std::size_t numbers = kind == recorded::Kind::Candles     ? 5
                                : kind == recorded::Kind::QuoteBars ? 4
                                                                    : 2;
    for (std::size_t i = 0; i < numbers; ++i) line += ',' + row.numbers[i].to_string();
    if (counted) line += ',' + std::to_string(row.trades.value_or(0));
    if (kind == recorded::Kind::Trades) {
        line += ',';
        if (row.side) line += *row.side == Side::Buy ? "buy" : "sell";
        line += ',' + row.id;
    }
    return line + '\n';
}

std::string json_line(const recorded::Series& series, const recorded::StoredRow& row) {
    const auto text = [&](auto event) {
        event.instrument = series.instrument;
        if constexpr (requires { event.interval; }) event.interval = series.interval;
        fill(row, event);
        ordered_json line = ordered_json::parse(to_json(Event(std::move(event))));
        line["time"] = to_string(row.begin);
        return line.dump() + '\n';
    };
    switch (series.kind) {
        case recorded::Kind::Candles: return text(CandleClosed{});
        case recorded::Kind::QuoteBars: return text(QuoteChanged{});
        case recorded::Kind::Trades: return text(TradePrinted{});
    }
    return {};
}

}  // namespace

Result<std::string> store_directory(const Session& session, const std::string& named) {
    if (!named.empty()) return named;
    return TRY(effective_settings(session, {})).text("data.dir");
}

Result<> data_import(Session& session, const DataImportOptions& options) {
    recorded::ImportOptions wanted;
    wanted.store = TRY(store_directory(session, options.store));
    wanted.files = options.files;
    wanted.on_conflict = TRY(on_conflict(options.on_conflict));
    wanted.strict = options.strict;
    wanted.dry_run = options.dry_run;
    std::optional<ops::Progress> progress;
    wanted.progress = [&](std::uint64_t read, std::uint64_t total) {
        if (!progress) {
            progress.emplace(
                "import", total, "bytes", session.world().clock, session.progress_output());
        }
        progress->advance_to(read);
        return !session.world().interrupted();
    };
    const auto report = TRY(recorded::import_files(wanted));
    progress.reset();
    if (session.options().json) {
        TRY(session.print(report_json(report)));
    } else {
        TRY(session.print(report_table(session, report)));
        if (!session.options().plain) TRY(session.print(report_details(session, report)));
    }
    if (options.dry_run) session.note("dry run: nothing was stored");
    return outcome(report);
}

Result<> data_list(Session& session, const DataStoreOptions& options) {
    const std::string store = TRY(store_directory(session, options.store));
    const auto files = TRY(recorded::list_store(store));
    if (files.empty()) {
        session.note("the store " + store + " is empty\nnext: tapedeck data import FILE…");
        return {};
    }
    TRY(print_files(session, files));
    return faults(files);
}

Result<> data_check(Session& session, const DataCheckOptions& options) {
    const std::string store = TRY(store_directory(session, options.store));
    auto files = TRY(chosen_files(store, options.series));
    std::uint64_t total = 0;
    for (const auto& file : files) total += file.facts ? file.facts->bytes : 0;
    {
        ops::Progress progress(
            "check", total, "bytes", session.world().clock, session.progress_output());
        std::uint64_t done = 0;
        for (auto& file : files) {
            if (!file.fault.empty()) continue;
            file.fault = TRY(recorded::check_file(file.path, [&](std::uint64_t read) {
                progress.advance_to(done += read);
                return !session.world().interrupted();
            }));
            // In another series' place it would never be found.
            if (!file.fault.empty() || file.path == store + '/' + file.facts->series.path())
                continue;
            file.fault = file.path + ": holds " + file.facts->series.to_string() +
                         ", which belongs to " + store + '/' + file.facts->series.path() +
                         "; move it there";
        }
    }
    TRY(print_files(session, files));
    return faults(files);
}

Result<> data_cat(Session& session, const DataCatOptions& options) {
    const std::string store = TRY(store_directory(session, options.store));
    auto selection = TRY(recorded::parse_selection(options.selection));
    if (!options.from.empty()) selection.from = TRY(parse_time(options.from));
    if (!options.to.empty()) selection.to = TRY(parse_time(options.to));
    auto reader = TRY(recorded::SeriesReader::open(store, selection));
    const recorded::Series& series = reader.series();
    std::ostream& out = *TRY(session.out());
    // A count that one row lacks, no row has: a CSV has the column or has it not.
    bool counted = series.kind == recorded::Kind::Candles;
    if (counted) {
        auto probe = reader;
        while (counted && TRY(probe.next())) counted = probe.row().trades.has_value();
    }
    if (!session.options().json) {
        std::string header = csv_header(series.kind);
        if (series.kind == recorded::Kind::Candles && !counted) {
            header = "timestamp,open,high,low,close,volume\n";
        }
        out << header;
    }
    while (TRY(reader.next())) {
        if (session.world().interrupted()) return fail("", ExitCode::Interrupted);
        out
            << (session.options().json ? json_line(series, reader.row())
                                       : csv_line(series.kind, reader.row(), counted));
        if (!out) break;
    }
    return {};
}

}  // namespace tapedeck::cli
