#pragma once

#include "events/market.h"
#include "venues/recorded/format.h"

#include <string>
#include <string_view>

namespace tapedeck::recorded {

/// One line of a file, read. Only the member of the format's kind is used; instrument and interval
/// in it are set once, by whoever owns the row.
struct Row {
    Time begin{};  ///< a bar's open; a trade's time
    Time time{};   ///< when it is known: a bar's close; a trade's time
    CandleClosed candle;
    QuoteChanged quote;
    TradePrinted trade;
};

/// Reads a line into `row`. "" if that went well, otherwise what is wrong with the line, without
/// its place. `interval` is that of the bars, zero for trades.
std::string read_row(const Format& format, Duration interval, std::string_view line, Row& row);

/// The text with a '?' for every byte that is not printable ASCII: what goes on the tape is valid
/// UTF-8 whatever the file holds.
std::string printable(std::string_view text);

}  // namespace tapedeck::recorded
