#include "venues/recorded/file_cursor.h"

#include "market-data/core/quality.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace tapedeck::recorded {

namespace {

constexpr std::size_t kRawMax = 1024;  // MarketDataRejected.raw

std::string_view name_of(Kind kind) {
    switch (kind) {
        case Kind::Candles: return "candles";
        case Kind::QuoteBars: return "quote bars";
        case Kind::Trades: return "trades";
    }
    return {};
}

std::string place(const std::string& path, std::uint64_t line) {
    return path + ':' + std::to_string(line) + ": ";
}

/// A row of this file, with what all its rows have in common.
Row blank_row(const FileDescription& file) {
    Row row;
    row.candle.instrument = file.instrument;
    row.candle.interval = file.interval;
    row.quote.instrument = file.instrument;
    row.trade.instrument = file.instrument;
    return row;
}

/// The finest decimal of the prices of a row. Trailing zeros don't count.
unsigned price_scale(const Format& format, const Row& row) {
    switch (format.kind) {
        case Kind::Candles:
            return std::max(
                {row.candle.open.decimal().parts().scale,
                 row.candle.high.decimal().parts().scale,
                 row.candle.low.decimal().parts().scale,
                 row.candle.close.decimal().parts().scale});
        case Kind::QuoteBars:
            return std::max(
                row.quote.bid.decimal().parts().scale, row.quote.ask.decimal().parts().scale);
        case Kind::Trades: return row.trade.price.decimal().parts().scale;
    }
    return 0;
}

Result<> recognise(FileDescription& file, const Clues& clues, std::string_view first_line) {
    file.format = find_format(first_line);
    if (file.format == nullptr) {
        return fail(
            place(file.path, 1) + "unknown columns \"" + printable(first_line.substr(0, 60)) +
            "\"; the formats are " + known_formats());
    }
    const auto unclear = [&](const char* what) {
        return fail(
            file.path + ": its name does not tell the " + what + "; write \"" + file.path +
                "=venue:BASE/QUOTE@1m\" in market-data.files",
            ExitCode::Configuration);
    };
    if (!clues.instrument) return unclear("instrument");
    if (file.format->kind != Kind::Trades && !clues.interval) return unclear("interval");
    file.instrument = *clues.instrument;
    if (file.format->kind != Kind::Trades) file.interval = *clues.interval;
    return {};
}

/// Reads the first lines for the format and the price's precision. Bad ones are not judged here.
Result<> sample(FileDescription& file, const Clues& clues) {
    LineReader reader(TRY(Input::open(file.path)), file.path, 0);
    if (!TRY(reader.next())) return fail(file.path + ": the file is empty; remove it");
    TRY(recognise(file, clues, reader.line()));
    if (file.format->has_header && !TRY(reader.next())) {
        return fail(file.path + ": nothing follows the header; remove it from market-data.files");
    }
    Row row = blank_row(file);
    for (int i = 0; i < FileDescription::kSampleLines; ++i) {
        if (read_row(*file.format, file.interval, reader.line(), row).empty()) {
            file.price_scale = std::max(file.price_scale, price_scale(*file.format, row));
        }
        if (!TRY(reader.next())) break;
    }
    file.price_scale = std::min(file.price_scale, FileDescription::kPriceScaleMax);
    return {};
}

}  // namespace

std::string FileDescription::to_string() const {
    std::array<char, 16> checksum{};
    std::snprintf(checksum.data(), checksum.size(), "%08x", fingerprint.crc32c);
    std::string result(base_name(path));
    result += ", " + std::to_string(fingerprint.size) + " bytes, crc32c " + checksum.data() + ", ";
    result += name_of(format->kind);
    if (interval > Duration::zero()) result += ' ' + tapedeck::to_string(interval);
    return result + " of " + instrument.to_string();
}

Result<FileDescription> recognise_file(const FileWanted& wanted) {
    FileDescription file;
    file.path = wanted.path;
    TRY(sample(file, wanted.clues));
    return file;
}

Result<FileDescription> describe_file(const FileWanted& wanted) {
    FileDescription file = TRY(recognise_file(wanted));
    file.fingerprint = TRY(fingerprint(wanted.path));
    return file;
}

Result<FileCursor> FileCursor::open(
    FileDescription file, market_data::BadLine on_bad_line, std::size_t buffer_size) {
    LineReader reader(TRY(Input::open(file.path)), file.path, buffer_size);
    if (file.format->has_header) TRY(reader.next());
    return FileCursor(std::move(file), on_bad_line, std::move(reader));
}

FileCursor::FileCursor(FileDescription file, market_data::BadLine on_bad_line, LineReader reader)
    : file_(std::move(file)),
      on_bad_line_(on_bad_line),
      reader_(std::move(reader)),
      row_(blank_row(file_)) {}

Result<bool> FileCursor::next() {
    if (error_) return tl::make_unexpected(*error_);
    auto found = find_row();
    if (!found) error_ = found.error();
    return found;
}

Result<bool> FileCursor::find_row() {
    while (TRY(reader_.next())) {
        std::string fault = read_row(*file_.format, file_.interval, reader_.line(), row_);
        if (!fault.empty() && on_bad_line_ == market_data::BadLine::Stop) {
            return fail(
                place(file_.path, line()) + fault +
                "; correct the line, or set market-data.on_bad_line = \"reject\"");
        }
        if (fault.empty()) fault = contradiction();
        if (fault.empty()) {
            last_ = row_.begin;
            return true;
        }
        TRY(reject(std::move(fault)));
    }
    return false;
}

std::string FileCursor::raw() const {
    return printable(reader_.line().substr(0, kRawMax));
}

std::string FileCursor::contradiction() const {
    if (last_ && row_.begin < *last_) {
        return "time " + to_string(row_.begin) + " is before that of the line before, " +
               to_string(*last_);
    }
    switch (file_.format->kind) {
        case Kind::Candles: return market_data::contradiction(row_.candle);
        case Kind::QuoteBars: return market_data::contradiction(row_.quote);
        case Kind::Trades: return market_data::contradiction(row_.trade);
    }
    return {};
}

Result<> FileCursor::reject(std::string reason) {
    if (rejections_.size() == kRejectedInARowMax) {
        return fail(
            place(file_.path, line()) + std::to_string(kRejectedInARowMax) +
            " bad lines in a row, this one because " + reason +
            "; sort the file by time, or check that it is what it says");
    }
    rejections_.push_back({line(), std::move(reason), raw()});
    return {};
}

}  // namespace tapedeck::recorded
