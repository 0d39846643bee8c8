#pragma once

#include "base/decimal.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Numbers as bytes: what the columns of a block are made of. U is uint64_t or UInt128.
namespace tapedeck::recorded {

template <class U>
constexpr unsigned kBits = sizeof(U) * 8;

template <class U>
void put_varint(std::string& out, U value) {
    while (value >= 0x80) {
        out.push_back(static_cast<char>(static_cast<unsigned char>(value & 0x7f) | 0x80U));
        value >>= 7;
    }
    out.push_back(static_cast<char>(static_cast<unsigned char>(value)));
}

/// Of a difference that wrapped around: small ones of either sign become small numbers.
template <class U>
constexpr U zigzag(U difference) {
    return static_cast<U>(difference << 1) ^ static_cast<U>(U{0} - (difference >> (kBits<U> - 1)));
}

template <class U>
constexpr U unzigzag(U value) {
    return static_cast<U>(value >> 1) ^ static_cast<U>(U{0} - (value & 1));
}

/// Reads a block's bytes; after the first fault everything is zero.
class ColumnReader {
public:
    explicit ColumnReader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

    bool ok() const { return ok_; }

    bool at_end() const { return at_ == end_; }

    std::uint8_t byte() {
        if (at_ == end_) return fault<std::uint8_t>();
        return static_cast<std::uint8_t>(*at_++);
    }

    std::int64_t fixed64() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 8) {
            value |= static_cast<std::uint64_t>(byte()) << shift;
        }
        return static_cast<std::int64_t>(value);
    }

    template <class U>
    U varint() {
        U value = 0;
        for (unsigned shift = 0; shift < kBits<U>; shift += 7) {
            if (at_ == end_) return fault<U>();
            const auto part = static_cast<std::uint8_t>(*at_++);
            value |= static_cast<U>(static_cast<U>(part & 0x7f) << shift);
            if (part < 0x80) return value;
        }
        return fault<U>();
    }

    std::string_view text(std::size_t size) {
        if (size > static_cast<std::size_t>(end_ - at_)) {
            fault<int>();
            return {};
        }
        const std::string_view result(at_, size);
        at_ += size;
        return result;
    }

private:
    template <class T>
    T fault() {
        ok_ = false;
        at_ = end_;
        return T{};
    }

    const char* at_;
    const char* end_;
    bool ok_ = true;
};

inline void put_fixed64(std::string& out, std::int64_t value) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
        out.push_back(static_cast<char>((static_cast<std::uint64_t>(value) >> shift) & 0xffU));
    }
}

}  // namespace tapedeck::recorded
