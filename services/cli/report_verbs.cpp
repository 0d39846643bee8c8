#include "cli/report_verbs.h"

#include "cli/moment.h"
#include "ops/progress.h"
#include "research/report/html.h"
#include "research/report/output.h"

#include <fstream>
#include <optional>

namespace tapedeck::cli {

namespace {

/// Records between two looks at the keyboard and the progress line.
constexpr std::uint64_t kStride = 100'000;

Result<> check(const ReportVerbOptions& options, bool json) {
    const bool is_known = options.csv.empty() || options.csv == "trades" ||
                          options.csv == "daily" || options.csv == "figures";
    if (!is_known) {
        return fail(
            "--csv " + options.csv + ": there are trades, daily and figures", ExitCode::Usage);
    }
    if (json && !options.csv.empty()) {
        return fail("--json or --csv, not both", ExitCode::Usage);
    }
    if (!(options.risk_free > -1 && options.risk_free < 10)) {
        return fail("--risk-free is a ratio a year: 0.03 is 3 %", ExitCode::Usage);
    }
    return {};
}

}  // namespace

Result<research::Report> load_report(
    Session& session, const ReportVerbOptions& options, research::PriceCurves* prices) {
    TapeSource* tape = TRY(session.tape());
    Seq to = TRY(tape->end());
    if (!options.to.empty()) to = TRY(last_of(options.to, *tape));
    research::ReportOptions how;
    how.risk_free = options.risk_free;
    if (!options.from.empty()) {
        const Seq from = TRY(first_of(options.from, *tape));
        if (from > to) {
            return fail(
                "--from " + options.from + " is behind the end of what is reported: seq " +
                    std::to_string(to.value),
                ExitCode::NotFound);
        }
        how.from = TRY(tape->time_of(from));
    }
    research::ReportFold fold(how);
    ops::Progress progress(
        "folding", to.value, "records", session.world().clock, session.progress_output());
    for (Seq from{1}; from <= to; from = Seq{from.value + kStride}) {
        const Seq last = std::min(to, Seq{from.value + kStride - 1});
        TRY(tape->records(from, last, {}, [&](const Recorded& recorded) {
            fold.apply(recorded);
            if (prices != nullptr) prices->apply(recorded);
            return true;
        }));
        progress.advance_to(last.value);
        if (session.world().interrupted()) return fail("", ExitCode::Interrupted);
    }
    return fold.report();
}

Result<> print_report(Session& session, const research::Report& report, const std::string& csv) {
    if (session.options().json) return session.print(research::to_json(report));
    if (csv == "trades") return session.print(research::trades_csv(report));
    if (csv == "daily") return session.print(research::daily_csv(report));
    if (csv == "figures") return session.print(research::figures_csv(report));
    if (session.options().plain) {
        std::string text = research::figures_csv(report);
        return session.print(text);
    }
    return session.print(research::to_text(report, session.colors()));
}

Result<> write_html(
    Session& session,
    const research::Report& report,
    const research::PriceCurves& prices,
    const std::string& file) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    if (!stream) return fail("cannot write " + file + ": does its directory exist?");
    stream << research::to_html(research::to_json(report), prices.to_json(report));
    stream.close();
    if (!stream) return fail("could not write all of " + file + ": is the disk full?");
    session.note("the page is " + file + ": a browser opens it, and it needs no network");
    return {};
}

Result<> show_report(Session& session, const ReportVerbOptions& options) {
    TRY(check(options, session.options().json));
    std::optional<research::PriceCurves> prices;
    if (!options.html.empty()) prices.emplace();
    const auto report = TRY(load_report(session, options, prices ? &*prices : nullptr));
    TRY(print_report(session, report, options.csv));
    if (prices) return write_html(session, report, *prices, options.html);
    session.note("next: tapedeck trades · tapedeck report --html report.html");
    return {};
}

}  // namespace tapedeck::cli
