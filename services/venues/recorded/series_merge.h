#pragma once

#include "venues/recorded/series.h"

#include <cstdint>
#include <string>
#include <vector>

/// What becomes of rows that several sources have of one moment.
namespace tapedeck::recorded {

/// What is done about two rows that claim to be the same and are not.
enum class OnConflict {
    Refuse,   ///< nothing is stored
    Keep,     ///< the row that was there first stays
    Replace,  ///< the later one takes its place
};

/// The rows of one moment of one source, each with where it stands ("XBTEUR_1.csv:17").
struct Placed {
    StoredRow row;
    std::string place;
};

/// The rows of one moment, of all sources, made one. A moment has one bar. It has as many trades as
/// there are ids; of trades without, as many equal ones as the source that has the most of them: a
/// file may hold the same trade twice, and two files that overlap hold it twice without meaning it.
/// Where two rows are one, what only one of them knows (the count of trades, an id, a side) is
/// kept.
class Moment {
public:
    Moment(Kind kind, OnConflict on_conflict) : kind_(kind), on_conflict_(on_conflict) {}

    struct Counts {
        std::uint64_t added = 0;       ///< rows that were not there
        std::uint64_t duplicates = 0;  ///< rows that were
        std::uint64_t completed = 0;   ///< of those, rows that told something new
        std::uint64_t conflicts = 0;
        std::uint64_t replaced = 0;  ///< of those, rows that took the place of another
    };

    /// Begins with what the store has of the moment.
    void begin(std::vector<Placed> stored);

    /// The rows of the next source, in order. Contradictions go to `contradictions` as sentences.
    void add(std::vector<Placed> rows, std::vector<std::string>& contradictions);

    const std::vector<Placed>& rows() const { return rows_; }

    const Counts& counts() const { return counts_; }

private:
    /// The row that `row` repeats or contradicts; rows_.size() if it is a new one.
    std::size_t counterpart(const StoredRow& row, const std::vector<bool>& taken) const;

    Kind kind_;
    OnConflict on_conflict_;
    std::vector<Placed> rows_;
    Counts counts_;
};

}  // namespace tapedeck::recorded
