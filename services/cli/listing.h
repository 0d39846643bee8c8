#pragma once

#include "base/money.h"
#include "cli/session.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::cli {

/// How a column's values look to people; JSON and TSV have them exact.
enum class Look {
    Text,
    Count,    ///< whole numbers
    Exact,    ///< decimals as they are
    Money,    ///< two digits after the point
    Gain,     ///< likewise, with its sign and color
    Percent,  ///< a ratio: 0.031 as "3.1 %"
};

struct Column {
    std::string heading;
    std::string key;  ///< in JSON
    Look look = Look::Text;
};

/// Rows of one kind of thing, shown as a table, TSV or JSON lines.
class Listing {
public:
    explicit Listing(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// One value a column, exact; "" = none.
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

    bool empty() const { return rows_.empty(); }

    std::size_t size() const { return rows_.size(); }

    std::string table(ops::Colors colors) const;

    std::string plain() const;

    /// An array of objects.
    nlohmann::ordered_json json() const;

    /// One object a line.
    std::string json_lines() const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// "25 112.40": two digits after the point, rounded half even, spaces between thousands.
std::string show_money(Decimal amount);

/// "+12.40", "-3.00", "0.00".
std::string show_gain(Decimal amount);

/// "3.1 %".
std::string show_percent(Decimal ratio);

template <class T>
std::string text_of(const std::optional<T>& value) {
    return value ? value->to_string() : "";
}

}  // namespace tapedeck::cli
