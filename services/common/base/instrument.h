#pragma once

#include "base/expected.h"

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
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

    std::string_view name() const { return {text_.data(), size()}; }

    std::string to_string() const { return std::string(name()); }

    bool empty() const { return size() == 0; }

    std::string_view venue() const;
    std::string_view base() const;
    std::string_view quote() const;

    /// CRC32C of the name, 0 for none: the filter in a record's prefix, not an identity.
    std::uint32_t filter() const;

    friend bool operator==(const Instrument& a, const Instrument& b) { return (a <=> b) == 0; }

    /// As the names are ordered, byte by byte.
    friend std::strong_ordering operator<=>(const Instrument& a, const Instrument& b) {
        for (std::size_t at = 0; at < a.text_.size(); at += sizeof(std::uint64_t)) {
            const std::uint64_t left = a.word(at);
            const std::uint64_t right = b.word(at);
            if (left != right) return left <=> right;
        }
        return std::strong_ordering::equal;
    }

private:
    std::size_t size() const { return static_cast<std::size_t>(text_[kMaxLength]); }

    /// Eight bytes, the first one highest. Behind the name are zeros, which no name holds: so words
    /// are ordered as the characters are, and nearly every record has such comparisons.
    std::uint64_t word(std::size_t at) const {
        std::uint64_t result = 0;
        std::memcpy(&result, text_.data() + at, sizeof result);
        return std::endian::native == std::endian::little ? __builtin_bswap64(result) : result;
    }

    /// The name, and in the last byte its length.
    std::array<char, kMaxLength + 1> text_{};
};

}  // namespace tapedeck
