#include "ops/config_layers.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace tapedeck::ops {

namespace {

// Elements of one list of tables; their numbers have two digits, so that they sort as written.
constexpr std::size_t kListMax = 99;

/// The lines of a file, to quote numbers as they were written: toml++ keeps only their values.
class SourceText {
public:
    explicit SourceText(std::string_view text) {
        while (!text.empty()) {
            const auto end = std::min(text.find('\n'), text.size());
            lines_.push_back(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }

    std::string_view line(unsigned number) const {
        return number == 0 || number > lines_.size() ? std::string_view() : lines_[number - 1];
    }

    /// What stands in a region of one line; columns count characters.
    std::string at(const toml::source_region& region) const {
        if (region.begin.line != region.end.line) return {};
        std::string result;
        unsigned column = 0;
        for (const char c : line(region.begin.line)) {
            if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++column;
            if (column >= region.begin.column && column < region.end.column) result += c;
        }
        return result;
    }

private:
    std::vector<std::string_view> lines_;
};

class TomlReader {
public:
    TomlReader(std::string_view text, const std::string& name, unsigned rank, Layers& layers)
        : source_(text), name_(name), rank_(rank), layers_(layers) {}

    void walk(const toml::table& table, const KeyPath& path) {
        for (auto&& [key, node] : table) {
            KeyPath below = path;
            below.emplace_back(key.str());
            const Place place = place_of(key.source().begin);
            if (const auto* child = node.as_table()) {
                layers_.sections.push_back({below, place});
                walk(*child, below);
            } else if (node.is_array_of_tables()) {
                walk_list(*node.as_array(), below, place);
            } else {
                layers_.assignments.push_back({below, raw(node), place});
            }
        }
    }

private:
    Place place_of(const toml::source_position& position) const {
        return {rank_, {Origin::Layer::File, name_, position.line, position.column}};
    }

    void walk_list(const toml::array& list, const KeyPath& path, const Place& place) {
        layers_.drop_below(path);
        if (list.size() > kListMax) {
            layers_.error(place, "[[" + join_quoted(path) + "]] has more than 99 elements");
            return;
        }
        unsigned number = 0;
        for (const auto& element : list) {
            ++number;
            KeyPath below = path;
            below.push_back((number < 10 ? "0" : "") + std::to_string(number));
            layers_.sections.push_back({below, place_of(element.source().begin), true});
            walk(*element.as_table(), below);
        }
    }

    RawValue raw(const toml::node& node) const {
        RawValue value;
        value.line = node.source().begin.line;
        value.column = node.source().begin.column;
        value.text = source_.at(node.source());
        switch (node.type()) {
            case toml::node_type::string:
                value.type = RawValue::Type::String;
                value.text = **node.as_string();
                break;
            case toml::node_type::integer: value.type = RawValue::Type::Integer; break;
            case toml::node_type::floating_point: value.type = RawValue::Type::Float; break;
            case toml::node_type::boolean: value.type = RawValue::Type::Boolean; break;
            case toml::node_type::date:
            case toml::node_type::time:
            case toml::node_type::date_time: value.type = RawValue::Type::Moment; break;
            case toml::node_type::array:
                value.type = RawValue::Type::Array;
                for (const auto& item : *node.as_array()) value.items.push_back(raw(item));
                break;
            case toml::node_type::table:
            case toml::node_type::none: value.type = RawValue::Type::Table; break;
        }
        normalize(node, value);
        return value;
    }

    /// 0x10 and 1_000 are integers as well: their digits go on, in decimal.
    static void normalize(const toml::node& node, RawValue& value) {
        if (const auto* integer = node.as_integer()) {
            const bool plain = !value.text.empty() &&
                               value.text.find_first_not_of("-0123456789") == std::string::npos;
            if (!plain) value.text = std::to_string(**integer);
        }
    }

    SourceText source_;
    const std::string& name_;
    unsigned rank_;
    Layers& layers_;
};

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// toml++'s words in ours, and a place that an editor jumps to.
void report_syntax(
    const toml::parse_error& error, std::string_view text, Place place, Layers& layers) {
    const SourceText source(text);
    std::string_view why = error.description();
    constexpr std::string_view kPreamble = "Error while parsing ";
    if (why.starts_with(kPreamble)) why.remove_prefix(kPreamble.size());
    place.origin.line = error.source().begin.line;
    place.origin.column = error.source().begin.column;

    if (contains(why, "cannot redefine")) {
        const auto begin = why.find('\'');
        const auto end = why.find('\'', begin + 1);
        const std::string name(why.substr(begin + 1, end - begin - 1));
        const std::string_view line = source.line(place.origin.line);
        const auto first = std::min(line.find_first_not_of(" \t"), line.size());
        place.origin.column = static_cast<unsigned>(first) + 1;
        const bool header = why.starts_with("table header");
        const bool same = !contains(why, "as table") && !contains(why, "as array");
        layers.error(
            place,
            header && same && contains(why, "existing table")
                ? "duplicate section [" + name + "]"
                : "duplicate key \"" + name + "\": it has a value already");
        return;
    }
    std::string message = "TOML syntax, in " + std::string(why);
    if (contains(why, "not representable")) message = "the whole number is too large for 64 bits";
    if (contains(why, "invalid utf-8")) message = "the file is not UTF-8";
    if (contains(why, "unescaped control characters")) {
        message = "the text is not closed, or has a control character in it";
    }
    if (why.starts_with("boolean")) message += "; it is written true or false";
    const bool bare_word = contains(why, "could not determine value type") ||
                           why.starts_with("decimal integer: expected") ||
                           why.starts_with("floating-point: expected");
    if (bare_word) message += "; texts, durations, sizes and decimals are quoted";
    layers.error(place, std::move(message));
}

}  // namespace

void read_toml(std::string_view text, const std::string& name, unsigned rank, Layers& layers) {
    // The one place where toml++ may throw.
    try {
        const toml::table table = toml::parse(text, std::string_view(name));
        TomlReader(text, name, rank, layers).walk(table, {});
    } catch (const toml::parse_error& error) {
        layers.incomplete = true;
        report_syntax(error, text, {rank, {Origin::Layer::File, name}}, layers);
    }
}

}  // namespace tapedeck::ops
