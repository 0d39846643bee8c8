#include "journal/store/tape_copy.h"

#include "journal/store/markers.h"

#include <filesystem>
#include <system_error>

namespace tapedeck::journal {

namespace fs = std::filesystem;

Result<TapeCopy> TapeCopy::open(
    const std::string& directory, const FrameStore::NewTape& source, StoreOptions options) {
    // Synced as a whole by finish(): what a crash takes off its end is copied again.
    options.sync = StoreOptions::Sync::Checkpoint;
    auto store = TRY(FrameStore::open_copy(directory, source, options));
    TRY(store.verify([](std::uint64_t) {}));
    ProducerFold fold(store.position().producers);
    const tape::ChainPosition at = store.end();
    return TapeCopy(std::move(store), std::move(fold), at);
}

Result<> TapeCopy::take(const tape::FrameHeader& header, std::string_view records) {
    TRY(chain_.take(header, records));
    TRY(fold_.take(header, records));
    Batch batch;
    batch.header = header;
    batch.records = std::string(records);
    batch.marks = fold_.take_changed();
    return store_.append(batch);
}

Result<> TapeCopy::finish() {
    return store_.flush();
}

namespace {

/// Copies one file and puts it on disk.
Result<> copy_file(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::copy_file(from, to, error);
    if (error) return fail(to.string() + ": cannot copy it: " + error.message());
    return sync(to.string());
}

/// The segments of a backup, and the log of one that was cut off while it was written.
Result<> copy_segments(const std::string& from, const std::string& to) {
    std::vector<std::string> files;
    for (const auto& name : TRY(list_segments(from))) files.push_back(name.file());
    if (exists(legacy_file(from))) files.push_back(fs::path(legacy_file(from)).filename());
    for (const auto& file : files) {
        TRY(copy_file(from + "/" + file, to + "/" + file));
        const std::string log = file + "-wal";
        if (exists(from + "/" + log)) TRY(copy_file(from + "/" + log, to + "/" + log));
    }
    return sync(to);
}

/// Of `directory`, without the slashes that a user may have put behind it.
std::string beside(const std::string& directory, const std::string& what) {
    std::string base = directory;
    while (base.size() > 1 && base.back() == '/') base.pop_back();
    return base + what;
}

/// The first free name, so that nothing is ever written over.
std::string free_name(const std::string& directory) {
    for (int i = 1;; ++i) {
        std::string name = beside(directory, ".replaced-" + std::to_string(i));
        if (!exists(name)) return name;
    }
}

Result<> rename_directory(const std::string& from, const std::string& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (error) return fail(from + ": cannot rename it to " + to + ": " + error.message());
    const std::string parent = fs::path(to).parent_path().string();
    return sync(parent.empty() ? "." : parent);
}

/// Copies and proves; nothing is in place yet.
Result<Restored> prepare(
    const std::string& from,
    const std::string& draft,
    const std::function<void(std::uint64_t)>& progress) {
    if (!FrameStore::is_tape(from)) {
        return fail(from + ": there is no backup here", ExitCode::NotFound);
    }
    TRY(copy_segments(from, draft));
    Restored restored;
    {
        auto store = TRY(FrameStore::open_to_read(draft));
        TRY(store.verify(progress));
        restored.last_seq = store.last_seq();
        restored.tape_id = store.position().tape_id;
        restored.profile = store.profile();
    }
    TRY(Markers(draft).want_branch("restored from the backup in " + from));
    return restored;
}

}  // namespace

Result<Restored> restore(
    const std::string& from,
    const std::string& directory,
    IfThere if_there,
    const std::function<void(std::uint64_t)>& progress) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) return fail(directory + ": cannot make it: " + error.message());
    // Held to the end: no journal begins on what is about to move.
    const auto lock = TRY(DirectoryLock::take(directory));
    const bool there = FrameStore::is_tape(directory);
    if (there && if_there == IfThere::Refuse) {
        return fail(
            directory + " holds a tape: say --replace to move it aside and restore over it",
            ExitCode::Refused);
    }
    const std::string draft = beside(directory, ".restoring");
    fs::remove_all(draft, error);
    fs::create_directory(draft, error);
    if (error) return fail(draft + ": cannot make it: " + error.message());
    auto restored = prepare(from, draft, progress);
    if (!restored) {
        fs::remove_all(draft, error);
        return restored;
    }
    const std::string aside = free_name(directory);
    TRY(rename_directory(directory, aside));
    TRY(rename_directory(draft, directory));
    if (there) {
        restored->moved_to = aside;
    } else {
        fs::remove_all(aside, error);
    }
    return restored;
}

}  // namespace tapedeck::journal
