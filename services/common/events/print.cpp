#include "events/print.h"

#include <nlohmann/json.hpp>

#include <type_traits>

namespace tapedeck {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json json_of(const T& value);

/// Text fields that hold bytes: hashes, and the root of a tree of them.
bool is_binary(std::string_view name) {
    return name.ends_with("hash") || name == "merkle_root";
}

std::string hex_of(const std::string& bytes) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (const char c : bytes) {
        hex += kDigits[static_cast<unsigned char>(c) >> 4U];
        hex += kDigits[static_cast<unsigned char>(c) & 0xFU];
    }
    return hex;
}

template <Described T>
Json json_of_message(const T& message) {
    Json object = Json::object();
    for_each_field(message, [&](int, std::string_view name, const auto& member) {
        using Member = std::remove_cvref_t<decltype(member)>;
        if constexpr (requires { member.has_value(); }) {
            if (!member.has_value()) return;
        }
        // "…_ns" names the unit on the wire; here the value is text and says it itself.
        if constexpr (std::is_same_v<Member, Time> || std::is_same_v<Member, Duration>) {
            name.remove_suffix(3);
        }
        if constexpr (std::is_same_v<Member, std::string>) {
            object[std::string(name)] = is_binary(name) ? hex_of(member) : member;
        } else {
            object[std::string(name)] = json_of(member);
        }
    });
    return object;
}

template <class T>
Json json_of(const T& value) {
    if constexpr (std::is_same_v<T, std::string> || std::is_arithmetic_v<T>) {
        return value;
    } else if constexpr (std::is_enum_v<T>) {
        return std::string(to_string(value));
    } else if constexpr (std::is_same_v<T, Seq>) {
        return value.value;
    } else if constexpr (std::is_same_v<T, Time>) {
        return to_ns(value) == 0 ? Json(nullptr) : Json(to_string(value));
    } else if constexpr (std::is_same_v<T, Duration>) {
        return to_string(value);
    } else if constexpr (Described<T>) {
        return json_of_message(value);
    } else if constexpr (requires { value.has_value(); }) {
        return value.has_value() ? json_of(*value) : Json(nullptr);
    } else if constexpr (requires { value.to_string(); }) {
        return value.to_string();
    } else {
        Json list = Json::array();
        for (const auto& item : value) list.push_back(json_of(item));
        return list;
    }
}

Json json_of_event(const Event& event) {
    return event.visit([](const auto& e) { return json_of_message(e); });
}

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string to_json(const Recorded& recorded) {
    Json object;
    object["seq"] = recorded.seq.value;
    object["recorded_at"] = to_string(recorded.recorded_at);
    object["type"] = std::string(recorded.event.name());
    object["producer"] = recorded.producer;
    object["number"] = recorded.number;
    object["cause"] = recorded.cause.value;
    if (to_ns(recorded.happened_at) != 0) object["happened_at"] = to_string(recorded.happened_at);
    if (to_ns(recorded.received_at) != 0) object["received_at"] = to_string(recorded.received_at);
    if (!recorded.source_key.empty()) object["source_key"] = recorded.source_key;
    object["data"] = json_of_event(recorded.event);
    return dump(object);
}

std::string to_json(const Event& event) {
    return dump(json_of_event(event));
}

namespace {

/// Of a text that a venue sent, a line shows the beginning; to_json() has all of it.
std::string shown(std::string text) {
    constexpr std::size_t kShownMax = 200;
    if (text.size() <= kShownMax) return text;
    std::size_t end = kShownMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    return text + "…";
}

void append_summary(const Json& object, std::string& line) {
    for (const auto& [name, value] : object.items()) {
        if (value.is_null() || value.is_array()) continue;
        if (value.is_object()) {
            append_summary(value, line);
            continue;
        }
        const std::string text = value.is_string() ? value.get<std::string>() : dump(value);
        if (text.empty() || text == "false") continue;
        if (!line.empty()) line += ' ';
        line += name;
        line += '=';
        line += shown(text);
    }
}

/// Blanks for whatever a terminal would take as a command: C0, DEL, and C1, which is 0xC2 0x80 to
/// 0xC2 0x9F in UTF-8. The text of a venue or a file must not reach into an operator's screen.
void blank_controls(std::string& line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto byte = static_cast<unsigned char>(line[i]);
        const bool is_c1 =
            byte == 0xC2 && i + 1 < line.size() && static_cast<unsigned char>(line[i + 1]) < 0xA0;
        if (byte < 0x20 || byte == 0x7F || is_c1) line[i] = ' ';
        if (is_c1) line[++i] = ' ';
    }
}

}  // namespace

std::string summary(const Event& event) {
    std::string line;
    append_summary(Json::parse(to_json(event)), line);  // what is no UTF-8 was replaced
    blank_controls(line);
    return line;
}

}  // namespace tapedeck
