#pragma once

#include "base/expected.h"
#include "cli/events_verbs.h"
#include "cli/session.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace CLI {  // NOLINT: its own name
class App;
}

namespace tapedeck::cli {

/// The tree of commands under construction: what each is called, says of itself and does.
class Commands {
public:
    using Action = std::function<Result<>(Session&)>;

    explicit Commands(CLI::App& root) : root_(root) {}

    CLI::App& root() { return root_; }

    /// A command. `examples` are command lines without "tapedeck", one a line.
    CLI::App* add(
        CLI::App& parent,
        const std::string& name,
        const std::string& group,
        const std::string& summary,
        const std::string& examples,
        Action action);

    /// A command that only has commands of its own.
    CLI::App* add_group(
        const std::string& name,
        const std::string& group,
        const std::string& summary,
        const std::string& examples);

    const Action* action_of(const CLI::App* command) const;

    const std::string& examples_of(const CLI::App* command) const;

private:
    CLI::App& root_;
    std::map<const CLI::App*, Action> actions_;
    std::map<const CLI::App*, std::string> examples_;
};

/// The flags by which records are selected: --type, --instrument, --from …
void add_selection(CLI::App& command, Selection& selection, bool with_last_per_key);

void add_event_commands(Commands& commands);
void add_setup_commands(Commands& commands);
void add_state_commands(Commands& commands);
void add_stack_commands(Commands& commands);
void add_control_commands(Commands& commands);
void add_simulation_commands(Commands& commands);
void add_bench_commands(Commands& commands);
void add_storage_commands(Commands& commands);
void add_replay_commands(Commands& commands);
void add_research_commands(Commands& commands);
void add_report_commands(Commands& commands);
void add_sweep_commands(Commands& commands);

/// Writes the completion script of `shell` (bash, zsh, fish) for this tree.
Result<std::string> completion_script(const CLI::App& root, const std::string& shell);

}  // namespace tapedeck::cli
