#include "venues/recorded/series_merge.h"

#include <utility>

namespace tapedeck::recorded {

namespace {

template <class T>
bool agree(const std::optional<T>& a, const std::optional<T>& b) {
    return !a || !b || *a == *b;
}

/// Whether the two can be one: what both of them know is the same.
bool agree(const StoredRow& a, const StoredRow& b) {
    return a.numbers == b.numbers && agree(a.trades, b.trades) && agree(a.side, b.side) &&
           (a.id.empty() || b.id.empty() || a.id == b.id);
}

/// Adds to `row` what only `other` knows. True if there was something.
bool complete(StoredRow& row, const StoredRow& other) {
    const StoredRow before = row;
    if (!row.trades) row.trades = other.trades;
    if (!row.side) row.side = other.side;
    if (row.id.empty()) row.id = other.id;
    return !(row == before);
}

std::string shown(Kind kind, const StoredRow& row) {
    const auto number = [&](std::size_t i) { return row.numbers[i].to_string(); };
    std::string text;
    switch (kind) {
        case Kind::Candles:
            text = "open " + number(0) + " high " + number(1) + " low " + number(2) + " close " +
                   number(3) + " volume " + number(4);
            if (row.trades) text += " trades " + std::to_string(*row.trades);
            return text;
        case Kind::QuoteBars:
            return "bid " + number(0) + " ask " + number(1) + " sizes " + number(2) + ", " +
                   number(3);
        case Kind::Trades:
            text = number(1) + " at " + number(0);
            if (!row.id.empty()) text += ", id " + row.id;
            return text;
    }
    return text;
}

}  // namespace

void Moment::begin(std::vector<Placed> stored) {
    rows_ = std::move(stored);
    counts_ = {};
}

std::size_t Moment::counterpart(const StoredRow& row, const std::vector<bool>& taken) const {
    if (kind_ != Kind::Trades) return 0;
    if (!row.id.empty()) {
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            if (rows_[i].row.id == row.id) return i;
        }
    }
    for (std::size_t i = 0; i < taken.size(); ++i) {
        if (!taken[i] && agree(rows_[i].row, row)) return i;
    }
    return rows_.size();
}

void Moment::add(std::vector<Placed> rows, std::vector<std::string>& contradictions) {
    // Of what was there before this source came: a row of it stands for one of its own.
    std::vector<bool> taken(rows_.size());
    for (auto& [row, place] : rows) {
        const std::size_t at = counterpart(row, taken);
        if (at >= rows_.size()) {
            rows_.push_back({std::move(row), std::move(place)});
            ++counts_.added;
            continue;
        }
        if (at < taken.size()) taken[at] = true;
        Placed& there = rows_[at];
        if (agree(there.row, row)) {
            ++counts_.duplicates;
            if (complete(there.row, row)) ++counts_.completed;
            continue;
        }
        ++counts_.conflicts;
        contradictions.push_back(
            place + ": at " + to_string(row.begin) + " has " + shown(kind_, row) + ", but " +
            there.place + " has " + shown(kind_, there.row));
        if (on_conflict_ != OnConflict::Replace) continue;
        there = {std::move(row), std::move(place)};
        ++counts_.replaced;
    }
}

}  // namespace tapedeck::recorded
