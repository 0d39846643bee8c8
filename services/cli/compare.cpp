#include "cli/compare.h"

#include "cli/listing.h"
#include "ops/progress.h"
#include "research/whatif/compare.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <set>

namespace tapedeck::cli {

namespace {

using Json = nlohmann::ordered_json;
using research::DayComparison;
using research::DaySheet;
using research::DaySheets;

constexpr std::uint64_t kRecordsPerLook = 16'384;

struct Run {
    std::string label;  ///< "A"
    TapeSource::Facts facts;
    Seq end;
    DaySheets sheets;
};

struct Pair {
    const Run* a = nullptr;
    const Run* b = nullptr;
    std::optional<DayComparison> compared;
};

Result<std::unique_ptr<TapeSource>> open_run(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    const bool is_home = fs::is_directory(fs::path(path) / "journal", ignored);
    return open_file(is_home ? (fs::path(path) / "journal").string() : path);
}

Result<Run> read_run(
    Session& session, const std::string& path, std::string label, std::optional<Time> day) {
    const auto tape = TRY(open_run(path));
    Run run{std::move(label), TRY(tape->facts()), TRY(tape->end()), DaySheets(day)};
    ops::Progress progress(
        "reading " + run.label,
        run.end.value,
        "records",
        session.world().clock,
        session.progress_output());
    bool interrupted = false;
    TRY(tape->records({1}, run.end, {}, [&](const Recorded& recorded) {
        run.sheets.take(recorded);
        if (recorded.seq.value % kRecordsPerLook == 0) {
            progress.advance_to(recorded.seq.value);
            interrupted = session.world().interrupted();
        }
        return !interrupted;
    }));
    if (interrupted) return fail("", ExitCode::Interrupted);
    run.sheets.finish();
    return run;
}

std::string day_text(Time day) {
    return to_string(day).substr(0, 10);
}

Result<std::optional<Time>> wanted_day(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto day = parse_time(text);
    if (!day || *day != std::chrono::floor<std::chrono::days>(*day)) {
        return fail("--day " + text + ": not a day: 2026-11-20", ExitCode::Usage);
    }
    return std::optional<Time>(*day);
}

/// Days of which every run has market data or decisions.
std::vector<Time> common_days(const std::vector<Run>& runs) {
    std::vector<Time> days;
    for (const auto& [day, sheet] : runs.front().sheets.days()) {
        const bool is_common = std::all_of(runs.begin(), runs.end(), [&, at = day](const Run& run) {
            const auto found = run.sheets.days().find(at);
            return found != run.sheets.days().end() && !found->second.market.empty();
        });
        if (is_common) days.push_back(day);
    }
    return days;
}

Listing list_runs(const std::vector<Run>& runs) {
    Listing listing(
        {{"", "run", Look::Text},
         {"TAPE", "tape", Look::Text},
         {"PROFILE", "profile", Look::Text},
         {"RECORDS", "records", Look::Count},
         {"WHERE", "where", Look::Text}});
    for (const auto& run : runs) {
        listing.add(
            {run.label,
             tape_name(run.facts.tape_id),
             run.facts.profile,
             std::to_string(run.end.value),
             run.facts.where});
    }
    return listing;
}

/// One row a figure, one column a run; behind each but the first its difference to the first.
class Columns {
public:
    explicit Columns(const std::vector<Run>& runs) : listing_(columns_of(runs)) {}

    void counts(const std::string& name, const std::vector<std::uint64_t>& values) {
        std::vector<std::string> row{name, std::to_string(values.front())};
        for (std::size_t i = 1; i < values.size(); ++i) {
            const auto delta =
                static_cast<std::int64_t>(values[i]) - static_cast<std::int64_t>(values.front());
            row.push_back(std::to_string(values[i]));
            row.push_back(delta == 0 ? "0" : fmt::format("{:+}", delta));
        }
        listing_.add(std::move(row));
    }

    void money(const std::string& name, const std::vector<Money>& values) {
        std::vector<std::string> row{name, values.front().to_string()};
        for (std::size_t i = 1; i < values.size(); ++i) {
            row.push_back(values[i].to_string());
            row.push_back((values[i] - values.front()).to_string());
        }
        listing_.add(std::move(row));
    }

    const Listing& listing() const { return listing_; }

private:
    static std::vector<Column> columns_of(const std::vector<Run>& runs) {
        std::vector<Column> columns{{"", "figure", Look::Text}};
        for (const auto& run : runs) {
            std::string key = run.label;
            std::transform(key.begin(), key.end(), key.begin(), [](char c) {
                return static_cast<char>(c - 'A' + 'a');
            });
            columns.push_back({run.label, key, Look::Exact});
            if (run.label == "A") continue;
            columns.push_back({"Δ", key + "_delta", Look::Exact});
        }
        return columns;
    }

    Listing listing_;
};

Columns columns_of(const std::vector<Run>& runs, Time day) {
    Columns columns(runs);
    std::vector<const DaySheet*> sheets;
    sheets.reserve(runs.size());
    for (const auto& run : runs) sheets.push_back(&run.sheets.days().at(day));
    using Counts = research::RunSheet::Counts;
    const auto counts = [&](const std::string& name, std::uint64_t Counts::*member) {
        std::vector<std::uint64_t> values;
        values.reserve(sheets.size());
        for (const auto* sheet : sheets) values.push_back(sheet->counts.*member);
        columns.counts(name, values);
    };
    counts("evaluations", &Counts::evaluations);
    counts("targets", &Counts::targets);
    counts("approvals", &Counts::approvals);
    counts("denials", &Counts::denials);
    counts("orders", &Counts::orders);
    counts("fills", &Counts::fills);
    std::set<std::string> currencies;
    for (const auto* sheet : sheets) {
        for (const auto& [currency, fee] : sheet->counts.fees) currencies.insert(currency);
        for (const auto& [currency, profit] : sheet->profit) currencies.insert(currency);
    }
    const auto value_of = [](const std::map<std::string, Money>& all, const std::string& currency) {
        const auto found = all.find(currency);
        return found == all.end() ? Money{} : found->second;
    };
    for (const auto& currency : currencies) {
        std::vector<Money> fees;
        std::vector<Money> profits;
        for (const auto* sheet : sheets) {
            fees.push_back(value_of(sheet->counts.fees, currency));
            profits.push_back(value_of(sheet->profit, currency));
        }
        columns.money("fees " + currency, fees);
        columns.money("profit " + currency, profits);
    }
    return columns;
}

std::vector<Pair> pairs_of(
    const std::vector<Run>& runs, Time day, const research::CompareOptions& options) {
    std::vector<Pair> pairs;
    for (std::size_t i = 1; i < runs.size(); ++i) {
        pairs.push_back(
            {&runs.front(),
             &runs[i],
             research::compare(
                 runs.front().sheets.days().at(day), runs[i].sheets.days().at(day), options)});
    }
    return pairs;
}

std::string parity_text(const DayComparison& compared) {
    if (const auto parity = compared.parity()) return fmt::format("{:.1f} %", *parity);
    return "n/a (" + compared.missing() + ")";
}

std::string pair_text(const Pair& pair, const Session& session) {
    const std::string name = pair.a->label + pair.b->label;
    if (!pair.compared) return fmt::format("PARITY {}  n/a (no market time in common)\n", name);
    const DayComparison& all = *pair.compared;
    std::string text = fmt::format(
        "PARITY {}  {}  n={}  of {} to {}\n",
        name,
        parity_text(all),
        all.compared(),
        session.show_clock(all.from),
        session.show_clock(all.to));
    text +=
        fmt::format("  data       {} equal, {} different\n", all.data_equal, all.data_different);
    text += fmt::format(
        "  thoughts   {} stretches of evaluations judged otherwise\n", all.stretches_different);
    text += fmt::format(
        "  decisions  {} equal, {} different, {} only {}, {} only {}\n",
        all.decisions_equal,
        all.decisions_different,
        all.decisions_only_a,
        pair.a->label,
        all.decisions_only_b,
        pair.b->label);
    text += fmt::format(
        "  fills      {} equal, {} different, {} only {}, {} only {}",
        all.fills_equal,
        all.fills_different,
        all.fills_only_a,
        pair.a->label,
        all.fills_only_b,
        pair.b->label);
    if (all.price_bps_mean) {
        text += fmt::format(
            "; price {:+.2f} bps, worst {:+.2f}", *all.price_bps_mean, *all.price_bps_worst);
    }
    for (const auto& [currency, fee] : all.fee_difference) {
        text += fmt::format("; fees {} {}", show_gain(fee.decimal()), currency);
    }
    text += '\n';
    if (!all.first) return text + "  the same: every decision\n";
    const auto side = [](const std::string& code, Seq seq) {
        if (code.empty()) return std::string("nothing");
        return seq.exists() ? fmt::format("{}  (seq {})", code, seq.value) : code;
    };
    text += fmt::format(
        "  FIRST DIFFERENCE at {}: {} {}\n    {}      {}\n    {}      {}\n    cause  {}: {}\n",
        session.show(all.first->input),
        all.first->strategy,
        all.first->instrument.name(),
        pair.a->label,
        side(all.first->a, all.first->seq_a),
        pair.b->label,
        side(all.first->b, all.first->seq_b),
        all.first->cause,
        all.first->explanation);
    return text;
}

Json first_json(const research::Divergence& first) {
    const auto seq = [](Seq of) { return of.exists() ? Json(of.value) : Json(nullptr); };
    return {
        {"time", to_string(first.input)},
        {"strategy", first.strategy},
        {"instrument", first.instrument.to_string()},
        {"a", first.a},
        {"a_seq", seq(first.seq_a)},
        {"b", first.b},
        {"b_seq", seq(first.seq_b)},
        {"cause", first.cause},
        {"explanation", first.explanation}};
}

Json pair_json(const Pair& pair) {
    Json object{{"a", pair.a->label}, {"b", pair.b->label}};
    if (!pair.compared) {
        object["parity"] = nullptr;
        object["missing"] = "no market time in common";
        return object;
    }
    const DayComparison& all = *pair.compared;
    const auto optional = [](const std::optional<double>& value) {
        return value ? Json(*value) : Json(nullptr);
    };
    object["parity"] = optional(all.parity());
    object["missing"] = all.missing();
    object["n"] = all.compared();
    object["from"] = to_string(all.from);
    object["to"] = to_string(all.to);
    object["data_equal"] = all.data_equal;
    object["data_different"] = all.data_different;
    object["stretches_different"] = all.stretches_different;
    object["decisions_equal"] = all.decisions_equal;
    object["decisions_different"] = all.decisions_different;
    object["decisions_only_a"] = all.decisions_only_a;
    object["decisions_only_b"] = all.decisions_only_b;
    object["fills_equal"] = all.fills_equal;
    object["fills_different"] = all.fills_different;
    object["fills_only_a"] = all.fills_only_a;
    object["fills_only_b"] = all.fills_only_b;
    object["price_bps_mean"] = optional(all.price_bps_mean);
    object["price_bps_worst"] = optional(all.price_bps_worst);
    object["fee_difference"] = Json::object();
    for (const auto& [currency, fee] : all.fee_difference) {
        object["fee_difference"][currency] = fee.to_string();
    }
    object["first_difference"] = all.first ? first_json(*all.first) : Json(nullptr);
    return object;
}

Result<research::CompareOptions> tolerances(const CompareVerbOptions& options) {
    research::CompareOptions result;
    const auto tolerance = parse_duration(options.tolerance);
    if (!tolerance || *tolerance < Duration{}) {
        return fail("--tolerance " + options.tolerance + ": not a time: 2m", ExitCode::Usage);
    }
    result.tolerance = *tolerance;
    const auto bps = Decimal::parse(options.price_tolerance_bps);
    if (!bps || bps->is_negative()) {
        return fail(
            "--price-tolerance " + options.price_tolerance_bps + ": not basis points: 10",
            ExitCode::Usage);
    }
    result.price_tolerance_bps = bps->to_double();
    return result;
}

}  // namespace

Result<> compare_runs(Session& session, const CompareVerbOptions& options) {
    if (options.runs.size() < 2) {
        return fail("compare what with what? tapedeck compare A B [C]", ExitCode::Usage);
    }
    const auto tolerance = TRY(tolerances(options));
    const auto day = TRY(wanted_day(options.day));
    std::vector<Run> runs;
    for (const auto& path : options.runs) {
        const std::string label(1, static_cast<char>('A' + static_cast<int>(runs.size())));
        runs.push_back(TRY(read_run(session, path, label, day)));
    }
    const auto days = common_days(runs);
    if (days.empty()) {
        return fail(
            day ? "not all of these runs have seen the market on " + options.day
                : "these runs have no UTC day in common",
            ExitCode::NotFound);
    }
    Json object{{"runs", list_runs(runs).json()}, {"days", Json::array()}};
    std::string text = list_runs(runs).table(session.colors());
    std::string plain;
    for (const Time each : days) {
        const auto columns = columns_of(runs, each);
        const auto pairs = pairs_of(runs, each, tolerance);
        text += '\n' + day_text(each) + '\n' + columns.listing().table(session.colors());
        plain += columns.listing().plain();
        Json entry{{"day", day_text(each)}, {"figures", columns.listing().json()}};
        entry["pairs"] = Json::array();
        for (const auto& pair : pairs) {
            text += pair_text(pair, session);
            entry["pairs"].push_back(pair_json(pair));
        }
        object["days"].push_back(std::move(entry));
    }
    if (session.options().json) {
        return session.print(object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
    }
    return session.print(session.options().plain ? plain : text);
}

}  // namespace tapedeck::cli
