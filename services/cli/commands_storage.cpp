#include "cli/commands.h"
#include "cli/storage_verbs.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Operate";

}  // namespace

void add_storage_commands(Commands& commands) {
    const auto target = std::make_shared<std::string>();
    CLI::App* backing_up = commands.add(
        commands.root(),
        "backup",
        kGroup,
        "Copies the tape while the stack runs; again, only what is new. Each frame is proven.",
        "backup backups/paper\nbackup backups/paper --home var/paper",
        [target](Session& session) { return backup(session, *target); });
    backing_up->add_option("directory", *target, "Where the backup is, or will be")->required();

    const auto options = std::make_shared<RestoreOptions>();
    CLI::App* restoring = commands.add(
        commands.root(),
        "restore",
        kGroup,
        "Proves a backup and makes it the tape of a stopped stack.",
        "restore backups/paper --home var/paper\n"
        "restore backups/paper --replace     what is there now is moved aside",
        [options](Session& session) { return restore(session, *options); });
    restoring->add_option("directory", options->from, "The backup")->required();
    restoring->add_flag("--replace", options->replace, "Move the tape that is there aside");
}

}  // namespace tapedeck::cli
