#pragma once

#include "base/expected.h"
#include "base/instrument.h"
#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>

/// What a file of market data is: the format, by its first line, and of what, by its name.
namespace tapedeck::recorded {

enum class Kind { Candles, QuoteBars, Trades };

/// The column layouts that are understood.
struct Format {
    Kind kind = Kind::Candles;
    std::string_view columns;  ///< comma separated; the header, where there is one
    std::size_t count = 0;     ///< of columns
    bool has_header = true;
    bool in_seconds = false;  ///< Kraken's downloads; the others have milliseconds
};

/// By the first line of a file: its header, in any case of letters; or, where it begins with a
/// digit, its number of columns. Null: not known.
const Format* find_format(std::string_view first_line);

/// One line that names all formats, for errors and the documentation.
std::string known_formats();

/// Bars are from a second to a year long.
bool is_interval(Duration interval);

/// What the file's name or the user tells.
struct Clues {
    std::optional<Instrument> instrument;
    std::optional<Duration> interval;
};

/// Reads a file's name: "demo_bitfinex_BTCUSD_1m_2019Q4.csv.gz" is bitfinex:BTC/USD, 1m;
/// "XBTEUR_1.csv", as in Kraken's archives, is kraken:BTC/EUR, 1m. XBT is BTC and XDG is DOGE.
Clues read_name(std::string_view path);

struct FileWanted {
    std::string path;
    Clues clues;  ///< the user's, completed by the name's
};

/// "path" or "path=venue:BASE/QUOTE" or "path=venue:BASE/QUOTE@1m".
Result<FileWanted> parse_file(std::string_view text);

/// The last part of a path.
std::string_view base_name(std::string_view path);

}  // namespace tapedeck::recorded
