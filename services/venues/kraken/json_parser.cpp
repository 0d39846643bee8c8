#include "venues/kraken/json.h"

namespace tapedeck::kraken::json {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// The length of the UTF-8 sequence that begins at `at`, 0 if none does (RFC 3629: no overlong
/// forms, no surrogates, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return is_tail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool overlong = first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = first == 0xED && byte(1) > 0x9F;
        return is_tail(1) && is_tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool overlong = first == 0xF0 && byte(1) < 0x90;
        const bool beyond = first == 0xF4 && byte(1) > 0x8F;
        return is_tail(1) && is_tail(2) && is_tail(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

}  // namespace

/// Recursive descent, bounded by kDepthMax.
class Parser {
public:
    Parser(std::string_view text, std::vector<Document::Node>& nodes)
        : text_(text), nodes_(nodes) {}

    Result<> parse() {
        TRY(value(0));
        skip_space();
        if (at_ != text_.size()) return expected("the end of the text");
        return {};
    }

private:
    using Node = Document::Node;

    tl::unexpected<Error> expected(std::string_view what) const {
        std::string found = "the end";
        if (at_ < text_.size()) {
            const char c = text_[at_];
            const bool printable = c > ' ' && c < '\x7f';
            found = printable ? std::string("'") + c + "'"
                              : "byte value " + std::to_string(static_cast<unsigned char>(c));
        }
        return fail(
            "JSON, byte " + std::to_string(at_) + ": expected " + std::string(what) + ", was " +
            found);
    }

    void skip_space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' ||
                                      text_[at_] == '\t' || text_[at_] == '\r')) {
            ++at_;
        }
    }

    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    std::size_t open(Kind kind) {
        const auto index = nodes_.size();
        nodes_.push_back({kind, false, static_cast<std::uint32_t>(at_), 0, 0});
        return index;
    }

    void close(std::size_t index) {
        nodes_[index].end = static_cast<std::uint32_t>(at_);
        nodes_[index].next = static_cast<std::uint32_t>(nodes_.size());
    }

    Result<> value(unsigned depth) {
        if (depth > Document::kDepthMax) return expected("less nesting");
        skip_space();
        if (at_ >= text_.size()) return expected("a value");
        switch (text_[at_]) {
            case '{': return object(depth);
            case '[': return array(depth);
            case '"': return string();
            case 't': return word("true", Kind::True);
            case 'f': return word("false", Kind::False);
            case 'n': return word("null", Kind::Null);
            default: return number();
        }
    }

    Result<> word(std::string_view text, Kind kind) {
        if (text_.substr(at_, text.size()) != text) return expected("a value");
        const auto index = open(kind);
        at_ += text.size();
        close(index);
        return {};
    }

    Result<> object(unsigned depth) {
        const auto index = open(Kind::Object);
        ++at_;
        skip_space();
        if (!take('}')) {
            do {
                skip_space();
                if (at_ >= text_.size() || text_[at_] != '"') return expected("a key in quotes");
                TRY(string());
                skip_space();
                if (!take(':')) return expected("':'");
                TRY(value(depth + 1));
                skip_space();
            } while (take(','));
            if (!take('}')) return expected("',' or '}'");
        }
        close(index);
        return {};
    }

    Result<> array(unsigned depth) {
        const auto index = open(Kind::Array);
        ++at_;
        skip_space();
        if (!take(']')) {
            do {
                TRY(value(depth + 1));
                skip_space();
            } while (take(','));
            if (!take(']')) return expected("',' or ']'");
        }
        close(index);
        return {};
    }

    Result<> string() {
        ++at_;
        const auto index = open(Kind::String);
        while (at_ < text_.size() && text_[at_] != '"') {
            const auto c = static_cast<unsigned char>(text_[at_]);
            if (c == '\\') {
                nodes_[index].escaped = true;
                TRY(escape());
            } else if (c < 0x20) {
                return expected("no control character in a string");
            } else if (c < 0x80) {
                ++at_;
            } else {
                const auto length = utf8_length(text_, at_);
                if (length == 0) return expected("UTF-8");
                at_ += length;
            }
        }
        if (at_ >= text_.size()) return expected("'\"'");
        close(index);
        ++at_;
        return {};
    }

    Result<> escape() {
        ++at_;
        if (at_ < text_.size() && text_[at_] == 'u') {
            const auto code = TRY(code_unit());
            const bool is_high = code >= 0xD800 && code <= 0xDBFF;
            const bool is_low = code >= 0xDC00 && code <= 0xDFFF;
            if (is_low) return expected("a first half before the second of a surrogate pair");
            if (!is_high) return {};
            if (!take('\\') || at_ >= text_.size() || text_[at_] != 'u') {
                return expected("the second half of a surrogate pair");
            }
            const auto second = TRY(code_unit());
            if (second < 0xDC00 || second > 0xDFFF) {
                return expected("the second half of a surrogate pair");
            }
            return {};
        }
        constexpr std::string_view kEscapes = "\"\\/bfnrt";
        if (at_ >= text_.size() || kEscapes.find(text_[at_]) == std::string_view::npos) {
            return expected("an escape");
        }
        ++at_;
        return {};
    }

    /// At the 'u' of \u1234.
    Result<unsigned> code_unit() {
        ++at_;
        unsigned code = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            if (at_ >= text_.size() || !is_hex(text_[at_])) return expected("four hex digits");
            const char c = text_[at_];
            const int digit = is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
            code = code * 16 + static_cast<unsigned>(digit);
        }
        return code;
    }

    bool digits() {
        const auto begin = at_;
        while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
        return at_ > begin;
    }

    Result<> number() {
        const auto index = open(Kind::Number);
        take('-');
        if (!take('0') && !digits()) return expected("a value");
        if (take('.') && !digits()) return expected("a digit");
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!digits()) return expected("a digit");
        }
        close(index);
        return {};
    }

    std::string_view text_;
    std::vector<Node>& nodes_;
    std::size_t at_ = 0;
};

Result<Document> Document::parse(std::string_view text) {
    Document document;
    TRY(document.read(text));
    return document;
}

Result<> Document::read(std::string_view text) {
    nodes_.clear();
    text_ = {};
    if (text.size() > kTextMax) {
        return fail("JSON: a text of " + std::to_string(text.size()) + " bytes is too long");
    }
    auto parsed = Parser(text, nodes_).parse();
    if (!parsed) {
        nodes_.clear();
        return parsed;
    }
    text_ = text;
    return {};
}

}  // namespace tapedeck::kraken::json
