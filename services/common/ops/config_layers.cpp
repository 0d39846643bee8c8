#include "ops/config_layers.h"

#include <algorithm>

namespace tapedeck::ops {

std::string join(const KeyPath& path) {
    std::string text;
    for (const auto& part : path) text += (&part == path.data() ? "" : ".") + part;
    return text;
}

std::string join_quoted(const KeyPath& path) {
    const auto is_bare = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    };
    std::string text;
    for (const auto& part : path) {
        if (&part != path.data()) text += '.';
        const bool bare = !part.empty() && std::all_of(part.begin(), part.end(), is_bare);
        text += bare ? part : "\"" + part + "\"";
    }
    return text;
}

KeyPath split_key(std::string_view text) {
    KeyPath path(1);
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == '.' && !quoted) {
            path.emplace_back();
        } else {
            path.back() += c;
        }
    }
    const bool hollow =
        std::any_of(path.begin(), path.end(), [](const auto& part) { return part.empty(); });
    if (quoted || hollow) return {};
    return path;
}

bool starts_with(const KeyPath& path, const KeyPath& prefix) {
    return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

Place Assignment::value_place() const {
    Place place = key;
    if (value.line > 0) {
        place.origin.line = value.line;
        place.origin.column = value.column;
    }
    return place;
}

void Layers::error(const Place& place, std::string message) {
    findings.push_back({place.rank, {Severity::Error, place.origin, std::move(message)}});
}

void Layers::warn(const Place& place, std::string message) {
    findings.push_back({place.rank, {Severity::Warning, place.origin, std::move(message)}});
}

void Layers::drop_below(const KeyPath& path) {
    std::erase_if(assignments, [&](const auto& each) { return starts_with(each.path, path); });
    std::erase_if(sections, [&](const auto& each) {
        return each.path.size() > path.size() && starts_with(each.path, path);
    });
}

}  // namespace tapedeck::ops
