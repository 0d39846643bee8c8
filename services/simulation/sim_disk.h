#pragma once

#include "base/time.h"
#include "simulation/dice.h"

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The disk of the simulation: the real SQLite on real files, over a VFS of ours that remembers
/// what has not been synced.
namespace tapedeck::simulation {

/// SQLite's default VFS as long as it lives; one at a time. Delegates to the one before. Knows for
/// each file the writes since its last sync, and at a power cut keeps, drops or tears each of them.
/// A process that is killed loses nothing that it had written. Not for other threads.
class Disk {
public:
    explicit Disk(std::uint64_t seed);
    ~Disk();
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    // Life of the process that has files open.

    /// From here on all I/O of what is open is ignored and answered with an error: the process is
    /// dead, and what its destructors do never happened.
    void die();
    /// From the n-th write, truncation or sync on (1 = the next), as if by die() in its middle: a
    /// write may be cut at a sector.
    void die_at(std::uint64_t operation);

    bool is_dead() const { return dead_; }

    /// The dead one's files are closed: the next process may open them. What is not synced stays in
    /// the page cache.
    void revive();

    /// After die() and the closing of all files, before revive(): of the writes since each file's
    /// last sync every one is kept, dropped, or torn at sectors of 512 bytes; a file that was never
    /// synced may be gone.
    void cut_power();

    // Faults.

    /// Syncs say yes and do nothing.
    void lie_about_sync(bool lies) { lies_ = lies; }

    /// The next `syncs` of them fail with EIO. As on ext4, XFS and Btrfs what they should have
    /// written never reaches the disk by a later sync, though everybody reads it.
    void fail_syncs(std::uint64_t syncs) { failing_syncs_ = syncs; }

    /// Writes that grow a file beyond so many bytes more in all fail with ENOSPC; nothing = there
    /// is room.
    void set_room(std::optional<std::uint64_t> bytes) { room_ = bytes; }

    /// The next sync takes so long; told to `on_stall`.
    void stall_next_sync(Duration time) { stall_ = time; }

    std::function<void(Duration time)> on_stall;

    /// The n-th operation from now (1 = the next) fails with `code` and has no effect.
    void fail_operation(std::uint64_t operation, int code);

    /// Whether that operation has come.
    bool has_failed() const { return has_failed_; }

    /// Turns one bit of a file that nobody has open. False if there is no such byte.
    static bool flip_bit(const std::string& path, std::uint64_t offset, unsigned bit);

    /// Files that SQLite has written to, by path.
    std::vector<std::string> files() const;

    struct Counters {
        std::uint64_t writes = 0;
        std::uint64_t syncs = 0;
        std::uint64_t bytes = 0;
        std::uint64_t dropped = 0;  ///< writes that a power cut took back
        std::uint64_t torn = 0;
        std::uint64_t troubles = 0;  ///< operations that were made to fail
    };

    const Counters& counters() const { return counters_; }

private:
    friend struct DiskMethods;

    struct Pending {
        std::int64_t offset = 0;
        std::int64_t size_before = 0;  ///< of the file
        std::string before;            ///< what was there, as far as the file went
        std::string after;
        bool is_truncation = false;  ///< to `offset`
        bool is_doomed = false;      ///< a sync has failed over it
    };

    struct FileState {
        std::vector<Pending> pending;
        bool ever_synced = false;
        bool existed = false;  ///< before this disk
    };

    struct File;

    enum class Verdict { Go, Fail, DieInside };

    /// What is to become of the next write, truncation or sync; `code` says why it fails.
    Verdict next_operation(int& code);
    int write(File& file, const void* data, int amount, std::int64_t offset);
    int truncate(File& file, std::int64_t size);
    int sync(File& file, int flags);
    static void settle(Pending& doomed, const Pending& synced);
    void cut_power(const std::string& path, FileState& state);
    void apply(const Pending& write, std::string& content);

    Dice dice_;
    sqlite3_vfs vfs_{};
    sqlite3_vfs* real_ = nullptr;
    std::string name_;
    std::map<std::string, FileState> files_;
    bool dead_ = false;
    std::uint64_t life_ = 0;
    std::optional<std::uint64_t> die_in_;
    std::optional<std::uint64_t> fail_in_;
    int fail_code_ = 0;
    bool has_failed_ = false;
    bool lies_ = false;
    std::uint64_t failing_syncs_ = 0;
    std::optional<std::uint64_t> room_;
    Duration stall_{};
    Counters counters_;
};

}  // namespace tapedeck::simulation
