#include "simulation/sim_disk.h"

#include "base/verify.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace tapedeck::simulation {

namespace {

constexpr std::size_t kSector = 512;

}  // namespace

/// What SQLite holds of an open file; the real one's follows it in memory.
struct Disk::File {
    sqlite3_file base;
    Disk* disk;
    FileState* state;
    std::uint64_t life;

    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }

    bool is_alive() const { return !disk->dead_ && life == disk->life_; }
};

/// SQLite's tables of functions, which know nothing of classes.
struct DiskMethods {
    using File = Disk::File;

    static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

    static Disk& of(sqlite3_vfs* vfs) { return *static_cast<Disk*>(vfs->pAppData); }

    static int close(sqlite3_file* file) {
        File& own = of(file);
        return own.real()->pMethods->xClose(own.real());
    }

    static int read(sqlite3_file* file, void* data, int amount, sqlite3_int64 offset) {
        File& own = of(file);
        if (!own.is_alive()) return SQLITE_IOERR_READ;
        return own.real()->pMethods->xRead(own.real(), data, amount, offset);
    }

    static int write(sqlite3_file* file, const void* data, int amount, sqlite3_int64 offset) {
        File& own = of(file);
        if (!own.is_alive()) return SQLITE_IOERR_WRITE;
        return own.disk->write(own, data, amount, offset);
    }

    static int truncate(sqlite3_file* file, sqlite3_int64 size) {
        File& own = of(file);
        if (!own.is_alive()) return SQLITE_IOERR_TRUNCATE;
        return own.disk->truncate(own, size);
    }

    static int sync(sqlite3_file* file, int flags) {
        File& own = of(file);
        if (!own.is_alive()) return SQLITE_IOERR_FSYNC;
        return own.disk->sync(own, flags);
    }

    static int size(sqlite3_file* file, sqlite3_int64* size) {
        File& own = of(file);
        if (!own.is_alive()) return SQLITE_IOERR_FSTAT;
        return own.real()->pMethods->xFileSize(own.real(), size);
    }

    static int lock(sqlite3_file* file, int level) {
        return of(file).real()->pMethods->xLock(of(file).real(), level);
    }

    static int unlock(sqlite3_file* file, int level) {
        return of(file).real()->pMethods->xUnlock(of(file).real(), level);
    }

    static int check_reserved(sqlite3_file* file, int* result) {
        return of(file).real()->pMethods->xCheckReservedLock(of(file).real(), result);
    }

    static int control(sqlite3_file* file, int code, void* argument) {
        return of(file).real()->pMethods->xFileControl(of(file).real(), code, argument);
    }

    static int sector_size(sqlite3_file*) { return static_cast<int>(kSector); }

    static int characteristics(sqlite3_file*) { return 0; }

    static int map_memory(sqlite3_file* file, int page, int size, int extend, volatile void** at) {
        return of(file).real()->pMethods->xShmMap(of(file).real(), page, size, extend, at);
    }

    static int lock_memory(sqlite3_file* file, int offset, int count, int flags) {
        return of(file).real()->pMethods->xShmLock(of(file).real(), offset, count, flags);
    }

    static void barrier(sqlite3_file* file) {
        of(file).real()->pMethods->xShmBarrier(of(file).real());
    }

    static int unmap_memory(sqlite3_file* file, int remove) {
        return of(file).real()->pMethods->xShmUnmap(of(file).real(), remove);
    }

    static const sqlite3_io_methods& table() {
        static const sqlite3_io_methods kTable = [] {
            sqlite3_io_methods table{};
            table.iVersion = 2;  // no memory mapping: every read is seen
            table.xClose = close;
            table.xRead = read;
            table.xWrite = write;
            table.xTruncate = truncate;
            table.xSync = sync;
            table.xFileSize = size;
            table.xLock = lock;
            table.xUnlock = unlock;
            table.xCheckReservedLock = check_reserved;
            table.xFileControl = control;
            table.xSectorSize = sector_size;
            table.xDeviceCharacteristics = characteristics;
            table.xShmMap = map_memory;
            table.xShmLock = lock_memory;
            table.xShmBarrier = barrier;
            table.xShmUnmap = unmap_memory;
            return table;
        }();
        return kTable;
    }

    static int open(
        sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
        Disk& disk = of(vfs);
        File& own = of(file);
        own.base.pMethods = nullptr;
        if (disk.dead_) return SQLITE_CANTOPEN;
        const bool existed = path != nullptr && std::filesystem::exists(path);
        const int code = disk.real_->xOpen(disk.real_, path, own.real(), flags, out_flags);
        if (own.real()->pMethods != nullptr) own.base.pMethods = &table();
        own.disk = &disk;
        own.life = disk.life_;
        auto [entry, is_new] = disk.files_.try_emplace(path == nullptr ? "" : path);
        if (is_new) entry->second.existed = existed;
        own.state = &entry->second;
        return code;
    }

    static int remove(sqlite3_vfs* vfs, const char* path, int sync_directory) {
        Disk& disk = of(vfs);
        if (disk.dead_) return SQLITE_IOERR_DELETE;
        const int code = disk.real_->xDelete(disk.real_, path, sync_directory);
        // Open files keep their entry; SQLite deletes only what it has closed.
        if (code == SQLITE_OK) disk.files_[path] = {};
        return code;
    }

    static int access(sqlite3_vfs* vfs, const char* path, int flags, int* result) {
        return of(vfs).real_->xAccess(of(vfs).real_, path, flags, result);
    }

    static int full_path(sqlite3_vfs* vfs, const char* path, int size, char* out) {
        return of(vfs).real_->xFullPathname(of(vfs).real_, path, size, out);
    }

    static int randomness(sqlite3_vfs* vfs, int amount, char* out) {
        Disk& disk = of(vfs);
        for (int i = 0; i < amount; ++i) out[i] = static_cast<char>(disk.dice_.below(256));
        return amount;
    }

    static int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }

    static int current_time(sqlite3_vfs*, double* now) {
        *now = 2461041.5;  // 2026-01-01: SQLite stores no time of ours
        return SQLITE_OK;
    }

    static int last_error(sqlite3_vfs* vfs, int size, char* out) {
        return of(vfs).real_->xGetLastError(of(vfs).real_, size, out);
    }
};

Disk::Disk(std::uint64_t seed) : dice_(seed, "disk"), real_(sqlite3_vfs_find(nullptr)) {
    VERIFY(real_ != nullptr);
    name_ = "simulated";
    VERIFY(sqlite3_vfs_find(name_.c_str()) == nullptr);
    vfs_.iVersion = 1;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.mxPathname = real_->mxPathname;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.xOpen = DiskMethods::open;
    vfs_.xDelete = DiskMethods::remove;
    vfs_.xAccess = DiskMethods::access;
    vfs_.xFullPathname = DiskMethods::full_path;
    vfs_.xRandomness = DiskMethods::randomness;
    vfs_.xSleep = DiskMethods::sleep;
    vfs_.xCurrentTime = DiskMethods::current_time;
    vfs_.xGetLastError = DiskMethods::last_error;
    VERIFY(sqlite3_vfs_register(&vfs_, 1) == SQLITE_OK);
    // SQLite's own chance (the WAL's salts) begins anew, from ours.
    sqlite3_randomness(0, nullptr);
}

Disk::~Disk() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
}

void Disk::die() {
    dead_ = true;
}

void Disk::die_at(std::uint64_t operation) {
    VERIFY(operation > 0);
    die_in_ = operation;
}

void Disk::revive() {
    dead_ = false;
    die_in_.reset();
    ++life_;
}

void Disk::fail_operation(std::uint64_t operation, int code) {
    VERIFY(operation > 0);
    fail_in_ = operation;
    fail_code_ = code;
    has_failed_ = false;
}

Disk::Verdict Disk::next_operation(int& code) {
    if (fail_in_ && --*fail_in_ == 0) {
        fail_in_.reset();
        has_failed_ = true;
        ++counters_.troubles;
        code = fail_code_;
        return Verdict::Fail;
    }
    if (die_in_ && --*die_in_ == 0) {
        die_in_.reset();
        dead_ = true;
        return Verdict::DieInside;
    }
    return Verdict::Go;
}

int Disk::write(File& file, const void* data, int amount, std::int64_t offset) {
    int code = SQLITE_IOERR_WRITE;
    const Verdict verdict = next_operation(code);
    if (verdict == Verdict::Fail) return code;
    auto length = static_cast<std::size_t>(amount);
    // Killed inside: the kernel has taken none, some sectors or all of it.
    if (verdict == Verdict::DieInside) length = std::min(length, dice_.below(9) * kSector);
    sqlite3_int64 size = 0;
    auto* real = file.real();
    if (real->pMethods->xFileSize(real, &size) != SQLITE_OK) return SQLITE_IOERR_FSTAT;
    const std::int64_t end = offset + static_cast<std::int64_t>(length);
    if (room_ && end > size) {
        const auto growth = static_cast<std::uint64_t>(end - size);
        if (growth > *room_) {
            ++counters_.troubles;
            return SQLITE_FULL;
        }
        *room_ -= growth;
    }
    Pending pending{.offset = offset, .size_before = size, .before = {}, .after = {}};
    pending.after.assign(static_cast<const char*>(data), length);
    if (offset < size) {
        const auto there = static_cast<std::size_t>(
            std::min<std::int64_t>(size - offset, static_cast<std::int64_t>(length)));
        pending.before.resize(there);
        const int read =
            real->pMethods->xRead(real, pending.before.data(), static_cast<int>(there), offset);
        if (read != SQLITE_OK && read != SQLITE_IOERR_SHORT_READ) return read;
    }
    ++counters_.writes;
    counters_.bytes += length;
    const int done = length == 0
                         ? SQLITE_OK
                         : real->pMethods->xWrite(real, data, static_cast<int>(length), offset);
    if (done == SQLITE_OK) file.state->pending.push_back(std::move(pending));
    return verdict == Verdict::DieInside ? SQLITE_IOERR_WRITE : done;
}

int Disk::truncate(File& file, std::int64_t size) {
    int code = SQLITE_IOERR_TRUNCATE;
    if (next_operation(code) != Verdict::Go) return code;
    auto* real = file.real();
    sqlite3_int64 before = 0;
    if (real->pMethods->xFileSize(real, &before) != SQLITE_OK) return SQLITE_IOERR_FSTAT;
    Pending pending{
        .offset = size, .size_before = before, .before = {}, .after = {}, .is_truncation = true};
    if (before > size) {
        pending.before.resize(static_cast<std::size_t>(before - size));
        const int read = real->pMethods->xRead(
            real, pending.before.data(), static_cast<int>(before - size), size);
        if (read != SQLITE_OK) return read;
    }
    const int done = real->pMethods->xTruncate(real, size);
    if (done == SQLITE_OK) file.state->pending.push_back(std::move(pending));
    return done;
}

int Disk::sync(File& file, int flags) {
    int code = SQLITE_IOERR_FSYNC;
    if (next_operation(code) != Verdict::Go) return code;
    ++counters_.syncs;
    if (stall_ > Duration{}) {
        if (on_stall) on_stall(stall_);
        stall_ = Duration{};
    }
    FileState& state = *file.state;
    if (failing_syncs_ > 0) {
        --failing_syncs_;
        ++counters_.troubles;
        for (auto& pending : state.pending) pending.is_doomed = true;
        return SQLITE_IOERR_FSYNC;
    }
    if (lies_) return SQLITE_OK;
    // The real sync is spared: what a power cut takes is decided here, not by the kernel.
    static_cast<void>(flags);
    state.ever_synced = true;
    for (std::size_t i = 0; i < state.pending.size(); ++i) {
        if (!state.pending[i].is_doomed) continue;
        for (std::size_t later = i + 1; later < state.pending.size(); ++later) {
            if (!state.pending[later].is_doomed) settle(state.pending[i], state.pending[later]);
        }
    }
    std::erase_if(state.pending, [](const Pending& pending) { return !pending.is_doomed; });
    return SQLITE_OK;
}

/// What lies under a write that will never reach the disk, once a later one has.
void Disk::settle(Pending& doomed, const Pending& synced) {
    const std::int64_t end = synced.offset + static_cast<std::int64_t>(synced.after.size());
    if (synced.is_truncation) {
        doomed.size_before = std::min(doomed.size_before, end);
    } else {
        doomed.size_before = std::max(doomed.size_before, end);
    }
    const std::int64_t covered = std::clamp<std::int64_t>(
        doomed.size_before - doomed.offset, 0, static_cast<std::int64_t>(doomed.after.size()));
    if (!doomed.is_truncation) doomed.before.resize(static_cast<std::size_t>(covered));
    const std::int64_t from = std::max(doomed.offset, synced.offset);
    const std::int64_t to =
        std::min(end, doomed.offset + static_cast<std::int64_t>(doomed.before.size()));
    if (from >= to) return;
    std::memcpy(
        doomed.before.data() + (from - doomed.offset),
        synced.after.data() + (from - synced.offset),
        static_cast<std::size_t>(to - from));
}

void Disk::apply(const Pending& pending, std::string& content) {
    const auto offset = static_cast<std::size_t>(pending.offset);
    if (pending.is_truncation) {
        content.resize(offset);
        return;
    }
    std::string bytes = pending.after;
    if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
    if (dice_.chance(0.5)) {
        // Torn: each sector by itself.
        ++counters_.torn;
        for (std::size_t at = 0; at < bytes.size(); at += kSector) {
            const std::size_t length = std::min(kSector, bytes.size() - at);
            if (dice_.chance(0.5)) continue;
            std::memcpy(bytes.data() + at, content.data() + offset + at, length);
        }
    }
    std::memcpy(content.data() + offset, bytes.data(), bytes.size());
}

void Disk::cut_power(const std::string& path, FileState& state) {
    const auto pending = std::exchange(state.pending, {});
    if (pending.empty() || !std::filesystem::exists(path)) return;
    if (!state.ever_synced && !state.existed && dice_.chance(0.5)) {
        std::filesystem::remove(path);
        return;
    }
    std::ifstream in(path, std::ios::binary);
    std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    in.close();
    for (auto undone = pending.rbegin(); undone != pending.rend(); ++undone) {
        const auto offset = static_cast<std::size_t>(undone->offset);
        content.resize(std::max(content.size(), offset + undone->before.size()));
        std::memcpy(content.data() + offset, undone->before.data(), undone->before.size());
        content.resize(static_cast<std::size_t>(undone->size_before));
    }
    for (const auto& write : pending) {
        if (write.is_doomed || dice_.chance(0.5)) {
            ++counters_.dropped;
        } else {
            apply(write, content);
        }
    }
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    VERIFY(out.good());
}

void Disk::cut_power() {
    VERIFY(dead_);
    for (auto& [path, state] : files_) {
        if (!path.empty()) cut_power(path, state);
    }
}

bool Disk::flip_bit(const std::string& path, std::uint64_t offset, unsigned bit) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(offset));
    char byte = 0;
    if (!file.get(byte)) return false;
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << bit)));
    return file.good();
}

std::vector<std::string> Disk::files() const {
    std::vector<std::string> result;
    for (const auto& [path, _] : files_) {
        if (!path.empty()) result.push_back(path);
    }
    return result;
}

}  // namespace tapedeck::simulation
