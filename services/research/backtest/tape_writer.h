#pragma once

#include "base/expected.h"
#include "events/event.h"
#include "journal/store/frame_store.h"
#include "journal/store/producer_fold.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tapedeck::research {

/// Keeps what a backtest says as a tape on disk, so that why, whynot, state and export answer about
/// it as about a live day. Frames are cut where the time of recording jumps, since record i of a
/// frame is at its beginning + i ns.
class TapeWriter {
public:
    /// Makes the tape in `directory`. An error: there is one already (exit 6), or no room for one.
    static Result<TapeWriter> create(
        const std::string& directory, std::uint64_t tape_id, const std::string& profile);

    /// The next record. What the disk says against it is told by finish().
    void take(const Recorded& recorded);

    /// Writes what is left and puts all on disk. The first error, if there was one: the tape is
    /// whole up to some record then.
    Result<> finish();

private:
    TapeWriter(journal::FrameStore store, std::uint64_t tape_id);

    bool fits(const Recorded& recorded) const;
    Result<> write();

    journal::FrameStore store_;
    journal::ProducerFold producers_;
    tape::ChainPosition at_;
    journal::Batch batch_;
    std::optional<Error> error_;
};

}  // namespace tapedeck::research
