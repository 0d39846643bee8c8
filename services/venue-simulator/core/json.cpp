#include "venue-simulator/core/json.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::size_t kDepthMax = 32;

/// Builds the tree from the parser's calls, and so keeps the spelling of numbers.
class Builder : public nlohmann::json_sax<nlohmann::json> {
public:
    using Text = nlohmann::json::string_t;

    bool null() override { return put({}); }

    bool boolean(bool value) override {
        Json json;
        json.kind = Json::Kind::Boolean;
        json.flag = value;
        return put(std::move(json));
    }

    bool number_integer(number_integer_t value) override { return whole(std::to_string(value)); }

    bool number_unsigned(number_unsigned_t value) override { return whole(std::to_string(value)); }

    bool number_float(number_float_t, const Text& spelled) override {
        Json json;
        json.kind = Json::Kind::Number;
        json.text = spelled;
        return put(std::move(json));
    }

    bool string(Text& value) override {
        Json json;
        json.kind = Json::Kind::Text;
        json.text = value;
        return put(std::move(json));
    }

    bool binary(binary_t&) override { return false; }

    bool start_object(std::size_t) override { return open(Json::Kind::Object); }

    bool key(Text& name) override {
        names_.back() = name;
        return true;
    }

    bool end_object() override { return close(); }

    bool start_array(std::size_t) override { return open(Json::Kind::Array); }

    bool end_array() override { return close(); }

    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
        return false;
    }

    Json take() { return std::move(root_); }

private:
    bool whole(std::string spelled) {
        Json json;
        json.kind = Json::Kind::Number;
        json.is_integer = true;
        json.text = std::move(spelled);
        return put(std::move(json));
    }

    bool put(Json json) {
        if (open_.empty()) {
            root_ = std::move(json);
        } else if (open_.back().is(Json::Kind::Array)) {
            open_.back().items.push_back(std::move(json));
        } else {
            open_.back().members.push_back({names_.back(), std::move(json)});
        }
        return true;
    }

    bool open(Json::Kind kind) {
        if (open_.size() >= kDepthMax) return false;
        open_.emplace_back();
        open_.back().kind = kind;
        names_.emplace_back();
        return true;
    }

    bool close() {
        Json done = std::move(open_.back());
        open_.pop_back();
        names_.pop_back();
        return put(std::move(done));
    }

    Json root_;
    std::vector<Json> open_;
    std::vector<std::string> names_;
};

void append_comma(std::string& body) {
    if (!body.empty()) body += ',';
}

}  // namespace

const Json* Json::find(std::string_view name) const {
    for (auto member = members.rbegin(); member != members.rend(); ++member) {
        if (member->name == name) return &member->value;
    }
    return nullptr;
}

std::optional<Json> parse_json(std::string_view text) {
    Builder builder;
    if (!nlohmann::json::sax_parse(text, &builder)) return std::nullopt;
    return builder.take();
}

std::string json_text(std::string_view text) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::string result = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') {
            result += '\\';
            result += letter;
        } else if (letter == '\n') {
            result += "\\n";
        } else if (static_cast<unsigned char>(letter) < 0x20) {
            result += "\\u00";
            result += kHex[static_cast<unsigned char>(letter) >> 4U];
            result += kHex[static_cast<unsigned char>(letter) & 15U];
        } else {
            result += letter;
        }
    }
    return result + "\"";
}

Object& Object::raw(std::string_view name, std::string_view json) {
    append_comma(body_);
    body_ += json_text(name);
    body_ += ':';
    body_ += json;
    return *this;
}

Object& Object::text(std::string_view name, std::string_view value) {
    return raw(name, json_text(value));
}

Object& Object::number(std::string_view name, std::int64_t value) {
    return raw(name, std::to_string(value));
}

Object& Object::boolean(std::string_view name, bool value) {
    return raw(name, value ? "true" : "false");
}

Object& Object::null(std::string_view name) {
    return raw(name, "null");
}

Array& Array::raw(std::string_view json) {
    append_comma(body_);
    body_ += json;
    return *this;
}

Array& Array::text(std::string_view value) {
    return raw(json_text(value));
}

}  // namespace tapedeck::venue_simulator
