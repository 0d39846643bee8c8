#include "cli/commands.h"
#include "ops/build_info.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Set up";

}  // namespace

void add_setup_commands(Commands& commands) {
    commands.add(
        commands.root(),
        "version",
        kGroup,
        "What this program was built from.",
        "version\nversion --json",
        [](Session& session) -> Result<> {
            const auto build = ops::build_info();
            if (!session.options().json) {
                return session.print("tapedeck " + ops::describe(build) + '\n');
            }
            return session.print(
                "{\"version\":\"" + std::string(build.version) + "\",\"git\":\"" +
                std::string(build.git) + "\",\"compiler\":\"" + std::string(build.compiler) +
                "\"}\n");
        });
    const auto shell = std::make_shared<std::string>();
    CLI::App* completion = commands.add(
        commands.root(),
        "completion",
        kGroup,
        "A script that completes commands and flags: bash, zsh or fish.",
        "completion bash > /etc/bash_completion.d/tapedeck\n"
        "completion fish > ~/.config/fish/completions/tapedeck.fish",
        [shell, &root = commands.root()](Session& session) -> Result<> {
            return session.print(TRY(completion_script(root, *shell)));
        });
    completion->add_option("shell", *shell, "bash, zsh or fish")->required();
}

}  // namespace tapedeck::cli
