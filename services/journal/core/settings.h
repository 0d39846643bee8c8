#pragma once

#include "base/settings.h"

#include <vector>

namespace tapedeck::journal {

/// The descriptors of [journal].
std::vector<SettingsSection> settings();

}  // namespace tapedeck::journal
