#pragma once

#include "testing/given.h"
#include "testing/temporary_directory.h"
#include "venues/recorded/recorded_feed.h"

#include <zlib.h>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// What the tests of this folder write and read their files with.
namespace tapedeck::recorded {

inline constexpr std::string_view kCandleHeader = "timestamp,open,high,low,close,volume\n";
inline constexpr std::string_view kTradeHeader = "timestamp,price,size,side,trade_id\n";

/// One gzip member.
inline std::string gzipped(std::string_view text) {
    constexpr int gzip_wrapper = 16;
    z_stream stream{};
    std::string out(compressBound(static_cast<uLong>(text.size())) + 64, '\0');
    std::string in(text);
    deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + gzip_wrapper, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// One Zstandard frame.
inline std::string zstandard(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}

inline market_data::FeedSettings settings_for(
    std::vector<std::string> files, market_data::BadLine on_bad_line = market_data::BadLine::Stop) {
    market_data::FeedSettings settings;
    settings.source = market_data::Source::Recorded;
    settings.files = std::move(files);
    settings.on_bad_line = on_bad_line;
    return settings;
}

/// Everything that a feed gives: one line an event, "12:01:00 CandleClosed {json}"; an error, at
/// opening or later, as the last line.
inline std::vector<std::string> play(const market_data::FeedSettings& settings) {
    std::vector<std::string> said;
    auto feed = RecordedFeed::open(settings);
    if (!feed) return {"error: " + feed.error().message};
    while (true) {
        auto step = (*feed)->next();
        if (!step) {
            said.push_back("error: " + step.error().message);
            return said;
        }
        if (!*step) return said;
        for (const auto& [event, origin] : (*step)->events) {
            said.push_back(
                to_string((*step)->time).substr(11, 8) + ' ' + std::string(event.name()) + ' ' +
                to_json(event));
        }
    }
}

/// The events of one type among all that a feed gives. An error fails the test.
template <AnEvent T>
std::vector<T> only(const market_data::FeedSettings& settings) {
    std::vector<T> result;
    auto feed = RecordedFeed::open(settings);
    EXPECT_TRUE(feed) << feed.error().message;
    while (feed) {
        auto step = (*feed)->next();
        EXPECT_TRUE(step) << step.error().message;
        if (!step || !*step) break;
        for (const market_data::SourcedEvent& sourced : (*step)->events) {
            if (const T* found = sourced.event.as<T>()) result.push_back(*found);
        }
    }
    return result;
}

/// The folder of real data: TAPEDECK_DATA, or shared/data beside the project; "" if there is none.
inline std::string data_folder() {
    const char* named = std::getenv("TAPEDECK_DATA");
    const std::string folder =
        named != nullptr ? named : std::string(TAPEDECK_SOURCE_DIR) + "/../shared/data";
    return std::filesystem::is_directory(folder + "/candles") ? folder : "";
}

}  // namespace tapedeck::recorded
