#include "cli/world.h"
#include "ops/terminal.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>

namespace {

std::atomic<bool> interrupted = false;

extern "C" void on_interrupt(int) {
    interrupted = true;
}

std::map<std::string, std::string> process_environment() {
    std::map<std::string, std::string> result;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto sign = text.find('=');
        if (sign == std::string_view::npos) continue;
        result.emplace(text.substr(0, sign), text.substr(sign + 1));
    }
    return result;
}

std::filesystem::path program_directory() {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

}  // namespace

int main(int count, char** values) {
    struct sigaction action {};

    action.sa_handler = on_interrupt;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    std::ios::sync_with_stdio(false);
    const tapedeck::ops::SystemClock clock;
    tapedeck::cli::World world{
        .in = std::cin,
        .out = std::cout,
        .err = std::cerr,
        .clock = clock,
        .environment = process_environment(),
        .program_directory = program_directory(),
        .in_is_terminal = tapedeck::ops::is_terminal(STDIN_FILENO),
        .out_is_terminal = tapedeck::ops::is_terminal(STDOUT_FILENO),
        .err_is_terminal = tapedeck::ops::is_terminal(STDERR_FILENO),
        .interrupted = [] { return interrupted.load(); }};
    return tapedeck::cli::run({values + 1, values + count}, world);
}
