#pragma once

#include "base/seq.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tapedeck::cli {

/// How far the shadow has proven a tape, as it has written last.
struct Proven {
    Seq seq;  ///< every decision on what came up to here is the one recorded, but for differences
    std::uint64_t differences = 0;
    Time at{};  ///< when it wrote that
};

/// What the shadow of this run directory has written about this tape; nothing when there is none.
std::optional<Proven> read_proven(const std::string& run_directory, std::uint64_t tape_id);

}  // namespace tapedeck::cli
