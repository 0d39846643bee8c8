#include "cli/fields.h"

#include "events/print.h"
#include "ops/terminal.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <type_traits>

namespace tapedeck::cli {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
constexpr bool is_list = false;
template <class T>
constexpr bool is_list<std::vector<T>> = true;

template <class T>
std::string text_of(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
        return value;
    } else if constexpr (std::is_same_v<T, bool>) {
        return value ? "true" : "false";
    } else if constexpr (std::is_floating_point_v<T>) {
        return fmt::format("{}", value);
    } else if constexpr (std::is_arithmetic_v<T>) {
        return std::to_string(value);
    } else if constexpr (std::is_enum_v<T>) {
        return std::string(to_string(value));
    } else if constexpr (std::is_same_v<T, Seq>) {
        return value.exists() ? std::to_string(value.value) : "";
    } else if constexpr (std::is_same_v<T, Time>) {
        return to_ns(value) == 0 ? "" : to_string(value);
    } else if constexpr (std::is_same_v<T, Duration>) {
        return to_string(value);
    } else {
        return value.to_string();
    }
}

template <Described T>
Json json_of(const T& message) {
    Json object = Json::object();
    for_each_field(message, [&](int, std::string_view name, const auto& member) {
        using Member = std::remove_cvref_t<decltype(member)>;
        if constexpr (requires { member.has_value(); }) {
            if (member) object[std::string(name)] = text_of(*member);
        } else if constexpr (std::is_arithmetic_v<Member>) {
            object[std::string(name)] = member;
        } else {
            object[std::string(name)] = text_of(member);
        }
    });
    return object;
}

template <Described T>
void collect(const T& message, const std::string& path, std::vector<FlatField>& fields) {
    for_each_field(message, [&](int, std::string_view name, const auto& member) {
        using Member = std::remove_cvref_t<decltype(member)>;
        // "…_ns" is the unit on the wire; here the value says its own.
        if constexpr (std::is_same_v<Member, Time> || std::is_same_v<Member, Duration>) {
            name.remove_suffix(3);
        }
        const std::string full = path + std::string(name);
        if constexpr (Described<Member>) {
            collect(member, full + '.', fields);
        } else if constexpr (requires { member.has_value(); }) {
            fields.push_back({full, member ? text_of(*member) : ""});
        } else if constexpr (std::is_same_v<Member, std::string>) {
            fields.push_back({full, member});
        } else if constexpr (is_list<Member>) {
            Json list = Json::array();
            for (const auto& item : member) {
                if constexpr (Described<std::remove_cvref_t<decltype(item)>>) {
                    list.push_back(json_of(item));
                } else {
                    list.push_back(item);
                }
            }
            fields.push_back({full, list.dump(-1, ' ', false, Json::error_handler_t::replace)});
        } else {
            fields.push_back({full, text_of(member)});
        }
    });
}

void append_pretty(const Json& object, const std::string& path, std::string& text) {
    for (const auto& [name, value] : object.items()) {
        const std::string full = path + name;
        if (value.is_object()) {
            append_pretty(value, full + '.', text);
        } else if (value.is_array() && !value.empty() && value.front().is_object()) {
            for (std::size_t i = 0; i < value.size(); ++i) {
                std::string line;
                for (const auto& [key, item] : value[i].items()) {
                    line += (line.empty() ? "" : " ") + key + '=' +
                            (item.is_string() ? item.get<std::string>() : item.dump());
                }
                text += fmt::format("  {:<22} {}\n", fmt::format("{}[{}]", full, i), line);
            }
        } else if (!value.is_null()) {
            text += fmt::format(
                "  {:<22} {}\n", full, value.is_string() ? value.get<std::string>() : value.dump());
        }
    }
}

}  // namespace

std::vector<FlatField> flat_fields(const Event& event) {
    std::vector<FlatField> fields;
    event.visit([&](const auto& e) { collect(e, "", fields); });
    return fields;
}

std::string pretty(const Recorded& recorded, const std::string& service) {
    std::string text = fmt::format(
        "{} {}  {}\n  {:<22} {}{}\n",
        recorded.seq.value,
        recorded.event.name(),
        to_string(recorded.recorded_at),
        "by",
        service,
        recorded.number > 0 ? fmt::format(" (its #{})", recorded.number) : "");
    if (recorded.cause.exists()) {
        text += fmt::format("  {:<22} {}\n", "cause", recorded.cause.value);
    }
    if (to_ns(recorded.happened_at) != 0) {
        text += fmt::format("  {:<22} {}\n", "happened at", to_string(recorded.happened_at));
    }
    if (!recorded.source_key.empty()) {
        text += fmt::format("  {:<22} {}\n", "source key", recorded.source_key);
    }
    append_pretty(Json::parse(to_json(recorded.event)), "", text);
    return ops::printable(text);
}

}  // namespace tapedeck::cli
