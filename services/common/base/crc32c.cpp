#include "base/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace tapedeck {

namespace {

constexpr std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value & 1U) != 0 ? (value >> 1) ^ 0x82F63B78U : value >> 1;
        }
        table[i] = value;
    }
    return table;
}();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_sse42(
    std::string_view bytes, std::uint32_t seed) {
    std::uint64_t crc = ~seed;
    const char* data = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; left -= 8, data += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data, 8);
        crc = _mm_crc32_u64(crc, word);
    }
    auto rest = static_cast<std::uint32_t>(crc);
    for (; left > 0; --left, ++data) {
        rest = _mm_crc32_u8(rest, static_cast<unsigned char>(*data));
    }
    return ~rest;
}
#endif

}  // namespace

namespace detail {

std::uint32_t crc32c_portable(std::string_view bytes, std::uint32_t seed) {
    std::uint32_t crc = ~seed;
    for (const char c : bytes) {
        crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU];
    }
    return ~crc;
}

}  // namespace detail

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed) {
#if defined(__x86_64__)
    static const bool kHasSse42 = __builtin_cpu_supports("sse4.2") != 0;
    if (kHasSse42) return crc32c_sse42(bytes, seed);
#endif
    return detail::crc32c_portable(bytes, seed);
}

}  // namespace tapedeck
