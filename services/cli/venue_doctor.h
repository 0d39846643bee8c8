#pragma once

#include "base/expected.h"
#include "cli/session.h"

#include <string>

namespace tapedeck::cli {

struct VenueDoctorOptions {
    std::string venue;
    bool no_key = false;  ///< public questions only, even where a key is configured
};

/// `doctor --venue`: whether this configuration could trade there. Without --profile and
/// $TAPEDECK_PROFILE it is that of the venue's own profile.
Result<> doctor_of_venue(Session& session, const VenueDoctorOptions& options);

}  // namespace tapedeck::cli
