#pragma once

#include "venues/recorded/series.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// A block of a series' rows as bytes, column by column, exact to the last digit.
///
/// Time: the first as 8 bytes, then steps in their greatest common divisor, none where all are
/// equal. Prices: counts of 10^-scale, the finest of the block; the first column as differences
/// from the row before (a candle's open from the last close), the others from the first.
/// Quantities: counts of 10^-scale, the scale that nine in ten rows get by with; the other rows are
/// listed whole before. All numbers are variable-length, 7 bits a byte, least significant first.
namespace tapedeck::recorded {

constexpr std::size_t kBlockRows = 4096;

/// The bytes of 1 to kBlockRows rows, sorted by time, no number negative.
std::string encode_block(Kind kind, const std::vector<StoredRow>& rows);

/// Reads `count` rows back into `rows`, which held nothing or rows of that kind before. "" if that
/// went well, else what is wrong with the bytes: any bytes are read or refused, and nothing but
/// what encode_block could have been given comes out.
std::string decode_block(
    Kind kind, std::string_view bytes, std::size_t count, std::vector<StoredRow>& rows);

}  // namespace tapedeck::recorded
