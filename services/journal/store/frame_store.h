#pragma once

#include "base/expected.h"
#include "events/event.h"
#include "journal/core/sequencer.h"
#include "journal/store/caretaker.h"
#include "journal/store/files.h"
#include "journal/store/frame_table.h"
#include "journal/store/manifest.h"
#include "journal/store/segment_set.h"
#include "journal/store/sqlite.h"
#include "journal/store/storage_gauge.h"
#include "tape/chain.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::journal {

/// How the tape is kept on disk.
struct StoreOptions {
    /// What a commit survives.
    enum class Sync {
        Commit,      ///< power loss: fsynced before it returns. The only choice for real time
        Checkpoint,  ///< kill -9; a power loss may take the last moments, as a whole, off the end
    };

    Sync sync = Sync::Commit;
    /// A segment is sealed at so many bytes of frames, or when it spans so much of the tape's time
    /// (0 = never by time).
    std::uint64_t segment_bytes = std::uint64_t{1} << 30U;
    Duration segment_age{};
    bool pack = false;
    /// Sealed segments beyond this age or total go to the ledger; 0 = nothing goes.
    Duration keep_age{};
    std::uint64_t keep_bytes = 0;
    /// How often every closed segment is proven; 0 = never.
    Duration check_every{};
    CareBy care_by = CareBy::IdleThread;  ///< who packs, retires and checks
    /// Whether free space is watched, and how much is set aside for when there is none.
    bool watch_space = false;
    std::uint64_t ballast_bytes = 0;
    /// What an operator may want to know: a code and a sentence.
    std::function<void(const std::string& code, const std::string& message)> log{};
    /// Whether what was committed is written down beside the tape, once a second.
    bool keep_witness = false;
    /// For tests: called between the steps of sealing, with the step's name.
    std::function<void(std::string_view step)> after_step{};
};

/// How the tape is told that a segment is closed.
Event sealed_event(const SegmentSet::Entry& entry);

/// A row's share of the file besides its records: header, hashes, SQLite's own.
inline constexpr std::uint64_t kRowBytes = 160;

/// The tape on disk: a directory of segments, each one SQLite file. The open one is written to,
/// one row a frame, by one connection in one thread; closed ones are read-only. Durable means
/// fsynced: WAL with synchronous=FULL.
class FrameStore {
public:
    /// How a tape that does not exist yet is made.
    struct NewTape {
        std::uint64_t tape_id = 0;
        std::string profile;
    };

    /// Opens for writing and keeps every other process out until destruction; makes the tape where
    /// there is none; finishes what a crash has left half done. Checks the closed segments'
    /// manifests, every frame of the open one (CRC, chain) and the producers against the frames,
    /// then raises and commits the epoch. Errors: another journal on the directory (exit 1), damage
    /// (exit 8, naming the first bad frame), a tape of another profile (exit 5).
    static Result<FrameStore> open(
        const std::string& directory, const NewTape& if_missing, const StoreOptions& options = {});

    /// As open(), for a copy of a tape that goes on elsewhere: the epoch is the frames' own.
    static Result<FrameStore> open_copy(
        const std::string& directory, const NewTape& if_missing, const StoreOptions& options);

    /// Opens a tape that no journal is running on, for reading. `path` is its directory, or one
    /// segment.
    static Result<FrameStore> open_to_read(const std::string& path);

    /// Where the tape stood when it was opened, epoch raised; of one that was opened to be read,
    /// after verify().
    const TapePosition& position() const { return position_; }

    const std::string& profile() const { return profile_; }

    /// The last seq that is on disk.
    std::uint64_t last_seq() const { return at_.last_seq; }

    /// The end of the chain that is on disk.
    const tape::ChainPosition& end() const { return at_; }

    /// One batch, one transaction. A value means that it is on disk. An error means that nobody
    /// knows (exit 7): exit, and let recovery find out.
    Result<> append(const Batch& batch);

    /// Calls `visit` with the frames that hold seqs from … to (inclusive), in order, until it says
    /// false. Every frame's CRC is checked; a damaged one is an error and is not shown. Frames that
    /// retention has been at come as ledger frames.
    Result<> read(std::uint64_t from, std::uint64_t to, const FrameVisitor& visit);

    /// The chain at `seq`, if a frame ends there.
    Result<std::optional<tape::Hash>> hash_at(std::uint64_t seq);

    /// Checks CRC, chain and hash of every frame, and each closed segment against its manifest;
    /// `progress` hears the last good seq now and then. The error names the first bad frame.
    Result<> verify(const std::function<void(std::uint64_t last_seq)>& progress);

    /// Between two commits, as often as the caller likes: seals a segment that is full, and once a
    /// second looks at the disk and at what the caretaker has done, and gives it more.
    Result<> tend(Duration monotonic);

    /// What the tape should be told of all this.
    std::vector<Event> take_events() { return std::exchange(events_, {}); }

    /// Why the tape cannot be what was acknowledged, by the journal's own witness beside it;
    /// nothing when they agree, or nobody has written one.
    Result<std::optional<std::string>> contradiction();

    /// No room for more market data.
    bool is_low() const { return gauge_.level() == StorageLevel::Stop; }

    /// Retention may take records before `seq`: nobody needs them to start. Until it is said,
    /// nothing goes.
    void allow_retention_before(std::uint64_t seq) { retire_before_ = seq; }

    /// Seals the open segment if it is full.
    Result<> seal_if_due();

    /// What was committed is on disk whatever `sync` says, and in the files themselves.
    Result<> flush();

    /// Closes the open segment for ever and opens the next. An error: exit; a start finishes it.
    Result<> seal();

    /// Moves what the WAL holds into the file; for idle moments.
    void checkpoint();

    const SegmentSet& closed() const { return closed_; }

    /// Whether there are segments in this directory.
    static bool is_tape(const std::string& directory);

    /// The file that is being written to, or would be.
    static std::string file_in(const std::string& directory);

private:
    enum class Epoch { Raise, Keep };

    static Result<FrameStore> open_for_writing(
        const std::string& directory,
        const NewTape& if_missing,
        const StoreOptions& options,
        Epoch epoch);

    // The start (frame_store_open.cpp).
    Result<> settle_twins();
    Result<> open_segments(const NewTape& if_missing);
    Result<> open_writer(const std::string& path);
    Result<> configure_writer();
    Result<> create_next();
    Result<> create(const SegmentStart& start, const std::vector<ProducerMark>& marks);
    Result<std::vector<ProducerMark>> load_last_closed();
    Result<> load_facts(sqlite::Database& database, const std::string& path);
    Result<> prepare_statements();
    Result<> prove_open_segment();
    Result<> check_producers() const;
    Result<> raise_epoch();
    Result<> open_read_only(const std::string& path);
    Result<bool> read_open(std::uint64_t from, std::uint64_t to, const FrameVisitor& visit);
    /// Sees each frame that is proven.
    using ProvenVisitor =
        std::function<Result<>(const tape::FrameHeader& header, std::string_view records)>;
    Result<> prove_frames(const SegmentStart& start, const ProvenVisitor& visit);

    // Sealing: each step may be the last before a crash.
    Result<> write_manifest();
    Result<> close_sealed();
    void after(std::string_view step) const;

    int write(const Batch& batch);
    Result<> committed(const Batch& batch);
    Result<> roll_back(const Batch& batch);
    Result<> commit_failed(const Batch& batch);

    // Once a second (frame_store_tend.cpp).
    bool is_due_to_seal() const;
    Result<> collect_chores();
    Result<> finish_chore(const ChoreDone& done);
    void give_chores(Duration monotonic);
    std::optional<Chore> next_chore() const;
    bool may_retire(const SegmentSet::Entry& entry) const;
    void begin_check_round(Duration monotonic);
    void finish_check(const ChoreDone& done);
    Result<> watch_space();
    void keep_witness();

    std::string witness_file() const { return directory_ + "/witness"; }

    void set_ballast_aside();
    bool drop_ballast();

    std::string ballast() const { return directory_ + "/ballast"; }

    void log(const std::string& code, const std::string& message) const;

    std::string directory_;
    StoreOptions options_;
    DirectoryLock lock_;
    SegmentSet closed_;
    sqlite::Database database_;
    FrameTable frames_;
    sqlite::Statement upsert_producer_;
    sqlite::Statement begin_;
    sqlite::Statement commit_;
    std::string path_;  ///< of the open segment; "" = there is none
    std::string profile_;
    TapePosition position_;
    tape::ChainPosition at_;
    std::uint32_t epoch_ = 0;  ///< as committed
    Tally tally_;
    std::uint64_t open_bytes_ = 0;
    std::vector<Event> events_;

    StorageGauge gauge_{0};
    std::unique_ptr<Caretaker> caretaker_;
    std::optional<Duration> tended_at_;
    std::optional<Chore> under_way_;      ///< packing or retiring, one at a time
    std::set<std::uint64_t> gave_up_on_;  ///< first seqs of segments that could not be packed
    std::vector<SegmentName> to_remove_;  ///< once the tape knows that they have gone
    std::uint64_t retire_before_ = 0;
    std::optional<Duration> next_check_;
    std::set<std::uint64_t> checks_under_way_;  ///< first seqs, of the round
    std::uint64_t checked_to_ = 0;
    std::uint64_t witnessed_seq_ = 0;
};

}  // namespace tapedeck::journal
