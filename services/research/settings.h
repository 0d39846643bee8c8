#pragma once

#include "base/settings.h"

#include <vector>

namespace tapedeck::research {

/// The configuration's section [shadow].
std::vector<SettingsSection> settings();

}  // namespace tapedeck::research
