#include "cli/local_venue.h"

#include "net/url.h"
#include "ops/child_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <optional>

namespace tapedeck::cli {

namespace {

/// The simulator makes keys and certificates in well under a second.
constexpr int kPatienceTurns = 1000;
constexpr useconds_t kTurnUs = 10'000;

Result<std::uint16_t> port_of(const Settings& settings) {
    const std::string key = "kraken.rest_url";
    const auto url = TRY(net::parse_url(settings.text(key), "https"));
    if (url.host == "localhost" || url.host == "127.0.0.1") return url.port;
    return fail(
        key + " is " + settings.text(key) +
            ", and kraken.simulator is a simulator on this machine: set it to "
            "https://localhost:PORT, and the two socket URLs likewise",
        ExitCode::Configuration);
}

std::string text_of(const std::filesystem::path& path) {
    return path.string();
}

}  // namespace

Result<LocalVenue> local_venue(const std::filesystem::path& home, const Settings& settings) {
    const std::uint16_t port = TRY(port_of(settings));
    const auto place = home / "venue";
    LocalVenue venue;
    venue.arguments = {"--home", text_of(place), "--port", std::to_string(port), "--keep"};
    venue.overrides = {
        "kraken.ca_file=" + text_of(place / "ca.pem"),
        "kraken.key_file=" + text_of(place / "trade.key"),
        "kraken.secret_file=" + text_of(place / "trade.secret")};
    return venue;
}

Result<LocalVenue> prepare_local_venue(
    const std::filesystem::path& programs,
    const std::filesystem::path& home,
    const std::filesystem::path& log,
    const Settings& settings) {
    LocalVenue venue = TRY(local_venue(home, settings));
    auto arguments = venue.arguments;
    arguments.emplace_back("--prepare");
    std::error_code error;
    std::filesystem::create_directories(log.parent_path(), error);
    auto child =
        TRY(ops::ChildProcess::start(programs / "tapedeck-venue-simulator", arguments, log));
    std::optional<int> end;
    for (int turn = 0; turn < kPatienceTurns && !end; ++turn) {
        end = child.take_end();
        if (!end) ::usleep(kTurnUs);
    }
    if (end && WIFEXITED(*end) && WEXITSTATUS(*end) == 0) return venue;
    return fail("the venue simulator could not be prepared; see " + log.string());
}

}  // namespace tapedeck::cli
