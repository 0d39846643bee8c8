#pragma once

#include "base/expected.h"
#include "venues/recorded/column_file.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Series of the store as they are asked for: as stored, or made from a finer one.
namespace tapedeck::recorded {

/// A series and a part of its time. The rows that begin in [from, to); no bound where none is set.
struct Selection {
    Series series;
    std::optional<Time> from;
    std::optional<Time> to;

    /// "kraken:BTC/EUR@1m:2024-01-01T00:00:00.000Z..".
    std::string to_string() const;
};

/// True for "store:…", how a selection stands among the paths of market-data.files.
bool names_store(std::string_view text);

/// "store:kraken:BTC/EUR@1m", with or without the word in front; behind it
/// ":2024-01-01..2024-03-01" for a part, of which either end may be left out. Exit 2.
Result<Selection> parse_selection(std::string_view text);

/// The rows of a selection.
///
/// A series that is not stored is made from a finer one of the same instrument: candles of any
/// multiple of a stored interval, or of trades; quote bars likewise. Bars open on multiples of
/// their interval since 1970 UTC. Only bars that the data cover from their open to their close are
/// given: of a first or last one that is cut off, nobody knows the rest. Within, a bar is made of
/// what there is. Of several finer series the one is taken that covers most of what was asked for,
/// then the coarsest.
class SeriesReader {
public:
    /// Exit 3 when there is no such series and nothing to make it of, or nothing in the range.
    static Result<SeriesReader> open(const std::string& store, const Selection& selection);

    /// Moves on to the next row; false at the end. An error stays.
    Result<bool> next();

    const StoredRow& row() const { return made_ ? bar_ : cursor_.row(); }

    /// Of row(): its number in the file, from 1; of a bar that was made, that of its first part.
    std::uint64_t number() const { return made_ ? number_ : cursor_.number(); }

    const Series& series() const { return selection_.series; }

    const ColumnFile& file() const { return cursor_.file(); }

    /// The finest decimal of the prices in the first FileDescription::kSampleLines rows of the
    /// file.
    Result<unsigned> price_scale() const;

    /// What is read and everything that shapes it: two readers with the same text give the same
    /// rows.
    std::string source() const;

    std::uint64_t consumed() const { return cursor_.consumed(); }

    std::uint64_t total() const { return cursor_.total(); }

private:
    SeriesReader(const Selection& selection, SeriesCursor cursor, bool made)
        : selection_(selection), cursor_(std::move(cursor)), made_(made) {}

    static SeriesReader stored(const Selection& selection, ColumnFile file);
    static SeriesReader made_of(const Selection& selection, ColumnFile file);
    Result<bool> make_bar();
    Result<> add(const StoredRow& row);
    std::string place() const;

    Selection selection_;
    SeriesCursor cursor_;
    bool made_ = false;
    // Of what is made:
    bool ahead_ = false;  // the cursor stands at a row that no bar has yet
    bool begun_ = false;
    StoredRow bar_;
    std::uint64_t number_ = 0;
};

}  // namespace tapedeck::recorded
