#include "venue-simulator/shell/program.h"

#include "net/tls_server.h"
#include "ops/clock.h"
#include "ops/stop_signal.h"
#include "venue-simulator/core/signature.h"
#include "venue-simulator/shell/accounts_file.h"
#include "venue-simulator/shell/front.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

namespace tapedeck::venue_simulator {
namespace {

constexpr Duration kTurn = std::chrono::milliseconds(50);
constexpr Duration kCertificateLife = std::chrono::days(365);

/// Those of the home; made if they are not all there, so that a client may go on trusting them.
Result<net::TestCertificates> certificates_in(const std::filesystem::path& home) {
    const net::TestCertificates files{
        (home / "ca.pem").string(), (home / "server.pem").string(), (home / "server.key").string()};
    bool is_there = true;
    for (const auto& file : {files.ca_file, files.certificate_file, files.key_file}) {
        is_there = is_there && std::filesystem::exists(file);
    }
    if (is_there) return files;
    return net::make_test_certificates(home.string(), {"localhost", "127.0.0.1"}, kCertificateLife);
}

struct Home {
    std::string accounts_path;
    std::vector<AccountSpec> accounts;
    net::TestCertificates certificates;
};

Result<Home> prepared(const Flags& flags) {
    const std::filesystem::path home(flags.home);
    std::error_code error;
    std::filesystem::create_directories(home, error);
    if (error) return fail(flags.home + ": cannot be made: " + error.message());
    Home result;
    result.accounts_path =
        flags.accounts.empty() ? (home / "accounts.json").string() : flags.accounts;
    result.accounts = TRY(read_accounts(result.accounts_path, flags.seed));
    result.certificates = TRY(certificates_in(home));
    for (const auto& account : result.accounts) {
        if (account.keys.empty()) continue;
        TRY(write_private((home / "trade.key").string(), account.keys.front().key + "\n"));
        TRY(write_private(
            (home / "trade.secret").string(), base64(account.keys.front().secret) + "\n"));
        break;
    }
    return result;
}

/// The host's time at the start, and from then on what has passed: it never goes back, nor behind
/// `earliest`.
class Watch {
public:
    Watch(const ops::Clock& clock, Time earliest)
        : clock_(clock), start_(std::max(clock.wall(), earliest)), zero_(clock.monotonic()) {}

    Time now() const { return start_ + (clock_.monotonic() - zero_); }

private:
    const ops::Clock& clock_;
    Time start_;
    Duration zero_;
};

void wait(const net::TlsServer& server, const ops::StopSignal& stop, Duration longest) {
    std::array<pollfd, 2> descriptors{
        {{server.wake_descriptor(), POLLIN, 0}, {stop.descriptor(), POLLIN, 0}}};
    const auto longest_ms = std::chrono::ceil<std::chrono::milliseconds>(longest).count();
    ::poll(descriptors.data(), descriptors.size(), static_cast<int>(longest_ms));
}

void say_ready(
    const Flags& flags, const std::string& accounts, const std::string& ca, std::uint16_t port) {
    const std::string host = "localhost:" + std::to_string(port);
    std::printf(
        "tapedeck-venue-simulator: port %u, CA %s, accounts %s, REST https://%s, "
        "WebSocket wss://%s/v2 and wss://%s%s\n",
        static_cast<unsigned>(port),
        ca.c_str(),
        accounts.c_str(),
        host.c_str(),
        host.c_str(),
        host.c_str(),
        flags.private_path.c_str());
    std::fflush(stdout);
}

}  // namespace

Result<> prepare(const Flags& flags) {
    return prepared(flags).map([](const Home&) {});
}

Result<> serve(const Flags& flags) {
    auto [accounts_path, accounts, certificates] = TRY(prepared(flags));
    const std::filesystem::path home(flags.home);

    net::TlsServerOptions listening;
    listening.address = flags.address;
    listening.port = flags.port;
    listening.certificate_file = certificates.certificate_file;
    listening.key_file = certificates.key_file;
    const auto server = TRY(net::TlsServer::listen(listening));

    const ops::SystemClock clock;
    const ops::StopSignal stop;
    std::unique_ptr<InputLog> log;
    if (flags.keeps) log = TRY(InputLog::open((home / "inputs.log").string()));
    const std::vector<Input> earlier = log ? log->take_earlier() : std::vector<Input>{};
    const Time began = earlier.empty() ? clock.wall() : earlier.front().at;
    if (log && earlier.empty()) log->add({.kind = Input::Kind::Began, .at = began});
    VenueOptions options;
    options.seed = flags.seed;
    options.paths.closed = flags.private_path;
    options.accounts = std::move(accounts);
    options.is_market_running = !flags.is_quiet;
    Venue venue(options, began);
    Front front(venue, *server, log.get());
    const Watch watch(clock, std::max(began, front.replay(earlier)));
    say_ready(flags, accounts_path, certificates.ca_file, server->port());
    while (!stop.stopping()) {
        TRY(front.step(watch.now()));
        wait(*server, stop, front.idle_for(watch.now(), kTurn));
    }
    return {};
}

}  // namespace tapedeck::venue_simulator
