#include "venues/recorded/line_reader.h"

#include "base/crc32c.h"
#include "venues/recorded/test_files.h"

#include <random>

namespace tapedeck::recorded {

namespace {

using testing::TemporaryDirectory;

/// All lines of a file, each "number:text"; an error as the last.
std::vector<std::string> lines_of(const std::string& path) {
    auto input = Input::open(path);
    if (!input) return {"error: " + input.error().message};
    LineReader reader(std::move(*input), path, 0);
    std::vector<std::string> lines;
    while (true) {
        const auto found = reader.next();
        if (!found) {
            lines.push_back("error: " + found.error().message);
            return lines;
        }
        if (!*found) return lines;
        lines.push_back(std::to_string(reader.number()) + ':' + std::string(reader.line()));
    }
}

}  // namespace

TEST(LineReaderTest, GivesEachLineAndItsNumber) {
    const TemporaryDirectory directory;
    EXPECT_THAT(
        lines_of(directory.write("a", "one\ntwo\n")), ::testing::ElementsAre("1:one", "2:two"));
    EXPECT_THAT(
        lines_of(directory.write("b", "one\ntwo")), ::testing::ElementsAre("1:one", "2:two"))
        << "the last line need not end";
    EXPECT_THAT(
        lines_of(directory.write("c", "\xef\xbb\xbfone\r\n\r\n\ntwo\r\n\n")),
        ::testing::ElementsAre("1:one", "4:two"))
        << "empty lines count, but are not given";
}

TEST(LineReaderTest, ReadsTheSameFromEveryCompression) {
    const TemporaryDirectory directory;
    std::string text;
    std::mt19937 random(7);
    // More than all buffers hold, in lines of all lengths.
    for (int line = 0; line < 20'000; ++line) {
        text += std::string(random() % 200, static_cast<char>('a' + random() % 26)) + "x\n";
    }
    const auto plain = lines_of(directory.write("plain", text));
    ASSERT_EQ(plain.size(), 20'000U);
    EXPECT_EQ(lines_of(directory.write("gz", gzipped(text))), plain);
    EXPECT_EQ(lines_of(directory.write("zst", zstandard(text))), plain);
    const auto half = text.find('\n', text.size() / 2) + 1;
    EXPECT_EQ(
        lines_of(
            directory.write("gz2", gzipped(text.substr(0, half)) + gzipped(text.substr(half)))),
        plain)
        << "several members are one content";
    EXPECT_EQ(
        lines_of(directory.write(
            "zst2", zstandard(text.substr(0, half)) + zstandard(text.substr(half)))),
        plain)
        << "several frames are one content";
}

TEST(LineReaderTest, ALineMayBe64KiBLongAndNoLonger) {
    const TemporaryDirectory directory;
    const std::string longest(LineReader::kLineMax, 'x');
    EXPECT_THAT(
        lines_of(directory.write("a", "1\n" + longest + "\n2")),
        ::testing::ElementsAre("1:1", "2:" + longest, "3:2"));
    const std::string path = directory.write("b", "1\n" + longest + "x\n2");
    EXPECT_THAT(
        lines_of(path),
        ::testing::ElementsAre(
            "1:1", "error: " + path + ":2: the line is longer than 64 KiB; is this a CSV file?"));
}

TEST(LineReaderTest, EveryCutOfACompressedFileIsNoticed) {
    const TemporaryDirectory directory;
    std::string text;
    for (int line = 0; line < 200; ++line) text += std::to_string(line * line) + '\n';
    for (const auto& whole : {gzipped(text), zstandard(text)}) {
        for (std::size_t size = 4; size < whole.size(); ++size) {
            const auto lines = lines_of(directory.write("cut", whole.substr(0, size)));
            ASSERT_FALSE(lines.empty()) << size;
            EXPECT_EQ(lines.back().substr(0, 6), "error:") << size << " of " << whole.size();
        }
    }
}

TEST(LineReaderTest, EveryFlippedByteOfAGzipFileIsNoticedOrHarmless) {
    const TemporaryDirectory directory;
    std::string text;
    for (int line = 0; line < 100; ++line) text += std::to_string(line * line) + '\n';
    const auto good = lines_of(directory.write("good", text));
    const std::string whole = gzipped(text);
    // The header's first ten bytes hold a time and a system, which nobody reads.
    for (std::size_t at = 10; at < whole.size(); ++at) {
        std::string bad = whole;
        bad[at] = static_cast<char>(bad[at] ^ 0x10);
        const auto lines = lines_of(directory.write("bad", bad));
        EXPECT_TRUE(lines == good || lines.back().substr(0, 6) == "error:") << at;
    }
}

TEST(FingerprintTest, IsSizeAndChecksumOfTheFileAsItIs) {
    const TemporaryDirectory directory;
    const std::string bytes = gzipped("some text\n");
    const auto print = fingerprint(directory.write("a.gz", bytes)).value();
    EXPECT_EQ(print.size, bytes.size());
    EXPECT_EQ(print.crc32c, crc32c(bytes));
}

}  // namespace tapedeck::recorded
