#include "cli/commands.h"
#include "cli/events_verbs.h"
#include "cli/why.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

void add_selection(CLI::App& command, Selection& selection, bool with_last_per_key) {
    command
        .add_option(
            "--type", selection.types, "Only these event types, comma-separated: OrderFilled")
        ->expected(1)
        ->take_all();
    command.add_option("--instrument", selection.instrument, "Only this one: kraken:BTC/EUR");
    command.add_option("--strategy", selection.strategy, "Only this one");
    command.add_option(
        "--from", selection.from, "Seq, time, -2h, -10 (events back), beginning, end");
    command.add_option("--to", selection.to, "Likewise, inclusive");
    command.add_option("--since", selection.since, "2h, or as --from");
    if (!with_last_per_key) return;
    command.add_flag(
        "--last-per-key",
        selection.last_per_key,
        "Only the last of each type, instrument, strategy and order");
}

namespace {

constexpr auto kGroup = "Events";

void add_tail(Commands& commands) {
    const auto options = std::make_shared<TailOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "tail",
        kGroup,
        "The last events of the tape, and with -f those to come.",
        "tail -n 3 -f --type TargetSet,OrderApproved,OrderSent\n"
        "tail --since 2h --last-per-key --type PositionChanged",
        [options](Session& session) { return tail(session, *options); });
    command->add_option("-n,--lines", options->count, "How many events (10)");
    command->add_flag("-f,--follow", options->follow, "Go on with what comes, until Ctrl-C");
    add_selection(*command, options->selection, true);
}

void add_cat(Commands& commands) {
    const auto options = std::make_shared<CatOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "cat",
        kGroup,
        "Events from a place on, then the live tape unless told where to end.",
        "cat --from 48211880 --to 48211886 --json | jq .type\n"
        "cat --from -2h --exit-at-end --strategy macd_btc\n"
        "cat -n 5 --format '{seq} {type}\\n'",
        [options](Session& session) { return cat(session, *options); });
    command->add_option("-n,--lines", options->count, "At most so many events");
    command->add_flag("--exit-at-end", options->exit_at_end, "End where the tape ends now");
    command->add_option(
        "--format", options->format, "{seq} {time} {clock} {type} {service} {cause} {text} {json}");
    add_selection(*command, options->selection, true);
}

void add_get(Commands& commands) {
    const auto seqs = std::make_shared<std::vector<std::string>>();
    CLI::App* command = commands.add(
        commands.root(),
        "get",
        kGroup,
        "One event whole, with every field.",
        "get 48211884\nget o-48211885 --json\nget end",
        [seqs](Session& session) { return get(session, *seqs); });
    command->add_option("seq", *seqs, "Seq, o-SEQ, time or end")->required();
}

void add_export(Commands& commands) {
    const auto options = std::make_shared<ExportOptions>();
    const auto csv = std::make_shared<bool>(false);
    CLI::App* command = commands.add(
        commands.root(),
        "export",
        kGroup,
        "Events as JSON lines or CSV. One type alone has a CSV column for each of its fields.",
        "export --csv --type OrderFilled -o fills.csv\nexport --since 24h -o day.jsonl",
        [options, csv](Session& session) {
            ExportOptions chosen = *options;
            if (*csv) chosen.form = ExportForm::Csv;
            return export_tape(session, chosen);
        });
    command->add_flag("--csv", *csv, "CSV instead of JSON lines");
    add_selection(*command, options->selection, false);
}

void add_why(Commands& commands) {
    const auto options = std::make_shared<WhyOptions>();
    CLI::App* command = commands.add(
        commands.root(),
        "why",
        "Explain",
        "Why an order was sent, or was not: from the market event that caused it to its effect.",
        "why o-48211885\n"
        "why --last\n"
        "why 48211902 --json    any event: a fill, a denial, a decision, a position",
        [options](Session& session) { return why(session, *options); });
    command->add_option("subject", options->subject, "o-SEQ, SEQ or a time");
    command->add_flag("--last", options->last, "The last order, or the last denial");
}

}  // namespace

void add_event_commands(Commands& commands) {
    add_tail(commands);
    add_cat(commands);
    add_get(commands);
    add_export(commands);
    add_why(commands);
    commands.add(
        commands.root(),
        "verify",
        kGroup,
        "Checks CRC, chain and hash of every frame; names the first bad one (exit 8).",
        "verify\nverify --tape var/demo/journal",
        [](Session& session) { return verify(session); });
}

}  // namespace tapedeck::cli
