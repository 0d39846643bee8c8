#pragma once

#include "testing/given.h"
#include "venues/recorded/import.h"
#include "venues/recorded/series_reader.h"
#include "venues/recorded/test_files.h"

#include <string>
#include <string_view>
#include <vector>

/// What the tests of the store write and read it with.
namespace tapedeck::recorded {

inline Series series_of(std::string_view text) {
    return parse_series(text).value();
}

inline StoredRow stored_candle(
    std::string_view time, const std::vector<std::string_view>& numbers) {
    StoredRow row;
    row.begin = tapedeck::testing::time(time);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        row.numbers.at(i) = Decimal::parse(numbers[i]).value();
    }
    return row;
}

/// "12:01 10 12 9 11 5": one line a row, open to volume; "/3" behind it where trades were counted.
inline std::vector<std::string> rows_in(const std::string& store, std::string_view selection) {
    auto reader = SeriesReader::open(store, parse_selection(selection).value());
    if (!reader) return {"error: " + reader.error().message};
    std::vector<std::string> said;
    while (true) {
        const auto more = reader->next();
        if (!more) {
            said.push_back("error: " + more.error().message);
            return said;
        }
        if (!*more) return said;
        const StoredRow& row = reader->row();
        std::string line = to_string(row.begin).substr(11, 5);
        const Kind kind = reader->series().kind;
        const std::size_t count = kind == Kind::Candles ? 5 : kind == Kind::Trades ? 2 : 4;
        for (std::size_t i = 0; i < count; ++i) line += ' ' + row.numbers.at(i).to_string();
        if (row.trades) line += '/' + std::to_string(*row.trades);
        if (row.side) line += *row.side == Side::Buy ? " buy" : " sell";
        if (!row.id.empty()) line += " #" + row.id;
        said.push_back(line);
    }
}

inline std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace tapedeck::recorded
