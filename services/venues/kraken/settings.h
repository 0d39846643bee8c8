#pragma once

#include "base/expected.h"
#include "base/settings.h"

#include <string>
#include <vector>

namespace tapedeck::kraken {

/// [kraken]: where the venue is. Another place than Kraken's own is a simulator.
struct VenueSettings {
    std::string rest_origin;
    std::string socket_url;
    std::string ca_file;  ///< trusted besides the system's; "" = none
    unsigned depth = 10;

    bool is_the_real_one() const;
};

/// The descriptors of [kraken].
std::vector<SettingsSection> settings();

/// Reads full keys ("kraken.rest_url"). An error names the key, its value and the fix.
Result<VenueSettings> parse(const Settings& settings);

}  // namespace tapedeck::kraken
