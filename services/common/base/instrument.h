#pragma once

#include "base/expected.h"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace tapedeck {

/// `venue:BASE/QUOTE`, for instance "kraken:BTC/EUR". Held inline, at most 39 characters, so that
/// it can be copied and compared on the path of an event without touching the heap.
class Instrument {
public:
    static constexpr std::size_t kMaxLength = 39;

    /// No instrument: an empty name.
    constexpr Instrument() = default;

    /// An error names the text and the accepted form. The venue is lower case (a-z, 0-9, '-'), base
    /// and quote are upper case (A-Z, 0-9, '.', '-').
    static Result<Instrument> parse(std::string_view text);

    std::string_view name() const { return {text_.data(), size_}; }

    std::string to_string() const { return std::string(name()); }

    bool empty() const { return size_ == 0; }

    std::string_view venue() const;
    std::string_view base() const;
    std::string_view quote() const;

    /// CRC32C of the name, 0 for none: the filter in a record's prefix, not an identity.
    std::uint32_t filter() const;

    friend bool operator==(const Instrument& a, const Instrument& b) {
        return a.name() == b.name();
    }

    friend auto operator<=>(const Instrument& a, const Instrument& b) {
        return a.name() <=> b.name();
    }

private:
    std::array<char, kMaxLength> text_{};
    std::uint8_t size_ = 0;
};

}  // namespace tapedeck
