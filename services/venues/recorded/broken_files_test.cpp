#include "venues/recorded/test_files.h"

#include <string>
#include <vector>

/// What is wrong with a file is said with its place and the fix: one table.
namespace tapedeck::recorded {

namespace {

struct Broken {
    std::string name;     ///< of the file
    std::string content;  ///< "" with exists = false: no such file
    std::string message;  ///< the last thing said, with "%" for the path
    bool exists = true;
};

constexpr std::string_view kFix = "; correct the line, or set market-data.on_bad_line = \"reject\"";

std::string candle_file(std::string_view line) {
    return std::string(kCandleHeader) + "1767268800000,10,11,9,10,1\n" + std::string(line) + '\n';
}

std::string trade_file(std::string_view line) {
    return std::string(kTradeHeader) + "1767268800000,10,1,buy,a\n" + std::string(line) + '\n';
}

std::string line_3(std::string_view what) {
    return "%:3: " + std::string(what) + std::string(kFix);
}

const std::string kName = "kraken_BTCUSD_1m.csv";

/// Files that are not what they should be.
std::vector<Broken> wrong_files() {
    return {
        {kName, "", "%: no such file; check market-data.files", false},
        {kName, "", "%: the file is empty; remove it from market-data.files"},
        {kName,
         std::string(kCandleHeader),
         "%: nothing follows the header; remove it from market-data.files"},
        {kName, "PK\x03\x04zip", "%: is a zip archive; unpack it and name the files in it"},
        {kName, "\xff\xfet\1i\1", "%: is UTF-16 text; save it as UTF-8"},
        {kName,
         "date,open,high,low,close\n",
         "%:1: unknown columns \"date,open,high,low,close\"; the formats are " + known_formats()},
        {kName,
         "1767268800,10,11,9,10\n",
         "%:1: unknown columns \"1767268800,10,11,9,10\"; the formats are " + known_formats()},
        {kName,
         std::string(100, '\x02') + "\n",
         "%:1: unknown columns \"" + std::string(60, '?') + "\"; the formats are " +
             known_formats()},
        {"prices.csv",
         candle_file(""),
         "%: its name does not tell the instrument; write \"%=venue:BASE/QUOTE@1m\" in "
         "market-data.files"},
        {"kraken_BTCUSD.csv",
         candle_file(""),
         "%: its name does not tell the interval; write \"%=venue:BASE/QUOTE@1m\" in "
         "market-data.files"}};
}

/// Lines of which a number cannot be read.
std::vector<Broken> wrong_numbers() {
    return {
        {kName,
         candle_file("1767268860000,10,11,9,10"),
         line_3("5 columns, not 6 (timestamp,open,high,low,close,volume)")},
        {kName,
         candle_file("1767268860000,1,000.5,11,9,10,1"),
         line_3("7 columns, not 6 (timestamp,open,high,low,close,volume)")},
        {kName,
         candle_file("1767268860000,10,,9,10,1"),
         line_3("high \"\" is not a plain decimal number")},
        {kName,
         candle_file("1767268860000,10,11,n/a,10,1"),
         line_3("low \"n/a\" is not a plain decimal number")},
        {kName,
         candle_file("1767268860000,10,11,9,\"10\",1"),
         line_3("close \"\"10\"\" is not a plain decimal number")},
        {kName,
         candle_file("1767268860000,10,11,9,10.1234567890123456789,1"),
         line_3("close \"10.1234567890123456789\" has more than 18 digits before or after the "
                "decimal point")},
        {kName,
         candle_file("1767268860000,10,11,9,10," + std::string(50, 'x')),
         line_3("volume \"" + std::string(40, 'x') + "...\" is not a plain decimal number")}};
}

/// Lines of which something else cannot be read.
std::vector<Broken> wrong_fields() {
    return {
        {kName,
         candle_file("2026-01-01,10,11,9,10,1"),
         line_3("time \"2026-01-01\" is not a whole number of milliseconds since 1970")},
        {kName,
         candle_file("1767268860,10,11,9,10,1"),
         line_3("time \"1767268860\" is not within 2009 to 2100 when read in milliseconds, the "
                "unit of this format")},
        {kName,
         candle_file("1767268860000000,10,11,9,10,1"),
         line_3("time \"1767268860000000\" is not within 2009 to 2100 when read in milliseconds, "
                "the unit of this format")},
        {kName,
         candle_file("99999999999999999999,10,11,9,10,1"),
         line_3("time \"99999999999999999999\" is not within 2009 to 2100 when read in "
                "milliseconds, the unit of this format")},
        {kName,
         candle_file("-1767268860000,10,11,9,10,1"),
         line_3("time \"-1767268860000\" is not within 2009 to 2100 when read in milliseconds, "
                "the unit of this format")},
        {"XBTEUR_1.csv",
         "1767268800,1,1,1,1,1,1\n1767268860000,1,1,1,1,1,1\n",
         "%:2: time \"1767268860000\" is not within 2009 to 2100 when read in seconds, the unit of "
         "this format" +
             std::string(kFix)},
        {"XBTEUR_1.csv",
         "1767268800,1,1,1,1,1,1\n1767268860,1,1,1,1,1,1.5\n",
         "%:2: trades \"1.5\" is not a count" + std::string(kFix)},
        {"XBTEUR_1.csv",
         "1767268800,1,1,1,1,1,1\n1767268860,1,1,1,1,1,-1\n",
         "%:2: trades \"-1\" is not a count" + std::string(kFix)},
        {"kraken_BTCUSD_trades.csv",
         trade_file("1767268800001,10,1,b,2"),
         line_3("side \"b\" is neither buy nor sell")},
        {"kraken_BTCUSD_trades.csv",
         trade_file("1767268800001,10,1,sell," + std::string(65, 'i')),
         line_3("trade_id \"" + std::string(40, 'i') + "...\" is longer than 64 characters")},
        {"kraken_BTCUSD_trades.csv",
         trade_file("1767268800001;10;1;sell;2"),
         line_3("1 column, not 5 (timestamp,price,size,side,trade_id)")},
        {kName,
         candle_file(std::string(70'000, '1')),
         "%:3: the line is longer than 64 KiB; is this a CSV file?"}};
}

std::vector<Broken> wrong_compression() {
    return {
        {"kraken_BTCUSD_1m.csv.gz",
         gzipped(candle_file("")).substr(0, 60),
         "%: the gzip data ends in the middle; the file is cut off, fetch it again"},
        {"kraken_BTCUSD_1m.csv.gz",
         gzipped(candle_file("")) + "trailing garbage",
         "%: the gzip data is damaged near byte " +
             std::to_string(gzipped(candle_file("")).size() + 2) +
             " (incorrect header check); fetch the file again"},
        {"kraken_BTCUSD_1m.csv.zst",
         zstandard(candle_file("")).substr(0, 40),
         "%: the Zstandard data ends in the middle; the file is cut off, fetch it again"},
        {"kraken_BTCUSD_1m.csv.zst",
         zstandard(candle_file("")).substr(0, 4) + std::string(40, '\xff'),
         "%: the Zstandard data is damaged near byte 0 (Unsupported frame parameter); fetch the "
         "file again"}};
}

std::string with_path(std::string message, const std::string& path) {
    for (auto at = message.find('%'); at != std::string::npos; at = message.find('%', at)) {
        message.replace(at, 1, path);
        at += path.size();
    }
    return message;
}

void expect_message(const Broken& broken) {
    const testing::TemporaryDirectory directory;
    const std::string path =
        broken.exists ? directory.write(broken.name, broken.content) : directory / broken.name;
    const auto said = play(settings_for({path}));
    ASSERT_FALSE(said.empty());
    EXPECT_EQ(said.back(), with_path("error: " + broken.message, path));
}

}  // namespace

TEST(BrokenFilesTest, EachErrorNamesThePlaceWhatIsWrongAndTheFix) {
    for (const auto& table :
         {wrong_files(), wrong_numbers(), wrong_fields(), wrong_compression()}) {
        for (const auto& broken : table) expect_message(broken);
    }
}

TEST(BrokenFilesTest, ADirectoryIsNoFile) {
    const testing::TemporaryDirectory directory;
    const std::string path = directory.path().string();
    EXPECT_EQ(
        play(settings_for({path})).back(),
        "error: " + path + ": is a directory; name the files in it in market-data.files");
}

TEST(BrokenFilesTest, TheSameFileTwiceIsAMistake) {
    const testing::TemporaryDirectory directory;
    const std::string path = directory.write("kraken_BTCUSD_1m.csv", candle_file(""));
    EXPECT_EQ(
        play(settings_for({path, path})).back(),
        "error: market-data.files: names " + path + " twice; remove one");
}

TEST(BrokenFilesTest, AFileWithoutOneUsableLineIsAMistake) {
    const testing::TemporaryDirectory directory;
    const std::string path =
        directory.write("kraken_BTCUSD_1m.csv", std::string(kCandleHeader) + "x\ny\n");
    EXPECT_EQ(
        play(settings_for({path}, market_data::BadLine::Reject)).back(),
        "error: " + path + ": has not one usable line; check that it is what it says");
}

}  // namespace tapedeck::recorded
