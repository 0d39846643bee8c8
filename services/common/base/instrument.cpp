#include "base/instrument.h"

#include "base/crc32c.h"

#include <algorithm>

namespace tapedeck {

namespace {

bool is_venue_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool is_asset_char(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

template <class Predicate>
bool is_word(std::string_view text, Predicate predicate) {
    return !text.empty() && std::all_of(text.begin(), text.end(), predicate);
}

}  // namespace

Result<Instrument> Instrument::parse(std::string_view text) {
    const auto colon = text.find(':');
    const auto slash = text.find('/');
    const bool well_formed = text.size() <= kMaxLength && colon != std::string_view::npos &&
                             slash != std::string_view::npos && colon < slash &&
                             is_word(text.substr(0, colon), is_venue_char) &&
                             is_word(text.substr(colon + 1, slash - colon - 1), is_asset_char) &&
                             is_word(text.substr(slash + 1), is_asset_char);
    if (!well_formed) {
        return fail(
            "\"" + std::string(text) +
                "\" is not an instrument; write venue:BASE/QUOTE, for instance kraken:BTC/EUR",
            ExitCode::Usage);
    }
    Instrument result;
    std::copy(text.begin(), text.end(), result.text_.begin());
    result.text_[kMaxLength] = static_cast<char>(text.size());
    return result;
}

std::string_view Instrument::venue() const {
    return name().substr(0, std::min(name().find(':'), name().size()));
}

std::string_view Instrument::base() const {
    if (empty()) return {};
    const auto begin = name().find(':') + 1;
    return name().substr(begin, name().find('/') - begin);
}

std::string_view Instrument::quote() const {
    if (empty()) return {};
    return name().substr(name().find('/') + 1);
}

std::uint32_t Instrument::filter() const {
    return empty() ? 0 : crc32c(name());
}

}  // namespace tapedeck
