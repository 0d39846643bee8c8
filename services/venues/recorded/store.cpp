#include "venues/recorded/store.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <tuple>

namespace tapedeck::recorded {

namespace {

constexpr std::string_view kEnding = ".columns";

/// The files that could be series, whatever is in them.
Result<std::vector<std::string>> paths_in(const std::string& store) {
    std::vector<std::string> paths;
    std::error_code error;
    if (!std::filesystem::exists(store, error)) return paths;
    std::filesystem::recursive_directory_iterator at(store, error);
    const std::filesystem::recursive_directory_iterator end;
    while (!error && at != end) {
        const std::string path = at->path().string();
        if (at->is_regular_file(error) && path.ends_with(kEnding)) paths.push_back(path);
        at.increment(error);
    }
    if (error) return fail(store + ": cannot read the store: " + error.message());
    std::sort(paths.begin(), paths.end());
    return paths;
}

/// What the store has of the instrument, for whoever asked for something else.
std::string names_of(const std::string& store, const Instrument& instrument) {
    const auto files = list_store(store);
    std::string names;
    if (!files) return names;
    for (const auto& file : *files) {
        if (!file.facts || file.facts->series.instrument != instrument) continue;
        names += (names.empty() ? "" : ", ") + file.facts->series.name();
    }
    return names;
}

/// Goes through the rows as their reader would, and remembers what the header should say.
class Judge {
public:
    explicit Judge(const SeriesFacts& facts) : facts_(facts) {
        if (facts.series.kind != Kind::Trades) bars_.emplace(facts.series.interval);
    }

    /// "" or what is wrong with the row.
    std::string fault_of(const StoredRow& row) {
        const std::string fault = contradiction(facts_.series.kind, row);
        if (!fault.empty()) return "at " + to_string(row.begin) + ": " + fault;
        if (!bars_) return {};
        const auto place = bars_->place(row.begin);
        if (place.hole) {
            ++holes_.count;
            holes_.missing += place.hole->missing;
        }
        return market_data::describe(place.fault, row.begin, facts_.series.interval);
    }

    std::string fault_at_end() const {
        const bool same =
            holes_.count == facts_.holes.count && holes_.missing == facts_.holes.missing;
        return same ? "" : "its header counts other gaps than its rows have";
    }

private:
    const SeriesFacts& facts_;
    std::optional<market_data::BarSequence> bars_;
    Holes holes_;
};

}  // namespace

Result<std::vector<StoredFile>> list_store(const std::string& store) {
    std::vector<StoredFile> files;
    for (const auto& path : TRY(paths_in(store))) {
        StoredFile& file = files.emplace_back();
        file.path = path;
        const auto opened = ColumnFile::open(path);
        if (opened) {
            file.facts = opened->facts();
        } else {
            file.fault = opened.error().message;
        }
    }
    std::stable_sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
        if (!a.facts || !b.facts) return a.facts.has_value() && !b.facts;
        return a.facts->series < b.facts->series;
    });
    return files;
}

Result<ColumnFile> open_series(const std::string& store, const Series& series) {
    const std::string path = store + '/' + series.path();
    auto file = ColumnFile::open(path);
    if (!file && file.error().exit_code == ExitCode::NotFound) {
        const std::string names = names_of(store, series.instrument);
        return fail(
            "the store " + store + " has no " + series.to_string() +
                (names.empty() ? ", and nothing else of it" : "; of it there is: " + names) +
                " (tapedeck data import FILE…)",
            ExitCode::NotFound);
    }
    if (!file) return file;
    if (file->facts().series != series) {
        return fail(
            path + ": holds " + file->facts().series.to_string() + ", not " + series.to_string() +
                "; move it to its own place",
            ExitCode::Integrity);
    }
    return file;
}

Result<std::string> check_file(
    const std::string& path, const std::function<bool(std::uint64_t)>& progress) {
    const auto file = ColumnFile::open(path);
    if (!file) return file.error().message;
    Judge judge(file->facts());
    std::vector<StoredRow> rows;
    const auto& blocks = file->blocks();
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const auto read = file->read(i, rows);
        if (!read) return read.error().message;
        for (const auto& row : rows) {
            const std::string fault = judge.fault_of(row);
            if (fault.empty()) continue;
            return path + ": block " + std::to_string(i + 1) + " of " +
                   std::to_string(blocks.size()) + ": " + fault +
                   "; take the file away and import its data again";
        }
        if (!progress(blocks[i].size)) return fail("", ExitCode::Interrupted);
    }
    const std::string fault = judge.fault_at_end();
    if (fault.empty()) return std::string();
    return path + ": " + fault + "; take the file away and import its data again";
}

Result<std::unique_ptr<Descriptor>> lock_store(const std::string& store) {
    std::error_code error;
    std::filesystem::create_directories(store, error);
    if (error) return fail(store + ": cannot make the store: " + error.message());
    const std::string path = store + "/.lock";
    auto lock =
        std::make_unique<Descriptor>(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
    if (lock->number() < 0) return fail(path + ": cannot make it: " + std::strerror(errno));
    if (::flock(lock->number(), LOCK_EX | LOCK_NB) != 0) {
        return fail(
            store + ": another import runs into this store; wait for its end", ExitCode::Refused);
    }
    return lock;
}

}  // namespace tapedeck::recorded
