#include "ops/table.h"

#include "base/verify.h"

#include <algorithm>

namespace tapedeck::ops {

namespace {

enum class Looks { Empty, Number, Words };

/// Digits, with sign, point, spaces as thousands separators, and one unit of up to 3 letters.
Looks looks_of(std::string_view text) {
    if (text.empty() || text == "-") return Looks::Empty;
    if (text.front() == '+' || text.front() == '-') text.remove_prefix(1);
    if (text.empty() || text.front() < '0' || text.front() > '9') return Looks::Words;
    const auto end = text.find_first_not_of("0123456789. ");
    const std::string_view unit = end == std::string_view::npos ? "" : text.substr(end);
    const bool is_unit =
        display_width(unit) <= 3 && unit.find_first_of("0123456789.-:/") == std::string_view::npos;
    return is_unit ? Looks::Number : Looks::Words;
}

std::string without_breaks(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    return text;
}

}  // namespace

Table::Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

void Table::add(std::vector<Cell> row) {
    VERIFY(row.size() <= headings_.size());
    row.resize(headings_.size(), Cell(""));
    rows_.push_back(std::move(row));
}

std::vector<bool> Table::numeric_columns() const {
    std::vector<bool> numeric(headings_.size(), false);
    for (std::size_t column = 0; column < headings_.size(); ++column) {
        bool words = false;
        for (const auto& row : rows_) {
            const Looks looks = looks_of(row[column].text);
            if (looks == Looks::Number) numeric[column] = true;
            if (looks == Looks::Words) words = true;
        }
        if (words) numeric[column] = false;
    }
    return numeric;
}

std::vector<std::size_t> Table::widths() const {
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < headings_.size(); ++column) {
        std::size_t width = display_width(headings_[column]);
        for (const auto& row : rows_) width = std::max(width, display_width(row[column].text));
        widths.push_back(width);
    }
    return widths;
}

std::string Table::print(Colors colors) const {
    const auto right = numeric_columns();
    const auto width = widths();
    std::string result;
    const auto print_row = [&](const std::vector<Cell>& row) {
        std::string line;
        std::size_t owed = 0;  // spaces that only a later cell makes visible
        for (std::size_t column = 0; column < row.size(); ++column) {
            const Cell& cell = row[column];
            const std::size_t pad = width[column] - display_width(cell.text);
            if (right[column]) owed += pad;
            if (!cell.text.empty()) {
                line.append(owed, ' ');
                line += cell.color ? colors.paint(*cell.color, cell.text) : cell.text;
                owed = 0;
            }
            if (!right[column]) owed += pad;
            owed += 2;
        }
        result += line + "\n";
    };
    std::vector<Cell> head;
    for (const auto& heading : headings_) head.emplace_back(heading, Color::Bold);
    print_row(head);
    for (const auto& row : rows_) print_row(row);
    return result;
}

std::string Table::plain() const {
    std::string result;
    for (std::size_t i = 0; i < headings_.size(); ++i) {
        result += (i == 0 ? "" : "\t") + without_breaks(headings_[i]);
    }
    result += '\n';
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            result += (i == 0 ? "" : "\t") + without_breaks(row[i].text);
        }
        result += '\n';
    }
    return result;
}

}  // namespace tapedeck::ops
