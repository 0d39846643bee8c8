#pragma once

#include "venues/recorded/series.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The bytes of a series' file that its writer and its reader agree on (column_file.h).
namespace tapedeck::recorded {

constexpr std::string_view kColumnMagic = "TDCOLUMN";
constexpr std::uint32_t kColumnVersion = 1;
constexpr std::size_t kHeaderSize = 168;
constexpr std::size_t kEntrySize = 40;

/// Appends unsigned numbers, least significant byte first.
class LittleEndian {
public:
    explicit LittleEndian(std::string& out) : out_(out) {}

    LittleEndian& put(std::uint64_t value, unsigned bytes) {
        for (unsigned i = 0; i < bytes; ++i) {
            out_.push_back(static_cast<char>((value >> (8 * i)) & 0xffU));
        }
        return *this;
    }

    LittleEndian& put(Time time) { return put(static_cast<std::uint64_t>(to_ns(time)), 8); }

private:
    std::string& out_;
};

/// Takes them off again. The bytes are as many as are taken.
class LittleEndianReader {
public:
    explicit LittleEndianReader(std::string_view bytes) : bytes_(bytes) {}

    std::uint64_t take(unsigned bytes) {
        std::uint64_t value = 0;
        for (unsigned i = 0; i < bytes; ++i) {
            const auto byte = static_cast<unsigned char>(bytes_[i]);
            value |= static_cast<std::uint64_t>(byte) << (8 * i);
        }
        bytes_.remove_prefix(bytes);
        return value;
    }

    std::uint32_t take32() { return static_cast<std::uint32_t>(take(4)); }

    Time take_time() { return time_from_ns(static_cast<std::int64_t>(take(8))); }

    std::string_view text(std::size_t size) {
        const auto result = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return result;
    }

private:
    std::string_view bytes_;
};

}  // namespace tapedeck::recorded
