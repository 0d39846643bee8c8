#include "venues/kraken/json_writer.h"

namespace tapedeck::kraken::json {

void Writer::separate() {
    if (needs_comma_) out_ += ',';
    needs_comma_ = true;
}

Writer& Writer::begin_object() {
    separate();
    out_ += '{';
    needs_comma_ = false;
    return *this;
}

Writer& Writer::end_object() {
    out_ += '}';
    needs_comma_ = true;
    return *this;
}

Writer& Writer::begin_array() {
    separate();
    out_ += '[';
    needs_comma_ = false;
    return *this;
}

Writer& Writer::end_array() {
    out_ += ']';
    needs_comma_ = true;
    return *this;
}

Writer& Writer::key(std::string_view name) {
    text(name);
    out_ += ':';
    needs_comma_ = false;
    return *this;
}

Writer& Writer::text(std::string_view value) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    separate();
    out_ += '"';
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out_ += '\\';
            out_ += c;
        } else if (byte < 0x20) {
            out_ += "\\u00";
            out_ += kDigits[byte >> 4U];
            out_ += kDigits[byte & 0xFU];
        } else {
            out_ += c;
        }
    }
    out_ += '"';
    return *this;
}

Writer& Writer::number(Decimal value) {
    separate();
    out_ += value.to_string();
    return *this;
}

Writer& Writer::number(std::uint64_t value) {
    separate();
    out_ += std::to_string(value);
    return *this;
}

Writer& Writer::flag(bool value) {
    separate();
    out_ += value ? "true" : "false";
    return *this;
}

}  // namespace tapedeck::kraken::json
