#include "cli/listing.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tapedeck::cli {

namespace {

std::string shown(const std::string& value, Look look) {
    if (value.empty()) return look == Look::Text ? "" : "-";
    if (look == Look::Text || look == Look::Count || look == Look::Exact) return value;
    const auto number = Decimal::parse(value);
    if (!number) return value;
    if (look == Look::Money) return show_money(*number);
    if (look == Look::Gain) return show_gain(*number);
    return show_percent(*number);
}

std::optional<ops::Color> color_of(const std::string& text, Look look) {
    if (look != Look::Gain || text.empty()) return std::nullopt;
    if (text.front() == '+') return ops::Color::Green;
    if (text.front() == '-' && text.size() > 1) return ops::Color::Red;
    return std::nullopt;
}

nlohmann::ordered_json json_of(const std::string& value, Look look) {
    if (value.empty()) return nullptr;
    if (look != Look::Count) return value;
    const auto number = Decimal::parse(value);
    if (!number || number->is_negative()) return value;
    return std::stoull(value);
}

}  // namespace

std::string show_money(Decimal amount) {
    const auto cent = Decimal::from_parts(1, 2);
    const auto rounded = round_to_step(amount.abs(), *cent, Rounding::HalfEven);
    std::string text = (rounded ? *rounded : amount.abs()).to_string();
    auto point = text.find('.');
    if (point == std::string::npos) {
        point = text.size();
        text += '.';
    }
    text.append(point + 3 - std::min(point + 3, text.size()), '0');
    for (std::size_t at = point; at > 3; at -= 3) text.insert(at - 3, 1, ' ');
    const bool is_zero = rounded && rounded->is_zero();
    return amount.is_negative() && !is_zero ? '-' + text : text;
}

std::string show_gain(Decimal amount) {
    std::string text = show_money(amount);
    if (text == "0.00" || text.front() == '-') return text;
    return '+' + text;
}

std::string show_percent(Decimal ratio) {
    const double percent = ratio.to_double() * 100;
    const bool is_small = percent < 10 && percent > -10;
    return is_small ? fmt::format("{:.2f} %", percent) : fmt::format("{:.1f} %", percent);
}

std::string Listing::table(ops::Colors colors) const {
    std::vector<std::string> headings;
    for (const auto& column : columns_) headings.push_back(column.heading);
    ops::Table table(headings);
    for (const auto& row : rows_) {
        std::vector<ops::Table::Cell> cells;
        for (std::size_t i = 0; i < row.size(); ++i) {
            ops::Table::Cell cell(ops::printable(shown(row[i], columns_[i].look)));
            cell.color = color_of(cell.text, columns_[i].look);
            cells.push_back(std::move(cell));
        }
        table.add(std::move(cells));
    }
    return table.print(colors);
}

std::string Listing::plain() const {
    std::vector<std::string> keys;
    for (const auto& column : columns_) keys.push_back(column.key);
    ops::Table table(keys);
    for (const auto& row : rows_) {
        table.add(std::vector<ops::Table::Cell>(row.begin(), row.end()));
    }
    return table.plain();
}

nlohmann::ordered_json Listing::json() const {
    auto list = nlohmann::ordered_json::array();
    for (const auto& row : rows_) {
        nlohmann::ordered_json object;
        for (std::size_t i = 0; i < row.size(); ++i) {
            object[columns_[i].key] = json_of(row[i], columns_[i].look);
        }
        list.push_back(std::move(object));
    }
    return list;
}

std::string Listing::json_lines() const {
    std::string text;
    for (const auto& object : json()) {
        text += object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
        text += '\n';
    }
    return text;
}

}  // namespace tapedeck::cli
