#include "venues/kraken/json.h"

#include "base/number.h"

#include <charconv>

namespace tapedeck::kraken::json {

namespace {

constexpr std::size_t kShownMax = 60;

std::string_view name_of(Kind kind) {
    switch (kind) {
        case Kind::Null: return "null";
        case Kind::False: return "false";
        case Kind::True: return "true";
        case Kind::Number: return "a number";
        case Kind::String: return "a string";
        case Kind::Array: return "an array";
        case Kind::Object: return "an object";
    }
    return "unknown";
}

void append_utf8(std::string& out, unsigned code) {
    const auto tail = [&](unsigned shift) {
        out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
    };
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0U | (code >> 6U));
        tail(0);
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0U | (code >> 12U));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0U | (code >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
}

/// Of a string that the parser has let pass.
std::string unescape(std::string_view raw) {
    std::string out;
    out.reserve(raw.size());
    const auto code_unit = [&](std::size_t at) {
        unsigned code = 0;
        std::from_chars(raw.data() + at, raw.data() + at + 4, code, 16);
        return code;
    };
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\\') {
            out += raw[i];
            continue;
        }
        switch (raw[++i]) {
            case 'b': out += '\b'; break;
            case 'f': out += '\f'; break;
            case 'n': out += '\n'; break;
            case 'r': out += '\r'; break;
            case 't': out += '\t'; break;
            case 'u': {
                unsigned code = code_unit(i + 1);
                i += 4;
                if (code >= 0xD800 && code <= 0xDBFF) {
                    code = 0x10000 + ((code - 0xD800) << 10U) + (code_unit(i + 3) - 0xDC00);
                    i += 6;
                }
                append_utf8(out, code);
                break;
            }
            default: out += raw[i];
        }
    }
    return out;
}

}  // namespace

Value Document::root() const {
    return {this, 0};
}

Kind Value::kind() const {
    if (document_ == nullptr || document_->nodes_.empty()) return Kind::Null;
    return document_->nodes_[node_].kind;
}

std::string_view Value::raw() const {
    if (document_ == nullptr || document_->nodes_.empty()) return {};
    const auto& node = document_->nodes_[node_];
    return document_->text_.substr(node.begin, node.end - node.begin);
}

bool Value::equals(std::string_view text) const {
    if (!is(Kind::String)) return false;
    return document_->nodes_[node_].escaped ? unescape(raw()) == text : raw() == text;
}

Result<Decimal> Value::decimal() const {
    if (!is(Kind::Number) && !is(Kind::String)) return wrong("a number");
    const auto value = parse_number(raw(), Excess::Refuse);
    if (!value) return wrong("a number of at most 18 digits on each side of the point");
    return *value;
}

Result<std::string> Value::text() const {
    if (!is(Kind::String)) return wrong("a string");
    return document_->nodes_[node_].escaped ? unescape(raw()) : std::string(raw());
}

Result<std::uint64_t> Value::natural() const {
    std::uint64_t value = 0;
    const auto digits = raw();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool is_whole = error == std::errc{} && end == digits.data() + digits.size();
    if (!is_whole || (!is(Kind::Number) && !is(Kind::String))) {
        return wrong("a whole number from 0");
    }
    return value;
}

Result<std::int64_t> Value::integer() const {
    std::int64_t value = 0;
    const auto digits = raw();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool is_whole = error == std::errc{} && end == digits.data() + digits.size();
    if (!is_whole || (!is(Kind::Number) && !is(Kind::String))) return wrong("a whole number");
    return value;
}

Result<bool> Value::boolean() const {
    if (is(Kind::True)) return true;
    if (is(Kind::False)) return false;
    return wrong("true or false");
}

Result<Value> Value::at(std::string_view key) const {
    if (!is(Kind::Object)) return wrong("an object");
    for (auto member = begin(); member != end(); ++member) {
        if (Value(document_, (*member).node_ - 1).equals(key)) return *member;
    }
    return wrong("an object with \"" + std::string(key) + "\"");
}

std::optional<Value> Value::find(std::string_view key) const {
    if (!is(Kind::Object)) return std::nullopt;
    for (auto member = begin(); member != end(); ++member) {
        if (!Value(document_, (*member).node_ - 1).equals(key)) continue;
        if ((*member).is_null()) return std::nullopt;
        return *member;
    }
    return std::nullopt;
}

Result<Value> Value::at(std::size_t index) const {
    if (!is(Kind::Array)) return wrong("an array");
    std::size_t left = index;
    for (const auto element : *this) {
        if (left-- == 0) return element;
    }
    return wrong("an array of more than " + std::to_string(index) + " elements");
}

Result<Value> Value::expect(Kind wanted) const {
    if (!is(wanted)) return wrong(name_of(wanted));
    return *this;
}

tl::unexpected<Error> Value::wrong(std::string_view expected) const {
    std::string was(name_of(kind()));
    if (is(Kind::Number) || is(Kind::String)) {
        const auto text = raw();
        const std::string shown(text.substr(0, kShownMax));
        was = is(Kind::String) ? "\"" + shown + "\"" : shown;
        if (text.size() > kShownMax) was += "...";
    }
    return fail(place() + ": expected " + std::string(expected) + ", was " + was);
}

/// Walked from the root, for errors only: "data[0].price (byte 62)".
std::string Value::place() const {
    if (document_ == nullptr || document_->nodes_.empty()) return "JSON: nothing";
    const auto& nodes = document_->nodes_;
    std::string path;
    std::uint32_t at = 0;
    while (at != node_) {
        const bool is_object = nodes[at].kind == Kind::Object;
        std::size_t index = 0;
        std::uint32_t child = at + 1;
        std::uint32_t key = child;
        if (is_object) ++child;
        while (nodes[child].next <= node_) {
            key = nodes[child].next;
            child = is_object ? key + 1 : key;
            ++index;
        }
        if (is_object) {
            if (!path.empty()) path += '.';
            path += Value(document_, key).raw();
        } else {
            path += "[" + std::to_string(index) + "]";
        }
        at = child;
    }
    if (path.empty()) path = "JSON";
    return path + " (byte " + std::to_string(nodes[node_].begin) + ")";
}

Value Value::Iterator::operator*() const {
    return {document_, node_};
}

Value::Iterator& Value::Iterator::operator++() {
    node_ = document_->nodes_[node_].next;
    if (key_ != 0) {
        key_ = node_;
        ++node_;
    }
    return *this;
}

std::string Value::Iterator::key() const {
    if (key_ == 0) return {};
    return Value(document_, key_).text().value_or("");
}

Value::Iterator Value::begin() const {
    if (is(Kind::Array)) return {document_, node_ + 1, 0};
    if (is(Kind::Object)) return {document_, node_ + 2, node_ + 1};
    return {document_, 0, 0};
}

Value::Iterator Value::end() const {
    if (is(Kind::Array)) return {document_, document_->nodes_[node_].next, 0};
    if (is(Kind::Object)) return {document_, document_->nodes_[node_].next + 1, 0};
    return {document_, 0, 0};
}

std::size_t Value::size() const {
    std::size_t count = 0;
    for (auto element = begin(); element != end(); ++element) ++count;
    return count;
}

}  // namespace tapedeck::kraken::json
