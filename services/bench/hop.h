#pragma once

#include "base/expected.h"
#include "bench/samples.h"
#include "ops/clock.h"

#include <filesystem>

namespace tapedeck::bench {

/// One message of `bytes` a millisecond from a publisher to a subscriber in another thread, over a
/// Unix socket in `directory`: what a step from process to process costs at least.
Result<Samples> hop_times(
    const ops::Clock& clock,
    const std::filesystem::path& directory,
    std::size_t bytes,
    Duration time);

}  // namespace tapedeck::bench
