#include "cli/backtest_verb.h"

#include "cli/report_verbs.h"
#include "cli/stack_verbs.h"
#include "ops/progress.h"
#include "research/backtest/tape_writer.h"
#include "research/report/report.h"

#include <optional>

namespace tapedeck::cli {

namespace {

std::string kept_home(const Session& session, const BacktestVerbOptions& options) {
    const auto& given = session.options().home;
    return given.empty() ? run_directory_for(session, options.data.files) : given;
}

Result<> run(Session& session, research::Backtest& backtest, std::size_t steps) {
    ops::Progress progress(
        "backtest", steps, "steps", session.world().clock, session.progress_output());
    while (backtest.advance(research::Backtest::kManySteps)) {
        progress.advance_to(backtest.steps_done());
        if (session.world().interrupted()) return fail("", ExitCode::Interrupted);
    }
    return {};
}

}  // namespace

Result<> backtest(Session& session, const BacktestVerbOptions& options) {
    const LoadedData loaded = TRY(load_data(session, options.data));
    const auto settings = loaded.backtest();
    const std::string home = kept_home(session, options);
    std::optional<research::TapeWriter> tape;
    if (options.keep) {
        tape = TRY(
            research::TapeWriter::create(home + "/journal", settings.tape_id, settings.profile));
    }
    research::ReportFold fold;
    std::optional<research::PriceCurves> prices;
    if (!options.html.empty()) prices.emplace();
    research::Backtest backtest(loaded.view, settings, [&](const Recorded& recorded) {
        fold.apply(recorded);
        if (prices) prices->apply(recorded);
        if (tape) tape->take(recorded);
    });
    TRY(run(session, backtest, loaded.view.end - loaded.view.first));
    if (tape) TRY(tape->finish());
    const auto report = fold.report();
    TRY(print_report(session, report));
    if (prices) TRY(write_html(session, report, *prices, options.html));
    if (tape) {
        session.note("the run is kept in " + home + "\nnext: tapedeck why --last --home " + home);
    } else {
        session.note("next: --keep keeps the run as a tape, for why, whynot, state and export");
    }
    return {};
}

}  // namespace tapedeck::cli
