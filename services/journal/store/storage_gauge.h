#pragma once

#include "events/system.h"

#include <cstdint>
#include <optional>

namespace tapedeck::journal {

/// How much room there is for the tape, with some play, so that a level once told does not flap.
/// Pure: free bytes go in, levels come out.
class StorageGauge {
public:
    /// Below two segments there is a warning, below one it is time to stop.
    explicit StorageGauge(std::uint64_t segment_bytes) : segment_(segment_bytes) {}

    /// The new level, when it has changed.
    std::optional<StorageLevel> update(std::uint64_t free_bytes);

    /// The disk was full just now, whatever it says of itself. True if that is news.
    bool stop();

    StorageLevel level() const { return level_; }

private:
    StorageLevel level_for(std::uint64_t free_bytes) const;

    std::uint64_t segment_;
    StorageLevel level_ = StorageLevel::Enough;
};

}  // namespace tapedeck::journal
