#include "research/report/html.h"

#include "research/report/page_generated.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <map>

namespace tapedeck::research {

namespace {

/// As a policy names a script that may run: 'sha256-…'.
std::string hash_source(const std::string& text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> base64{};
    const int size = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
    std::string source = "'sha256-";
    source.append(base64.begin(), base64.begin() + size);
    return source + "'";
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
