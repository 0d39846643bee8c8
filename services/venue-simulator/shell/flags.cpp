#include "venue-simulator/shell/program.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace tapedeck::venue_simulator {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  tapedeck-venue-simulator --home var/venue-simulator\n"
    "  tapedeck-venue-simulator --home var/venue-simulator --port 8443 --seed 7\n"
    "  curl --cacert var/venue-simulator/ca.pem https://localhost:8443/0/public/Ticker\n"
    "\n";

}  // namespace

Result<Parsed> parse_flags(const std::vector<std::string>& arguments) {
    Flags flags;
    bool wants_help = false;
    CLI::App app(
        "A local exchange that speaks Kraken's spot REST and WebSocket v2.",
        "tapedeck-venue-simulator");
    app.set_help_flag();  // ours opens with examples
    app.add_option("--home", flags.home, "Directory for certificates and accounts; made if missing")
        ->type_name("DIR");
    app.add_option("--port", flags.port, "TCP port; 0 takes any that is free")
        ->capture_default_str();
    app.add_option("--address", flags.address, "Address to listen on")->capture_default_str();
    app.add_option("--seed", flags.seed, "The market, the ids and the faults follow from it")
        ->capture_default_str();
    app.add_option(
           "--accounts", flags.accounts, "Accounts and keys; <home>/accounts.json if not said")
        ->type_name("FILE");
    app.add_option("--private-path", flags.private_path, "Target of the private WebSocket")
        ->capture_default_str();
    app.add_flag("--quiet-market", flags.is_quiet, "Nobody else trades: books begin empty");
    app.add_flag(
        "--keep",
        flags.keeps,
        "Remember everything over restarts, in <home>/inputs.log (it grows)");
    app.add_flag(
        "--prepare",
        flags.only_prepares,
        "Make certificates, accounts and the files of the first key in the home, then end");
    app.add_flag("-h,--help", wants_help, "Prints this");
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& error) {
        return fail(std::string(error.what()) + "; see --help", ExitCode::Usage);
    }
    if (wants_help) return Parsed{.help = kExamples + app.help()};
    if (flags.home.empty()) {
        return fail("--home is missing; say --home var/venue-simulator", ExitCode::Usage);
    }
    return Parsed{.flags = flags};
}

}  // namespace tapedeck::venue_simulator
