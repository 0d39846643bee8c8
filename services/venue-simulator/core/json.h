#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// JSON in, with numbers as the text that they came in; and JSON out, in the order of writing, with
/// numbers spelled as the venue spells them.
namespace tapedeck::venue_simulator {

struct JsonMember;

class Json {
public:
    enum class Kind { Null, Boolean, Number, Text, Array, Object };

    Kind kind = Kind::Null;
    bool flag = false;
    bool is_integer = false;  ///< a number without point and exponent
    std::string text;         ///< of a Text; of a Number its own spelling
    std::vector<Json> items;
    std::vector<JsonMember> members;

    bool is(Kind other) const { return kind == other; }

    /// The member of this name, or null if there is none; the last of several.
    const Json* find(std::string_view name) const;
};

struct JsonMember {
    std::string name;
    Json value;
};

/// Nothing if it isn't JSON, or is nested deeper than 32.
std::optional<Json> parse_json(std::string_view text);

/// "a\"b" in quotes.
std::string json_text(std::string_view text);

/// An object in the making: Object().text("a", "x").raw("b", "1.50").take() is {"a":"x","b":1.50}.
class Object {
public:
    Object& raw(std::string_view name, std::string_view json);
    Object& text(std::string_view name, std::string_view value);
    Object& number(std::string_view name, std::int64_t value);
    Object& boolean(std::string_view name, bool value);
    Object& null(std::string_view name);

    bool empty() const { return body_.empty(); }

    std::string take() const { return "{" + body_ + "}"; }

private:
    std::string body_;
};

class Array {
public:
    Array& raw(std::string_view json);
    Array& text(std::string_view value);

    bool empty() const { return body_.empty(); }

    std::string take() const { return "[" + body_ + "]"; }

private:
    std::string body_;
};

}  // namespace tapedeck::venue_simulator
