#include "cli/venue_doctor.h"

#include "cli/configuration.h"
#include "cli/findings.h"
#include "cli/local_venue.h"
#include "cli/venue_exam.h"
#include "ops/nearest.h"
#include "ops/process.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

namespace tapedeck::cli {

namespace {

constexpr auto kKraken = "kraken";
constexpr auto kHowToGiveAKey =
    "name their files by TAPEDECK__KRAKEN__KEY_FILE and TAPEDECK__KRAKEN__SECRET_FILE "
    "(docs/how-to/give-a-venue-key.md)";

Result<> check_name(const std::string& venue) {
    if (venue == kKraken) return {};
    const auto meant = ops::nearest(venue, {kKraken});
    return fail(
        "no venue called \"" + venue + "\"" +
            (meant ? ": did you mean \"" + *meant + "\"?" : "; this build has: kraken"),
        ExitCode::Usage);
}

/// All instruments of the venue that are followed or traded, each once.
std::vector<Instrument> instruments_of(const Settings& settings) {
    std::vector<std::string> names = settings.list("market-data.instruments");
    for (const auto& strategy : settings.names_in("strategy")) {
        for (auto& name : settings.list("strategy." + strategy + ".instruments")) {
            names.push_back(std::move(name));
        }
    }
    std::vector<Instrument> result;
    for (const auto& name : names) {
        const auto instrument = Instrument::parse(name);
        if (!instrument || instrument->venue() != kKraken) continue;
        if (std::find(result.begin(), result.end(), *instrument) == result.end()) {
            result.push_back(*instrument);
        }
    }
    return result;
}

struct Key {
    std::string key;
    kraken::Secret secret;
    std::optional<std::string> otp;
};

/// One half of a key: empty where none is configured, and where its file is (the containers'
/// files are, until there is a key).
Result<ops::Secret> read_half(const ops::Configuration& configuration, const std::string& name) {
    const bool is_said = configuration.find(name) != nullptr ||
                         !configuration.settings().text(name + "_file").empty();
    if (!is_said) return ops::Secret();
    return configuration.secret(name);
}

/// Nothing if there is none.
Result<std::optional<Key>> read_key(const ops::Configuration& configuration) {
    const auto key = TRY(read_half(configuration, "kraken.key"));
    const auto secret = TRY(read_half(configuration, "kraken.secret"));
    const auto otp = TRY(read_half(configuration, "kraken.otp"));
    if (key.empty() && secret.empty()) return std::optional<Key>();
    if (key.empty() || secret.empty()) {
        return fail(
            std::string(key.empty() ? "kraken.secret" : "kraken.key") + " is set, and " +
            (key.empty() ? "kraken.key" : "kraken.secret") + " is not: it takes both; " +
            kHowToGiveAKey);
    }
    TRY(kraken::check_key_text(key.reveal()));
    auto decoded = TRY(kraken::Secret::from_base64(secret.reveal()));
    Key result{std::string(key.reveal()), std::move(decoded), std::nullopt};
    if (!otp.empty()) result.otp = std::string(otp.reveal());
    return std::optional<Key>(std::move(result));
}

/// A file with a secret that others may read, too.
std::vector<Finding> check_files(const Settings& settings) {
    constexpr mode_t kOthers = 077;
    std::vector<Finding> found;
    for (const auto* name : {"kraken.key_file", "kraken.secret_file", "kraken.otp_file"}) {
        const std::string file = settings.text(name);

        struct stat status {};

        if (file.empty() || ::stat(file.c_str(), &status) != 0) continue;
        if ((status.st_mode & kOthers) == 0) continue;
        found.push_back(warn(file + " (" + name + ") may be read by others: chmod 0400 " + file));
    }
    return found;
}

/// Whose orders would go there.
Finding check_account(const kraken::VenueSettings& venue, const Settings& settings) {
    const std::string account = settings.text("risk.account");
    if (!venue.trades()) {
        return ok("no order goes to Kraken: kraken.account is not set, orders are paper ones");
    }
    if (venue.account != account) {
        return warn(
            "kraken.account is \"" + venue.account + "\", and risk.account \"" + account +
            "\": no order goes to Kraken");
    }
    return ok("orders of the account \"" + account + "\" go to Kraken");
}

/// How things stand with the key before it is used.
std::vector<Finding> check_key(
    const Result<std::optional<Key>>& key,
    const kraken::VenueSettings& venue,
    const ops::Configuration& configuration,
    bool is_left_out) {
    if (is_left_out) return {ok("the key is left out (--no-key)")};
    if (!key) return {failed("the key: " + key.error().message)};
    if (!*key) {
        const std::string text = std::string("no key is given: ") + kHowToGiveAKey;
        return {venue.trades() ? failed(text) : ok(text)};
    }
    return check_files(configuration.settings());
}

Result<> examine(Session& session, bool no_key) {
    // Key and secret will be in this process's memory.
    ops::keep_memory_private();
    const auto& overrides = session.options().overrides;
    auto loaded = load_configuration(session, overrides);
    if (loaded.ok() && loaded.configuration.settings().flag("kraken.simulator", false)) {
        const auto home = std::filesystem::absolute(session.home().directory);
        auto simulator = TRY(local_venue(home, loaded.configuration.settings()));
        simulator.overrides.insert(simulator.overrides.end(), overrides.begin(), overrides.end());
        loaded = load_configuration(session, simulator.overrides);
    }
    if (!loaded.ok()) return report(session, {failed("configuration: " + loaded.report())});
    const auto& configuration = loaded.configuration;
    const auto venue = kraken::parse(configuration.settings());
    if (!venue) return report(session, {failed("configuration: " + venue.error().message)});
    VenueExam::Options options;
    options.venue = *venue;
    options.settings = configuration.settings();
    options.instruments = instruments_of(options.settings);
    options.interrupted = session.world().interrupted;
    std::vector<Finding> found{
        ok("configuration of profile " + session.profile() + " (" +
           session.config_directory().string() + ")")};
    const auto add = [&](std::vector<Finding> more) {
        for (auto& finding : more) found.push_back(std::move(finding));
    };
    found.push_back(check_account(options.venue, options.settings));
    const auto key = no_key ? Result<std::optional<Key>>() : read_key(configuration);
    add(check_key(key, options.venue, configuration, no_key));
    std::optional<kraken::Credentials> credentials;
    if (key && *key) {
        credentials.emplace(kraken::Credentials{(*key)->key, (*key)->secret, (*key)->otp});
        options.credentials = &*credentials;
    }
    const auto wire = net::start_wire({.ca_file = options.venue.ca_file});
    if (!wire) {
        add({failed("kraken.ca_file: " + wire.error().message)});
        return report(session, found);
    }
    add(VenueExam(**wire, session.world().clock, options).run());
    if (session.world().interrupted()) return fail("interrupted", ExitCode::Interrupted);
    return report(session, found);
}

}  // namespace

Result<> doctor_of_venue(Session& session, const VenueDoctorOptions& options) {
    TRY(check_name(options.venue));
    const bool is_chosen =
        !session.options().profile.empty() || session.environment().contains("TAPEDECK_PROFILE");
    const auto own = session.config_directory() / (options.venue + ".toml");
    if (is_chosen || !std::filesystem::exists(own)) return examine(session, options.no_key);
    CommonOptions with_profile = session.options();
    with_profile.profile = options.venue;
    Session at_venue(session.world(), with_profile);
    TRY(examine(at_venue, options.no_key));
    return at_venue.finish();
}

}  // namespace tapedeck::cli
