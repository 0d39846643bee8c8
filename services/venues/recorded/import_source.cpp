#include "venues/recorded/import_source.h"

#include <utility>

namespace tapedeck::recorded {

namespace {

constexpr std::size_t kBufferSize = std::size_t{256} << 10;
/// More rows of one moment in one file are an error: the time column is wrong.
constexpr std::size_t kMomentMax = 100'000;

std::string place_of(const FileCursor& cursor, std::uint64_t line) {
    return cursor.file().path + ':' + std::to_string(line);
}

}  // namespace

void report_reject(SeriesReport& report, const std::string& place, const std::string& why) {
    ++report.rejected;
    if (report.rejections.size() < SeriesReport::kShownMax) {
        report.rejections.push_back(place + ": " + why);
    }
}

Result<std::unique_ptr<ImportSources>> ImportSources::open(
    std::vector<FileDescription> files, SeriesReport& report, std::uint64_t& consumed) {
    std::unique_ptr<ImportSources> result(new ImportSources(report, consumed));
    for (auto& file : files) {
        auto cursor = TRY(FileCursor::open(file, market_data::BadLine::Reject, kBufferSize));
        const bool any = TRY(cursor.next());
        Source source;
        source.file = std::move(file);
        if (any) source.next = cursor.row().begin;
        result->sources_.push_back(std::move(source));
        if (!any) {
            // Nothing but rejections: they are told now, for it is not opened again.
            Source& last = result->sources_.back();
            last.cursor = std::make_unique<FileCursor>(std::move(cursor));
            result->tell_rejections(last);
            last.cursor.reset();
            consumed += last.file.fingerprint.size;
            continue;
        }
        result->queue(result->sources_.size() - 1);
    }
    return result;
}

void ImportSources::queue(std::size_t index) {
    turns_.push(sources_[index].next, index);
}

Result<std::optional<Time>> ImportSources::first_time() {
    while (!turns_.empty()) {
        const std::size_t index = turns_.source();
        Source& source = sources_[index];
        if (source.cursor != nullptr) return std::optional(turns_.time());
        // Its first good row may be one that its series has no place for.
        TRY(open_cursor(source));
        turns_.pop();
        if (!source.at_end) queue(index);
    }
    return std::optional<Time>{};
}

Result<> ImportSources::open_cursor(Source& source) {
    source.cursor = std::make_unique<FileCursor>(
        TRY(FileCursor::open(source.file, market_data::BadLine::Reject, kBufferSize)));
    return advance(source);
}

Result<std::vector<Placed>> ImportSources::take(Time time) {
    std::vector<Placed> rows;
    const auto first = TRY(first_time());
    if (!first || *first != time) return rows;
    const std::size_t index = turns_.source();
    turns_.pop();
    Source& source = sources_[index];
    while (!source.at_end && source.next == time) {
        const FileCursor& cursor = *source.cursor;
        if (rows.size() == kMomentMax) {
            return fail(
                place_of(cursor, cursor.line()) + ": more than " + std::to_string(kMomentMax) +
                " rows at " + to_string(time) + "; check the time column");
        }
        rows.push_back(
            {stored_row(report_.series.kind, cursor.row()), place_of(cursor, cursor.line())});
        TRY(advance(source));
    }
    if (!source.at_end) queue(index);
    return rows;
}

Result<> ImportSources::advance(Source& source) {
    while (true) {
        FileCursor& cursor = *source.cursor;
        const bool any = TRY(cursor.next());
        tell_rejections(source);
        consumed_ += cursor.consumed() - std::exchange(source.counted, cursor.consumed());
        if (!any) {
            source.at_end = true;
            source.cursor.reset();
            return {};
        }
        source.next = cursor.row().begin;
        if (is_aligned(cursor.row())) return {};
        report_reject(
            report_,
            place_of(cursor, cursor.line()),
            market_data::describe(
                market_data::Place::Fault::Misaligned, source.next, report_.series.interval));
    }
}

bool ImportSources::is_aligned(const Row& row) {
    if (report_.series.kind == Kind::Trades) return true;
    market_data::BarSequence alone(report_.series.interval);
    return alone.place(row.begin).fault == market_data::Place::Fault::None;
}

void ImportSources::tell_rejections(Source& source) {
    for (const auto& rejection : source.cursor->rejections()) {
        report_reject(report_, place_of(*source.cursor, rejection.line), rejection.reason);
    }
    source.cursor->rejections().clear();
}

}  // namespace tapedeck::recorded
