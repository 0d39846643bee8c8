#pragma once

#include "base/expected.h"
#include "base/settings.h"
#include "base/time.h"
#include "venues/kraken/rate.h"

#include <optional>
#include <string>
#include <vector>

namespace tapedeck::kraken {

/// [kraken]: where the venue is. Another place than Kraken's own is a simulator.
struct VenueSettings {
    std::string rest_origin;
    std::string socket_url;          ///< public data
    std::string private_socket_url;  ///< orders and the account
    std::string ca_file;             ///< trusted besides the system's; "" = none
    unsigned depth = 10;

    std::string account;  ///< orders of this account go there; "" = none, and no key is needed
    bool validate_only = false;  ///< orders are checked there, and not placed
    Tier tier = Tier::Starter;
    Duration reconcile_every{};
    unsigned breaker_failures = 5;
    Duration breaker_pause{};
    Duration dead_mans_switch{};  ///< after so long without us it cancels everything; 0 = off

    bool trades() const { return !account.empty(); }

    bool is_the_real_one() const;
};

/// The descriptors of [kraken]. Its secrets are kraken.key, kraken.secret and kraken.otp: each from
/// the environment or from the file that <name>_file names (ops::Configuration::secret).
std::vector<SettingsSection> settings();

/// What is wrong when the account at the venue bears the paper venue's name; nothing otherwise. An
/// order must have one venue.
std::optional<std::string> account_clash(const Settings& settings);

/// Reads full keys ("kraken.rest_url"). An error names the key, its value and the fix.
Result<VenueSettings> parse(const Settings& settings);

}  // namespace tapedeck::kraken
