#include "research/report/html.h"

#include "research/report/page_generated.h"
#include "tape/format.h"

#include <cstdint>
#include <map>

namespace tapedeck::research {

namespace {

/// RFC 4648, section 4.
std::string base64(std::string_view bytes) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    constexpr unsigned kDigitBits = 6;
    std::string text;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char byte : bytes) {
        held = (held << 8U) | static_cast<unsigned char>(byte);
        bits += 8;
        while (bits >= kDigitBits) {
            bits -= kDigitBits;
            text += kDigits[(held >> bits) & 63U];
        }
    }
    if (bits > 0) text += kDigits[(held << (kDigitBits - bits)) & 63U];
    while (text.size() % 4 != 0) text += '=';
    return text;
}

/// As a policy names a script that may run: 'sha256-…'.
std::string hash_source(const std::string& text) {
    return "'sha256-" + base64(tape::as_bytes(tape::sha256(text))) + "'";
}

/// In JSON a < is only ever inside a string. Written as its escape it can neither end the element
/// that holds the JSON nor begin a comment there.
std::string without_markup(std::string_view json) {
    std::string text;
    text.reserve(json.size());
    for (const char c : json) {
        if (c == '<') {
            text += "\\u003c";
        } else {
            text += c;
        }
    }
    return text;
}

/// The text with each {{name}} replaced, once: what is put in is not looked at again.
std::string filled(std::string_view text, const std::map<std::string_view, std::string>& parts) {
    std::string result;
    while (true) {
        const auto open = text.find("{{");
        const auto close = text.find("}}", open);
        if (open == std::string_view::npos || close == std::string_view::npos) break;
        result += text.substr(0, open);
        result += parts.at(text.substr(open + 2, close - open - 2));
        text.remove_prefix(close + 2);
    }
    return result.append(text);
}

}  // namespace

std::string to_html(std::string_view report_json, std::string_view prices_json) {
    const std::string style(page::kStyle);
    std::string script = "\"use strict\";\n";
    for (const auto part : page::kScripts) script.append(part);
    const std::string policy = "default-src 'none'; script-src " + hash_source(script) +
                               "; style-src " + hash_source(style) +
                               "; base-uri 'none'; form-action 'none'";
    return filled(
        page::kHtml,
        {{"policy", policy},
         {"style", style},
         {"script", script},
         {"report", without_markup(report_json)},
         {"prices", without_markup(prices_json)}});
}

}  // namespace tapedeck::research
