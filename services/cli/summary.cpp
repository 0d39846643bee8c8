#include "cli/summary.h"

#include "cli/state_verbs.h"
#include "cli/views.h"

#include <fmt/format.h>

namespace tapedeck::cli {

Result<std::string> run_summary(Session& session) {
    Books books;
    TRY(load_books(session, "", books));
    const auto& counts = books.counts();
    std::string text = fmt::format(
        "run over: {} records, {} of market data, to {}\n"
        "{} evaluations, {} targets, {} orders, {} fills; {} gaps, {} rejected in the data\n",
        books.as_of().value,
        counts.market_data,
        session.show(books.time()),
        counts.decisions,
        counts.targets,
        counts.orders,
        counts.fills,
        counts.gaps,
        counts.rejected_data);
    if (!counts.denials.empty()) {
        text += "denied:";
        for (const auto& [code, count] : counts.denials)
            text += fmt::format("  {} {}", code, count);
        text += '\n';
    }
    const Listing results = list_results(books, {});
    text += '\n' + (results.empty() ? "no trades\n" : results.table(session.colors()));
    text += '\n' + list_accounts(books).table(session.colors());
    if (const auto drawdown = books.risk().drawdown()) {
        text += "drawdown " + show_percent(drawdown->decimal()) + '\n';
    }
    for (const auto& line : warnings(books)) text += line + '\n';
    const std::string home = " --home " + session.home().directory.string();
    return text + "\ntape: " + session.home().journal().string() + "\nnext: tapedeck why --last" +
           home + " · tapedeck fills" + home + " · tapedeck state --json" + home + '\n';
}

}  // namespace tapedeck::cli
