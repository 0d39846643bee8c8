#include "base/settings.h"

#include <charconv>
#include <set>

namespace tapedeck {

bool Settings::has(std::string_view key) const {
    return values_.find(key) != values_.end();
}

std::string Settings::text(std::string_view key, std::string_view fallback) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::string(fallback) : found->second;
}

bool Settings::flag(std::string_view key, bool fallback) const {
    const auto found = values_.find(key);
    if (found == values_.end()) return fallback;
    if (found->second == "true") return true;
    return found->second == "false" ? false : fallback;
}

std::int64_t Settings::integer(std::string_view key, std::int64_t fallback) const {
    const auto found = values_.find(key);
    if (found == values_.end()) return fallback;
    const std::string& text = found->second;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? value : fallback;
}

Decimal Settings::decimal(std::string_view key, Decimal fallback) const {
    const auto found = values_.find(key);
    if (found == values_.end()) return fallback;
    return Decimal::parse(found->second).value_or(fallback);
}

Duration Settings::duration(std::string_view key, Duration fallback) const {
    const auto found = values_.find(key);
    if (found == values_.end()) return fallback;
    return parse_duration(found->second).value_or(fallback);
}

std::vector<std::string> Settings::list(std::string_view key) const {
    std::vector<std::string> items;
    const auto found = values_.find(key);
    if (found == values_.end() || found->second.empty()) return items;
    std::string_view rest = found->second;
    while (true) {
        const auto comma = rest.find(',');
        items.emplace_back(rest.substr(0, comma));
        if (comma == std::string_view::npos) return items;
        rest.remove_prefix(comma + 1);
    }
}

std::vector<std::string> Settings::names_in(std::string_view family) const {
    std::set<std::string> names;
    const std::string prefix = std::string(family) + ".";
    for (auto it = values_.lower_bound(prefix);
         it != values_.end() && it->first.compare(0, prefix.size(), prefix) == 0;
         ++it) {
        // The last dot, for keys have none; names may ("kraken:ETH2.S/EUR").
        const auto dot = it->first.rfind('.');
        if (dot < prefix.size()) continue;
        names.insert(it->first.substr(prefix.size(), dot - prefix.size()));
    }
    return {names.begin(), names.end()};
}

Settings Settings::below(std::string_view prefix) const {
    Settings result;
    const std::string start = std::string(prefix) + ".";
    for (auto it = values_.lower_bound(start);
         it != values_.end() && it->first.compare(0, start.size(), start) == 0;
         ++it) {
        result.set(it->first.substr(start.size()), it->second);
    }
    return result;
}

}  // namespace tapedeck
