#include "cli/commands.h"
#include "cli/session.h"
#include "cli/world.h"
#include "ops/build_info.h"
#include "ops/nearest.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace tapedeck::cli {

namespace {

constexpr auto kRootExamples =
    "up --data candles.csv.gz --speed max    run the stack over recorded data\n"
    "status --watch                          what is going on, as it goes on\n"
    "why --last                              why the last order was sent, or was not\n"
    "tail -f --type OrderFilled              follow the tape\n"
    "kill --reason \"venue halt rumours\"      stop everything, now";

/// Help that begins with what to type.
class HelpText final : public CLI::Formatter {
public:
    explicit HelpText(const Commands& commands) : commands_(commands) {
        column_width(34);
        label("REQUIRED", "(required)");
    }

    std::string make_description(const CLI::App* app) const override {
        std::string text = "Examples:\n";
        std::istringstream lines(commands_.examples_of(app));
        for (std::string line; std::getline(lines, line);) text += "  tapedeck " + line + '\n';
        return text + '\n' + app->get_description() + '\n';
    }

    std::string make_footer(const CLI::App* app) const override {
        if (app->get_parent() == nullptr) return "";
        return "\nCommon flags (--json, --plain, --home, --tape, -o FILE, …): tapedeck --help\n";
    }

private:
    const Commands& commands_;
};

void add_common_options(CLI::App& app, CommonOptions& options, std::string& utc) {
    const auto group = [](CLI::Option* option) { option->group("Common flags"); };
    group(app.add_option(
        "--home", options.home, "Directory of the stack: $TAPEDECK_HOME, else ./var/PROFILE"));
    group(app.add_option(
        "--profile", options.profile, "demo, paper or live: $TAPEDECK_PROFILE, else demo"));
    group(app.add_option("--config", options.config, "Directory of the configuration files"));
    group(app.add_option(
        "--tape", options.tape, "Read this tape (file or directory), with no stack running"));
    group(app.add_option(
                 "--set", options.overrides, "KEY=VALUE over the configuration; may be repeated")
              ->expected(1)
              ->take_all());
    group(app.add_option("-o,--output", options.output, "Write the result to FILE (- = stdout)"));
    group(app.add_flag("--json", options.json, "One JSON object a line, or one for a record"));
    group(app.add_flag("--plain", options.plain, "Tab-separated values"));
    group(app.add_flag("-q,--quiet", options.quiet, "Nothing on stderr but errors"));
    group(app.add_flag("--no-input", options.no_input, "Never ask; refuse instead (exit 6)"));
    group(app.add_flag("--local", options.local_time, "Times in this machine's zone"));
    group(app.add_flag_callback(
        "--utc", [&options] { options.local_time = false; }, "Times in UTC (the default)"));
    (void)utc;
}

std::vector<std::string> names_of_commands(const CLI::App& app) {
    std::vector<std::string> names;
    for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(sub->get_name());
    }
    return names;
}

std::vector<std::string> names_of_options(const CLI::App* app) {
    std::vector<std::string> names;
    for (; app != nullptr; app = app->get_parent()) {
        for (const auto* option : app->get_options()) {
            for (const auto& name : option->get_lnames()) names.push_back("--" + name);
        }
    }
    return names;
}

/// The innermost command that was named.
CLI::App* chosen(CLI::App& app) {
    CLI::App* at = &app;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
    return at;
}

std::string full_name(const CLI::App* command) {
    if (command->get_parent() == nullptr) return "tapedeck";
    return full_name(command->get_parent()) + ' ' + command->get_name();
}

Error usage(const std::string& message, const CLI::App* command) {
    return {message + "\nnext: " + full_name(command) + " --help", ExitCode::Usage};
}

/// What is wrong with words that no command and no flag has taken.
Error unexpected(const std::string& word, const CLI::App* command) {
    const bool is_flag = word.starts_with('-') && word.size() > 1;
    const bool is_command = !is_flag && !command->get_subcommands({}).empty();
    const std::string kind = is_flag ? "flag" : is_command ? "command" : "argument";
    std::string message = "unknown " + kind + " \"" + word + "\"";
    const auto meant = ops::nearest(
        word.substr(0, word.find('=')),
        is_flag ? names_of_options(command) : names_of_commands(*command));
    if (meant && kind != "argument") message += ": did you mean \"" + *meant + "\"?";
    return usage(message, command);
}

Result<> run_chosen(CLI::App& app, const Commands& commands, Session& session) {
    CLI::App* const command = chosen(app);
    const auto rest = app.remaining(true);
    if (!rest.empty()) return tl::make_unexpected(unexpected(rest.front(), command));
    const Commands::Action* action = commands.action_of(command);
    if (action == nullptr) {
        std::string names;
        for (const auto& name : names_of_commands(*command)) {
            names += (names.empty() ? "" : ", ") + name;
        }
        return tl::make_unexpected(usage("which command? There are: " + names, command));
    }
    const bool both = session.options().json && session.options().plain;
    if (both) return fail("--json and --plain exclude each other", ExitCode::Usage);
    TRY((*action)(session));
    return session.finish();
}

}  // namespace

CLI::App* Commands::add(
    CLI::App& parent,
    const std::string& name,
    const std::string& group,
    const std::string& summary,
    const std::string& examples,
    Action action) {
    CLI::App* command = parent.add_subcommand(name, summary);
    command->group(group);
    command->fallthrough();
    examples_[command] = examples;
    if (action) actions_[command] = std::move(action);
    return command;
}

CLI::App* Commands::add_group(
    const std::string& name,
    const std::string& group,
    const std::string& summary,
    const std::string& examples) {
    CLI::App* command = add(root_, name, group, summary, examples, {});
    command->require_subcommand(0, 1);
    return command;
}

const Commands::Action* Commands::action_of(const CLI::App* command) const {
    const auto found = actions_.find(command);
    return found == actions_.end() ? nullptr : &found->second;
}

const std::string& Commands::examples_of(const CLI::App* command) const {
    static const std::string kRoot = kRootExamples;
    const auto found = examples_.find(command);
    return found == examples_.end() ? kRoot : found->second;
}

int run(const std::vector<std::string>& arguments, World& world) {
    CLI::App app("A crypto trading stack that you can rewind.", "tapedeck");
    CommonOptions options;
    std::string utc;
    add_common_options(app, options, utc);
    Commands commands(app);
    app.formatter(std::make_shared<HelpText>(commands));
    app.require_subcommand(0, 1);
    app.allow_extras();
    app.set_version_flag("--version", "tapedeck " + ops::describe(ops::build_info()));
    add_event_commands(commands);
    add_setup_commands(commands);
    add_state_commands(commands);
    add_stack_commands(commands);
    add_control_commands(commands);
    add_simulation_commands(commands);
    add_bench_commands(commands);
    add_storage_commands(commands);
    add_replay_commands(commands);
    add_research_commands(commands);
    add_report_commands(commands);
    add_sweep_commands(commands);

    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
        app.parse(reversed);
    } catch (const CLI::Success& asked) {
        world.out
            << (asked.get_name() == "CallForVersion" ? std::string(asked.what()) + '\n'
                                                     : chosen(app)->help());
        return static_cast<int>(ExitCode::Ok);
    } catch (const CLI::ParseError& error) {
        const Error problem = usage(error.what(), chosen(app));
        world.err << problem.message << '\n';
        return static_cast<int>(ExitCode::Usage);
    }
    Session session(world, options);
    const auto done = run_chosen(app, commands, session);
    if (done) return static_cast<int>(ExitCode::Ok);
    world.out.flush();
    if (!done.error().message.empty()) {
        world.err << ops::printable("tapedeck: " + done.error().message) << '\n';
    }
    return static_cast<int>(done.error().exit_code);
}

}  // namespace tapedeck::cli
