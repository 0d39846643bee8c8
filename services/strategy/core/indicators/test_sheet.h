#pragma once

// For tests only.

#include "strategy/core/indicators/reading.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace tapedeck::strategy::test {

/// A table of reference values from the shared data, which are not part of this repository.
class Sheet {
public:
    /// Where `name` is expected: below $TAPEDECK_DATA, else beside the repository.
    static std::string path_of(const std::string& name) {
        const char* folder = std::getenv("TAPEDECK_DATA");
#ifdef TAPEDECK_SOURCE_DIR
        const std::string fallback = std::string(TAPEDECK_SOURCE_DIR) + "/../shared/data";
#else
        const std::string fallback = "../shared/data";
#endif
        return (folder != nullptr ? std::string(folder) : fallback) + "/reference/" + name;
    }

    /// The reason for skipping a test, where `open` finds nothing.
    static std::string missing(const std::string& name) {
        return "no reference data at " + path_of(name) +
               "; set TAPEDECK_DATA to the folder of the shared data";
    }

    /// Nothing where the file is not there.
    static std::optional<Sheet> open(const std::string& name) {
        std::ifstream file(path_of(name));
        if (!file) return std::nullopt;
        Sheet sheet;
        std::string line;
        std::getline(file, line);
        const auto names = split(line);
        for (std::size_t i = 0; i < names.size(); ++i) sheet.column_by_name_[names[i]] = i;
        while (std::getline(file, line)) sheet.rows_.push_back(split(line));
        return sheet;
    }

    std::size_t rows() const {
        return rows_.size();
    }

    /// The cell as it is written; empty where the sheet says nothing.
    const std::string& text(std::size_t row, const std::string& column) const {
        return rows_.at(row).at(column_by_name_.at(column));
    }

    bool has(std::size_t row, const std::string& column) const {
        return !text(row, column).empty();
    }

    double number(std::size_t row, const std::string& column) const {
        return std::stod(text(row, column));
    }

    /// Half a unit of the last digit written, but no less than 1e-9 of the value.
    double tolerance(std::size_t row, const std::string& column) const {
        const std::string& digits = text(row, column);
        const std::size_t point = digits.find('.');
        const std::size_t decimals = point == std::string::npos ? 0 : digits.size() - point - 1;
        const double rounding = 0.5 * std::pow(10.0, -static_cast<double>(decimals));
        // A hair more than half: the written value is itself only the nearest double.
        return std::max(rounding * 1.000001, 1e-9 * std::abs(number(row, column)));
    }

    void expect(const Reading& reading, std::size_t row, const std::string& column) const {
        ASSERT_TRUE(reading.has_value()) << column << " is missing at row " << row;
        EXPECT_NEAR(*reading, number(row, column), tolerance(row, column))
            << column << " at row " << row;
    }

private:
    static std::vector<std::string> split(std::string line) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        std::vector<std::string> cells;
        std::string cell;
        std::istringstream stream(line);
        while (std::getline(stream, cell, ',')) cells.push_back(cell);
        if (!line.empty() && line.back() == ',') cells.emplace_back();
        return cells;
    }

    std::map<std::string, std::size_t> column_by_name_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace tapedeck::strategy::test
