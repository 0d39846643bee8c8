#pragma once

#include "ops/terminal.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::ops {

/// Rows under headings, as text: aligned for people (`print`), or TSV for programs (`plain`).
class Table {
public:
    explicit Table(std::vector<std::string> headings);

    /// One cell a heading; missing ones are empty, surplus ones abort. A color paints the whole
    /// cell and does not count as width.
    struct Cell {
        std::string text;
        std::optional<Color> color = std::nullopt;

        Cell(std::string value) : text(std::move(value)) {}  // NOLINT: cells are written as text

        Cell(const char* value) : text(value) {}  // NOLINT

        Cell(std::string value, Color paint) : text(std::move(value)), color(paint) {}
    };

    void add(std::vector<Cell> row);

    bool empty() const { return rows_.empty(); }

    /// Two spaces between columns; a column of which every cell that says something is a number
    /// ("+0.031", "3 %", "-") is aligned to the right. No trailing spaces.
    std::string print(Colors colors = Colors::off()) const;

    /// Headings and rows separated by tabs; tabs and line breaks in cells become spaces.
    std::string plain() const;

private:
    std::vector<bool> numeric_columns() const;
    std::vector<std::size_t> widths() const;

    std::vector<std::string> headings_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace tapedeck::ops
