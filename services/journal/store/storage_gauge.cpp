#include "journal/store/storage_gauge.h"

#include <utility>

namespace tapedeck::journal {

std::optional<StorageLevel> StorageGauge::update(std::uint64_t free_bytes) {
    const StorageLevel next = level_for(free_bytes);
    if (std::exchange(level_, next) == next) return std::nullopt;
    return next;
}

bool StorageGauge::stop() {
    return std::exchange(level_, StorageLevel::Stop) != StorageLevel::Stop;
}

/// Down at once, up only with a quarter more than it takes.
StorageLevel StorageGauge::level_for(std::uint64_t free_bytes) const {
    const std::uint64_t quarter = segment_ / 4;
    const std::uint64_t out_of_stop = level_ == StorageLevel::Stop ? segment_ + quarter : segment_;
    if (free_bytes < out_of_stop) return StorageLevel::Stop;
    const std::uint64_t two = 2 * segment_;
    const std::uint64_t out_of_warn = level_ == StorageLevel::Enough ? two : two + 2 * quarter;
    return free_bytes < out_of_warn ? StorageLevel::Warn : StorageLevel::Enough;
}

}  // namespace tapedeck::journal
