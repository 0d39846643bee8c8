// Whatever the bytes of a block are, they are refused, or they are rows that are written and read
// back the same. Build with the `fuzz` preset (clang), then:
//     build/fuzz/bin/venues_recorded_column_fuzz -max_len=4096 corpus/
#include "base/verify.h"
#include "testing/fuzz_seeds.h"
#include "venues/recorded/column_block.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tapedeck::recorded {
namespace {

/// Kind and count of rows in front of the bytes.
void read_block(std::string_view input) {
    if (input.size() < 3) return;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(input[at]); };
    const auto kind = static_cast<Kind>(byte(0) % 3);
    const std::size_t count = byte(1) + std::size_t{256} * byte(2);
    std::vector<StoredRow> rows;
    if (!decode_block(kind, input.substr(3), count, rows).empty()) return;
    VERIFY(rows.size() == count);
    std::vector<StoredRow> again;
    VERIFY(decode_block(kind, encode_block(kind, rows), count, again).empty());
    VERIFY(rows == again);
}

std::vector<std::string> seeds() {
    std::vector<std::string> result;
    for (const Kind kind : {Kind::Candles, Kind::QuoteBars, Kind::Trades}) {
        std::vector<StoredRow> rows(3);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i].begin = Time{std::chrono::minutes(i)};
            rows[i].numbers[0] = Decimal::from_integer(static_cast<std::int64_t>(10 + i));
            if (kind == Kind::Candles) rows[i].trades = 7;
            if (kind == Kind::Trades) rows[i].id = std::to_string(i);
        }
        std::string seed{static_cast<char>(kind), '\3', '\0'};
        result.push_back(seed + encode_block(kind, rows));
    }
    return result;
}

}  // namespace
}  // namespace tapedeck::recorded

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    tapedeck::testing::write_seeds(*argc, *argv, tapedeck::recorded::seeds());
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    tapedeck::recorded::read_block({reinterpret_cast<const char*>(data), size});
    return 0;
}
