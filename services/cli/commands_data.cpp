#include "cli/commands.h"
#include "cli/data_verbs.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Research";

void add_store(CLI::App& command, DataStoreOptions& options) {
    command.add_option("--store", options.store, "The store's directory: else [data] dir");
}

void add_import(Commands& commands, CLI::App& data) {
    const auto options = std::make_shared<DataImportOptions>();
    CLI::App* command = commands.add(
        data,
        "import",
        kGroup,
        "Files of candles, quote bars or trades into the store, merged with what is there, with a "
        "report of gaps, duplicates, contradictions and rejected lines.",
        "data import XBTEUR_1.csv\n"
        "data import Kraken_OHLCVT/                       a folder: all .csv, .csv.gz, .csv.zst in "
        "it\n"
        "data import bars.csv.gz=kraken:BTC/EUR@1m --dry-run\n"
        "data import XBTEUR_1.csv --on-conflict replace   believe the new file",
        [options](Session& session) { return data_import(session, *options); });
    command->add_option("files", options->files, "PATH, PATH=venue:BASE/QUOTE@1m, or a folder")
        ->required();
    command->add_option(
        "--on-conflict",
        options->on_conflict,
        "Rows that contradict what is there: refuse (exit 6), keep what is there, or replace it");
    command->add_flag("--strict", options->strict, "Store nothing of a series with rejected lines");
    command->add_flag("--dry-run", options->dry_run, "Report, and store nothing");
    add_store(*command, *options);
}

void add_list(Commands& commands, CLI::App& data) {
    const auto options = std::make_shared<DataStoreOptions>();
    CLI::App* command = commands.add(
        data,
        "ls",
        kGroup,
        "What the store holds: rows, range, gaps, size.",
        "data ls\ndata ls --json",
        [options](Session& session) { return data_list(session, *options); });
    add_store(*command, *options);
}

void add_check(Commands& commands, CLI::App& data) {
    const auto options = std::make_shared<DataCheckOptions>();
    CLI::App* command = commands.add(
        data,
        "check",
        kGroup,
        "Reads the whole store: every checksum, every row's place and plausibility (exit 8).",
        "data check\ndata check kraken:BTC/EUR@1m",
        [options](Session& session) { return data_check(session, *options); });
    command->add_option("series", options->series, "kraken:BTC/EUR@1m, …@trades; none: all");
    add_store(*command, *options);
}

void add_cat(Commands& commands, CLI::App& data) {
    const auto options = std::make_shared<DataCatOptions>();
    CLI::App* command = commands.add(
        data,
        "cat",
        kGroup,
        "The rows of a series as CSV or JSON; of an interval that is not stored, made from a finer "
        "one.",
        "data cat kraken:BTC/EUR@1m --from 2024-01-01 --to 2024-02-01\n"
        "data cat kraken:BTC/EUR@4h > btc_4h.csv\n"
        "data cat kraken:BTC/EUR@trades:2024-01-01..2024-01-02 --json",
        [options](Session& session) { return data_cat(session, *options); });
    command->add_option("series", options->selection, "kraken:BTC/EUR@1m[:FROM..TO]")->required();
    command->add_option("--from", options->from, "The first row begins at or after it");
    command->add_option("--to", options->to, "All rows begin before it");
    add_store(*command, *options);
}

}  // namespace

void add_data_commands(Commands& commands) {
    CLI::App* data = commands.add_group(
        "data",
        kGroup,
        "Market data on disk: import, list, check.",
        "data import XBTEUR_1.csv\n"
        "data ls\n"
        "data check\n"
        "data cat kraken:BTC/EUR@4h\n"
        "up --data store:kraken:BTC/EUR@1m:2024-01-01..2024-03-01   run the stack over it");
    add_import(commands, *data);
    add_list(commands, *data);
    add_check(commands, *data);
    add_cat(commands, *data);
}

}  // namespace tapedeck::cli
