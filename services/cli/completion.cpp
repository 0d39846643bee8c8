#include "cli/commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace tapedeck::cli {

namespace {

struct Node {
    std::string path;  ///< "strategy start"; "" for the root
    std::string summary;
    std::vector<std::string> commands;
    std::vector<std::pair<std::string, std::string>> flags;  ///< name, help
};

void collect(const CLI::App& app, const std::string& path, std::vector<Node>& nodes) {
    Node node;
    node.path = path;
    node.summary = app.get_description();
    for (const auto* option : app.get_options()) {
        for (const auto& name : option->get_lnames()) {
            node.flags.emplace_back("--" + name, option->get_description());
        }
    }
    const auto subs = app.get_subcommands([](const CLI::App*) { return true; });
    for (const auto* sub : subs) node.commands.push_back(sub->get_name());
    nodes.push_back(std::move(node));
    for (const auto* sub : subs) {
        collect(*sub, path.empty() ? sub->get_name() : path + ' ' + sub->get_name(), nodes);
    }
}

std::string words_of(const Node& node, const Node& root) {
    std::string words;
    for (const auto& command : node.commands) words += command + ' ';
    for (const auto& [flag, help] : node.flags) words += flag + ' ';
    if (&node != &root) {
        for (const auto& [flag, help] : root.flags) words += flag + ' ';
    }
    if (!words.empty()) words.pop_back();
    return words;
}

/// bash, and zsh through its bash emulation: the words before the cursor that are commands name
/// the place in the tree.
std::string bash_script(const std::vector<Node>& nodes) {
    std::string cases;
    std::string known;
    for (const auto& node : nodes) {
        cases += fmt::format(
            "        \"{}\") words=\"{}\" ;;\n", node.path, words_of(node, nodes.front()));
        if (!node.path.empty())
            known += fmt::format("{}\"{}\"", known.empty() ? "" : "|", node.path);
    }
    return fmt::format(
        R"(# Completion of tapedeck for bash.
_tapedeck() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" path="" words="" word next i
    for ((i = 1; i < COMP_CWORD; ++i)); do
        word="${{COMP_WORDS[i]}}"
        next="${{path:+$path }}$word"
        case "$next" in
            {}) path="$next" ;;
        esac
    done
    case "$path" in
{}    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    if [ ${{#COMPREPLY[@]}} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}}
complete -F _tapedeck tapedeck
)",
        known,
        cases);
}

std::string fish_quoted(std::string_view text) {
    std::string result = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') result += '\\';
        result += c;
    }
    return result + '\'';
}

std::string fish_script(const std::vector<Node>& nodes) {
    std::string text = "# Completion of tapedeck for fish.\n";
    for (const auto& node : nodes) {
        std::string condition;
        if (node.path.empty()) {
            for (const auto& [flag, help] : node.flags) {
                text += fmt::format(
                    "complete -c tapedeck -l {} -d {}\n", flag.substr(2), fish_quoted(help));
            }
            continue;
        }
        const auto space = node.path.rfind(' ');
        const std::string name =
            space == std::string::npos ? node.path : node.path.substr(space + 1);
        const std::string parent = space == std::string::npos ? "" : node.path.substr(0, space);
        const std::string when = parent.empty()
                                     ? "__fish_use_subcommand"
                                     : fmt::format("__fish_seen_subcommand_from {}", parent);
        text += fmt::format(
            "complete -c tapedeck -f -n {} -a {} -d {}\n",
            fish_quoted(when),
            name,
            fish_quoted(node.summary));
        for (const auto& [flag, help] : node.flags) {
            text += fmt::format(
                "complete -c tapedeck -n {} -l {} -d {}\n",
                fish_quoted("__fish_seen_subcommand_from " + name),
                flag.substr(2),
                fish_quoted(help));
        }
    }
    return text;
}

}  // namespace

Result<std::string> completion_script(const CLI::App& root, const std::string& shell) {
    std::vector<Node> nodes;
    collect(root, "", nodes);
    if (shell == "bash") return bash_script(nodes);
    if (shell == "fish") return fish_script(nodes);
    if (shell == "zsh") {
        return "#compdef tapedeck\nautoload -U +X bashcompinit && bashcompinit\n" +
               bash_script(nodes);
    }
    return fail("completion knows bash, zsh and fish, not \"" + shell + "\"", ExitCode::Usage);
}

}  // namespace tapedeck::cli
