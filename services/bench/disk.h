#pragma once

#include "base/expected.h"
#include "base/time.h"
#include "bench/samples.h"
#include "ops/clock.h"

#include <filesystem>
#include <functional>

namespace tapedeck::bench {

/// No disk that really flushes is faster.
inline constexpr Duration kTooFastFlush = std::chrono::microseconds(30);
/// A journal on a slower one is felt in every decision.
inline constexpr Duration kSlowFlush = std::chrono::milliseconds(2);

/// Where a write goes.
enum class Place {
    Next,  ///< behind the last one: the file grows, and its new size must be on disk, too
    Same,  ///< over the last one, as SQLite does in a log that it reuses
};

/// Writes 4 KiB to a new file in `directory` and waits for fdatasync, until `time` is over: what
/// one commit cannot do without. At least one sample.
Result<Samples> flush_times(
    const ops::Clock& clock, const std::filesystem::path& directory, Duration time, Place place);

}  // namespace tapedeck::bench
