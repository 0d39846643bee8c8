#include "venues/recorded/import.h"

#include "venues/recorded/import_source.h"
#include "venues/recorded/store.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace tapedeck::recorded {

namespace {

constexpr std::uint64_t kRowsBetweenProgress = 8192;

bool is_data_file(const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    return name.ends_with(".csv") || name.ends_with(".csv.gz") || name.ends_with(".csv.zst");
}

/// The files that were named, and their sizes.
struct Found {
    std::map<Series, std::vector<FileDescription>> series;
    std::vector<std::string> skipped;
    std::uint64_t bytes = 0;
};

Result<> recognise(const std::string& text, Found& found) {
    const FileWanted wanted = TRY(parse_file(text));
    FileDescription file = TRY(recognise_file(wanted));
    std::error_code ignored;
    file.fingerprint.size = std::filesystem::file_size(file.path, ignored);
    found.bytes += file.fingerprint.size;
    const Series series{file.instrument, file.format->kind, file.interval};
    auto& files = found.series[series];
    const bool twice = std::any_of(
        files.begin(), files.end(), [&](const auto& other) { return other.path == file.path; });
    if (!twice) files.push_back(std::move(file));
    return {};
}

Result<> recognise_directory(const std::string& path, Found& found) {
    std::set<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
        if (!entry.is_regular_file(error)) continue;
        if (is_data_file(entry.path())) {
            names.insert(entry.path().string());
        } else {
            found.skipped.push_back(entry.path().string() + ": not a .csv, .csv.gz or .csv.zst");
        }
    }
    if (error) return fail(path + ": cannot read the directory: " + error.message());
    for (const auto& name : names) {
        const auto known = recognise(name, found);
        if (!known) found.skipped.push_back(known.error().message);
    }
    if (names.empty()) {
        return fail(
            path + ": holds no .csv, .csv.gz or .csv.zst file; unpack an archive first",
            ExitCode::NotFound);
    }
    return {};
}

Result<Found> find_files(const std::vector<std::string>& wanted) {
    Found found;
    for (const auto& text : wanted) {
        std::error_code ignored;
        if (std::filesystem::is_directory(text, ignored)) {
            TRY(recognise_directory(text, found));
        } else {
            TRY(recognise(text, found));
        }
    }
    std::sort(found.skipped.begin(), found.skipped.end());
    return found;
}

/// One series: what is stored of it and all files, in order of time, into a new file.
class SeriesImport {
public:
    SeriesImport(const ImportOptions& options, SeriesReport& report, std::function<bool()> go_on)
        : options_(options),
          report_(report),
          go_on_(std::move(go_on)),
          path_(options.store + '/' + report.series.path()),
          moment_(report.series.kind, options.on_conflict) {}

    Result<> run(std::vector<FileDescription> files, std::uint64_t& consumed);

private:
    Result<> open(std::vector<FileDescription> files, std::uint64_t& consumed);
    Result<> merge();
    Result<> take_moment(Time time);
    Result<> write(const Placed& placed);
    Result<> finish();
    void note_hole(const StoredRow& row);
    Result<> judge() const;

    const ImportOptions& options_;
    SeriesReport& report_;
    std::function<bool()> go_on_;
    std::string path_;
    Moment moment_;
    std::unique_ptr<SeriesCursor> stored_;
    bool stored_ahead_ = false;  // stored_ stands at a row that was not yet taken
    std::unique_ptr<ImportSources> sources_;
    std::unique_ptr<ColumnWriter> writer_;
    std::optional<market_data::BarSequence> bars_;
    std::string last_id_;
    std::uint64_t moments_ = 0;
};

Result<> SeriesImport::run(std::vector<FileDescription> files, std::uint64_t& consumed) {
    TRY(open(std::move(files), consumed));
    TRY(merge());
    if (!go_on_()) return fail("", ExitCode::Interrupted);
    return finish();
}

Result<> SeriesImport::open(std::vector<FileDescription> files, std::uint64_t& consumed) {
    if (report_.series.kind != Kind::Trades) bars_.emplace(report_.series.interval);
    if (std::filesystem::exists(path_)) {
        stored_ = std::make_unique<SeriesCursor>(
            TRY(open_series(options_.store, report_.series)), std::nullopt, std::nullopt);
        stored_ahead_ = TRY(stored_->next());
    }
    sources_ = TRY(ImportSources::open(std::move(files), report_, consumed));
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), error);
    if (error) return fail(path_ + ": cannot make its directory: " + error.message());
    writer_ = TRY(ColumnWriter::create(path_, report_.series));
    return {};
}

Result<> SeriesImport::merge() {
    while (true) {
        const auto in_files = TRY(sources_->first_time());
        if (!in_files && !stored_ahead_) return {};
        Time time = in_files.value_or(Time::max());
        if (stored_ahead_) time = std::min(time, stored_->row().begin);
        TRY(take_moment(time));
        if (++moments_ % kRowsBetweenProgress == 0 && !go_on_()) {
            return fail("", ExitCode::Interrupted);
        }
    }
}

Result<> SeriesImport::take_moment(Time time) {
    std::vector<Placed> stored;
    while (stored_ahead_ && stored_->row().begin == time) {
        stored.push_back({stored_->row(), "the store"});
        stored_ahead_ = TRY(stored_->next());
    }
    moment_.begin(std::move(stored));
    std::vector<std::string> contradictions;
    while (true) {
        std::vector<Placed> rows = TRY(sources_->take(time));
        if (rows.empty()) break;
        report_.rows += rows.size();
        moment_.add(std::move(rows), contradictions);
    }
    for (auto& each : contradictions) {
        if (report_.contradictions.size() == SeriesReport::kShownMax) break;
        report_.contradictions.push_back(std::move(each));
    }
    Moment::Counts& sum = report_.counts;
    const Moment::Counts& now = moment_.counts();
    sum.added += now.added;
    sum.duplicates += now.duplicates;
    sum.completed += now.completed;
    sum.conflicts += now.conflicts;
    sum.replaced += now.replaced;
    for (const auto& placed : moment_.rows()) TRY(write(placed));
    return {};
}

Result<> SeriesImport::write(const Placed& placed) {
    const StoredRow& row = placed.row;
    if (!row.id.empty() && row.id == last_id_) {
        --report_.counts.added;
        report_reject(report_, placed.place, "trade id " + row.id + " is that of the trade before");
        return {};
    }
    last_id_ = row.id;
    note_hole(row);
    return writer_->add(row);
}

void SeriesImport::note_hole(const StoredRow& row) {
    if (!bars_) return;
    const auto hole = bars_->place(row.begin).hole;
    if (!hole) return;
    auto& holes = report_.holes;
    const auto behind = std::find_if(holes.begin(), holes.end(), [&](const auto& other) {
        return other.missing < hole->missing;
    });
    if (behind == holes.end() && holes.size() == SeriesReport::kHolesMax) return;
    holes.insert(behind, *hole);
    if (holes.size() > SeriesReport::kHolesMax) holes.pop_back();
}

/// Whether what was read may be stored.
Result<> SeriesImport::judge() const {
    const std::string name = report_.series.to_string();
    if (report_.counts.conflicts > 0 && options_.on_conflict == OnConflict::Refuse) {
        return fail(
            name + ": " + std::to_string(report_.counts.conflicts) +
                " rows contradict others of the same moment, so nothing was stored; the first: " +
                report_.contradictions.front() +
                "; say which to believe: --on-conflict keep (what was there first) or replace "
                "(what "
                "came later)",
            ExitCode::Refused);
    }
    if (report_.rejected > 0 && options_.strict) {
        return fail(
            name + ": " + std::to_string(report_.rejected) +
            " lines were rejected, so --strict stores nothing; the first: " +
            report_.rejections.front());
    }
    if (writer_->rows() == 0) {
        const std::string first =
            report_.rejections.empty() ? "" : "; the first: " + report_.rejections.front();
        return fail(name + ": the files have not one usable line" + first);
    }
    return {};
}

Result<> SeriesImport::finish() {
    TRY(judge());
    const auto& counts = report_.counts;
    report_.stored = writer_->facts();
    const bool differs = counts.added + counts.completed + counts.replaced > 0;
    if (!differs && stored_ != nullptr) report_.stored = stored_->file().facts();
    if (!differs || options_.dry_run) return {};
    TRY(writer_->commit());
    report_.stored = writer_->facts();
    report_.changed = true;
    return {};
}

}  // namespace

Result<ImportReport> import_files(const ImportOptions& options) {
    Found found = TRY(find_files(options.files));
    ImportReport report;
    report.skipped = std::move(found.skipped);
    const auto lock = TRY(lock_store(options.store));
    std::uint64_t consumed = 0;
    const auto go_on = [&] { return !options.progress || options.progress(consumed, found.bytes); };
    for (auto& [series, files] : found.series) {
        SeriesReport& each = report.series.emplace_back();
        each.series = series;
        for (const auto& file : files) each.files.push_back(file.path);
        const auto done = SeriesImport(options, each, go_on).run(std::move(files), consumed);
        if (done) continue;
        if (done.error().exit_code == ExitCode::Interrupted)
            return tl::make_unexpected(done.error());
        each.error = done.error();
    }
    return report;
}

}  // namespace tapedeck::recorded
