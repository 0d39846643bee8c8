#pragma once

#include "base/expected.h"
#include "journal/core/sequencer.h"
#include "journal/store/sqlite.h"
#include "tape/format.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tapedeck::journal {

/// A stored frame whose CRC has been checked: the header and a copy of its records.
struct StoredFrame {
    tape::FrameHeader header;
    std::string records;
};

/// The tape on disk: one SQLite file, one row a frame, one connection, one thread. Durable means
/// fsynced: WAL with synchronous=FULL.
class FrameStore {
public:
    /// What a commit survives.
    enum class Sync {
        Commit,      ///< power loss: fsynced before it returns. The only choice for real time
        Checkpoint,  ///< kill -9; a power loss may take the last moments, as a whole, off the end
    };

    /// How a tape that does not exist yet is made.
    struct NewTape {
        std::uint64_t tape_id = 0;
        std::string profile;
    };

    /// Opens for writing and keeps every other process out until destruction; makes the file where
    /// there is none. Checks every frame (CRC, chain) and the producers against the frames, then
    /// raises and commits the epoch. Errors: another journal on the directory (exit 1), damage
    /// (exit 8, naming the first bad frame), a tape of another profile (exit 5).
    static Result<FrameStore> open(
        const std::string& directory, const NewTape& if_missing, Sync sync = Sync::Commit);

    /// Opens a tape that no journal is running on, for reading. `path` is the file or its
    /// directory.
    static Result<FrameStore> open_to_read(const std::string& path);

    /// Where the tape stands, epoch raised.
    const TapePosition& position() const { return position_; }

    const std::string& profile() const { return profile_; }

    /// One batch, one transaction. A value means that it is on disk. An error means that nobody
    /// knows: exit, and let recovery find out.
    Result<> append(const Batch& batch);

    /// Calls `visit` with the frames that hold seqs from … to (inclusive), in order, until it says
    /// false. Every frame's CRC is checked; a damaged one is an error and is not shown.
    Result<> read(
        std::uint64_t from, std::uint64_t to, const std::function<bool(const StoredFrame&)>& visit);

    /// Checks CRC, chain and hash of every frame; `progress` hears the last good seq now and then.
    /// The error names the first bad frame.
    Result<> verify(const std::function<void(std::uint64_t last_seq)>& progress);

    /// Moves what the WAL holds into the file; for idle moments.
    void checkpoint();

    static std::string file_in(const std::string& directory) { return directory + "/open.db"; }

private:
    Result<> configure_writer(Sync sync);
    Result<> create(const NewTape& tape);
    Result<> prepare_statements();
    Result<> load_meta();
    Result<> load_producers();
    Result<> raise_epoch();
    Result<> check_producers() const;
    Result<std::string> meta(std::string_view key);

    sqlite::Database database_;
    sqlite::Statement insert_frame_;
    sqlite::Statement upsert_producer_;
    sqlite::Statement update_tape_id_;
    sqlite::Statement select_frames_;
    sqlite::Statement begin_;
    sqlite::Statement commit_;
    std::string path_;
    std::string profile_;
    TapePosition position_;
};

}  // namespace tapedeck::journal
