// Whatever stands in a file of market data, the reader answers with rows, with rejected lines or
// with an error that names the file. Build with the `fuzz` preset (clang), then:
//     build/fuzz/bin/venues_recorded_row_fuzz -max_len=4096 corpus/
#include "base/verify.h"
#include "testing/fuzz_seeds.h"
#include "testing/temporary_directory.h"
#include "venues/recorded/file_cursor.h"
#include "venues/recorded/row.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tapedeck::recorded {
namespace {

/// Each line as a row of the format that the first one names, without a file around it.
void read_rows(std::string_view text) {
    const Format* format = nullptr;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        if (format == nullptr) {
            format = find_format(line);
            if (format == nullptr) return;
        }
        Row row;
        const std::string wrong = read_row(*format, std::chrono::minutes(1), line, row);
        VERIFY(wrong.find('\n') == std::string::npos);
        text.remove_prefix(std::min(text.size(), end + 1));
    }
}

/// The same bytes as a file: plain, or whatever compression they claim to be.
void read_file(const testing::TemporaryDirectory& directory, std::string_view text) {
    FileWanted wanted;
    wanted.path = directory.write("XBTEUR_1.csv", text);
    wanted.clues = read_name(wanted.path);
    auto description = describe_file(wanted);
    if (!description) {
        VERIFY(description.error().message.find("XBTEUR_1.csv") != std::string::npos);
        return;
    }
    constexpr std::size_t kBuffer = 2 * LineReader::kLineMax;
    auto cursor = FileCursor::open(*description, market_data::BadLine::Reject, kBuffer);
    if (!cursor) return;
    std::optional<Time> last;
    while (true) {
        const auto more = cursor->next();
        if (!more || !*more) return;
        VERIFY(!last || cursor->row().begin >= *last);
        last = cursor->row().begin;
    }
}

std::vector<std::string> seeds() {
    return {
        "0" + std::string("1700000000,1.0,2.0,0.5,1.5,10.0,3\n1700000060,1.5,2,1,1.5,1,1\n"),
        "1" + std::string("1700000000,1.0,2.0,0.5,1.5,10.0,3\n1700000060,1.5,2,1,1.5,1,1\n"),
        "1" + std::string("time,open,high,low,close,volume\n1700000000000,1,2,0.5,1.5,10\n"),
        "1" + std::string("1700000000,1.5,0.25\n1700000001,1.6,0.5\n"),
        "0" + known_formats()};
}

}  // namespace
}  // namespace tapedeck::recorded

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    tapedeck::testing::write_seeds(*argc, *argv, tapedeck::recorded::seeds());
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tapedeck;
    static const testing::TemporaryDirectory kDirectory;
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 2 == 0) {
        recorded::read_rows(text);
    } else {
        recorded::read_file(kDirectory, text);
    }
    return 0;
}
