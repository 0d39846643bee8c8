#pragma once

#include "base/expected.h"
#include "journal/store/frame_store.h"
#include "journal/store/producer_fold.h"
#include "tape/chain.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tapedeck::journal {

/// A backup: a directory of ordinary segments that is written frame by frame from a tape that goes
/// on elsewhere, and continued from where it ends. Every frame is proven before it is written.
class TapeCopy {
public:
    /// Makes the directory, or checks what is in it, all of it. `profile` and `tape_id` are the
    /// source's, for a new one.
    static Result<TapeCopy> open(
        const std::string& directory, const FrameStore::NewTape& source, StoreOptions options);

    /// The next frame to come is the one behind this.
    const tape::ChainPosition& end() const { return chain_.position(); }

    /// An error: it does not follow (exit 8), or it cannot be written.
    Result<> take(const tape::FrameHeader& header, std::string_view records);

    /// Seals a segment that is full, which takes its time.
    Result<> settle() { return store_.seal_if_due(); }

    /// Everything taken is on disk, in files that need no recovery. Call it last.
    Result<> finish();

private:
    TapeCopy(FrameStore store, ProducerFold fold, const tape::ChainPosition& at)
        : store_(std::move(store)), fold_(std::move(fold)), chain_(at) {}

    FrameStore store_;
    ProducerFold fold_;
    tape::Chain chain_;
};

/// How restore() treats a tape that is where the backup should go.
enum class IfThere { Refuse, MoveAside };

struct Restored {
    std::uint64_t last_seq = 0;
    std::uint64_t tape_id = 0;
    std::string profile;
    std::string moved_to;  ///< where the tape is that was there; "" = there was none
};

/// Copies the backup in `from` to be the tape in `directory`, proves the copy from the first frame
/// to the last, and only then puts it in place, marked so that the journal's next start branches
/// from it. Errors: damage (exit 8), a journal that runs or a tape that is there (exit 6); then
/// everything is as it was.
Result<Restored> restore(
    const std::string& from,
    const std::string& directory,
    IfThere if_there,
    const std::function<void(std::uint64_t last_seq)>& progress);

}  // namespace tapedeck::journal
