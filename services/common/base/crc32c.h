#pragma once

#include <cstdint>
#include <string_view>

namespace tapedeck {

/// CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected; RFC 3720 appendix B.4). `seed` is the CRC
/// of what came before, so that parts can be checked one after the other.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

namespace detail {

/// The table walk that machines without SSE4.2 take; here for its test.
std::uint32_t crc32c_portable(std::string_view bytes, std::uint32_t seed);

}  // namespace detail
}  // namespace tapedeck
