#include "venues/kraken/json.h"

#include "venues/kraken/json_writer.h"

#include <nlohmann/json.hpp>

#include <random>

namespace tapedeck::kraken::json {
namespace {

std::string error_of(const Result<Document>& document) {
    return document ? "" : document.error().message;
}

template <class T>
std::string error_of(const Result<T>& value) {
    return value ? "" : value.error().message;
}

/// The document as the oracle has it, numbers as strings of their text.
nlohmann::json rebuilt(const Value& value) {
    switch (value.kind()) {
        case Kind::Null: return nullptr;
        case Kind::False: return false;
        case Kind::True: return true;
        case Kind::Number: return nlohmann::json::parse(value.raw());
        case Kind::String: return value.text().value();
        case Kind::Array: {
            auto result = nlohmann::json::array();
            for (const auto element : value) result.push_back(rebuilt(element));
            return result;
        }
        case Kind::Object: {
            auto result = nlohmann::json::object();
            for (auto member = value.begin(); member != value.end(); ++member) {
                result[member.key()] = rebuilt(*member);  // of two equal keys, the last
            }
            return result;
        }
    }
    return {};
}

constexpr std::string_view kBook =
    R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD",)"
    R"("bids":[{"price":45283.5,"qty":0.10000000}],"asks":[],"checksum":3310070434}]})";

TEST(JsonTest, KeepsNumbersAsTheyWereWritten) {
    const auto document =
        Document::parse(R"([0.10000000,81776.0,1e-08,12345678901234567890,-1.5])");
    ASSERT_TRUE(document);
    std::vector<std::string> texts;
    std::vector<std::string> exact;
    for (const auto value : document->root()) {
        texts.emplace_back(value.raw());
        const auto decimal = value.decimal();
        exact.push_back(decimal ? decimal->to_string() : "none");
    }
    EXPECT_THAT(
        texts,
        ::testing::ElementsAre("0.10000000", "81776.0", "1e-08", "12345678901234567890", "-1.5"));
    EXPECT_THAT(exact, ::testing::ElementsAre("0.1", "81776", "0.00000001", "none", "-1.5"));
}

TEST(JsonTest, NeverRoundsMoney) {
    // Neither is a double: one has too many digits, the other no finite binary form.
    const auto document = Document::parse(R"(["1011.190887790012345678",0.1])");
    ASSERT_TRUE(document);
    EXPECT_EQ(
        document->root().at(std::size_t{0})->decimal()->to_string(), "1011.190887790012345678");
    EXPECT_EQ(document->root().at(1)->decimal(), Decimal::parse("0.1").value());
}

TEST(JsonTest, FindsMembersAndElements) {
    const auto document = Document::parse(kBook);
    ASSERT_TRUE(document) << error_of(document);
    const Value root = document->root();
    EXPECT_TRUE(root.at("channel")->equals("book"));
    const auto book = root.at("data")->at(std::size_t{0});
    ASSERT_TRUE(book);
    EXPECT_EQ(book->at("checksum")->natural().value(), 3310070434U);
    EXPECT_EQ(book->at("bids")->at(std::size_t{0})->at("qty")->raw(), "0.10000000");
    EXPECT_EQ(book->at("asks")->size(), 0U);
    EXPECT_EQ(root.size(), 3U);
    EXPECT_FALSE(root.find("sequence"));
}

TEST(JsonTest, NullCountsAsAbsentWhereAbsenceIsAllowed) {
    const auto document = Document::parse(R"({"refid":null,"userref":0})");
    EXPECT_FALSE(document->root().find("refid"));
    EXPECT_TRUE(document->root().find("userref"));
    EXPECT_TRUE(document->root().at("refid")->is_null());
}

TEST(JsonTest, TheFirstOfTwoEqualKeysCounts) {
    const auto document = Document::parse(R"({"a":1,"a":2})");
    EXPECT_EQ(document->root().at("a")->natural().value(), 1U);
}

TEST(JsonTest, ResolvesEscapesInTextsAndKeys) {
    const auto document = Document::parse(R"({"\u0061":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"})");
    ASSERT_TRUE(document) << error_of(document);
    EXPECT_EQ(document->root().at("a")->text().value(), "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80");
}

TEST(JsonTest, ErrorsOfTheTextSayWhere) {
    const auto said = [](std::string_view text) { return error_of(Document::parse(text)); };
    EXPECT_EQ(said(""), "JSON, byte 0: expected a value, was the end");
    EXPECT_EQ(said("{\"a\":1"), "JSON, byte 6: expected ',' or '}', was the end");
    EXPECT_EQ(said("[1,]"), "JSON, byte 3: expected a value, was ']'");
    EXPECT_EQ(said("{a:1}"), "JSON, byte 1: expected a key in quotes, was 'a'");
    EXPECT_EQ(said("[1] x"), "JSON, byte 4: expected the end of the text, was 'x'");
    EXPECT_EQ(said("<html>"), "JSON, byte 0: expected a value, was '<'");
    EXPECT_EQ(
        said("\"a\x01\""),
        "JSON, byte 2: expected no control character in a string, was "
        "byte value 1");
    EXPECT_EQ(said("\"\xff\""), "JSON, byte 1: expected UTF-8, was byte value 255");
    EXPECT_EQ(
        said("\"\\ud83d\""),
        "JSON, byte 7: expected the second half of a surrogate pair, was '\"'");
}

TEST(JsonTest, ErrorsOfTheContentSayWhere) {
    const auto document = Document::parse(R"({"data":[{"price":12},{"price":null,"qty":"x"}]})");
    const auto second = document->root().at("data")->at(1);
    ASSERT_TRUE(second);
    EXPECT_EQ(
        error_of(second->at("price")->decimal()),
        "data[1].price (byte 31): expected a number, was null");
    EXPECT_EQ(
        error_of(second->at("qty")->decimal()),
        "data[1].qty (byte 43): expected a number of at most 18 digits on each side of the point, "
        "was \"x\"");
    EXPECT_EQ(
        error_of(second->at("side")),
        "data[1] (byte 22): expected an object with \"side\", was an object");
    EXPECT_EQ(
        error_of(document->root().at(std::size_t{0})),
        "JSON (byte 0): expected an array, was an object");
    EXPECT_FALSE(second->at("qty")->natural());
    EXPECT_FALSE(second->at("qty")->boolean());
    EXPECT_FALSE(second->at("price")->text());
}

TEST(JsonTest, NestingIsBounded) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(Document::parse(nested(Document::kDepthMax)));
    EXPECT_FALSE(Document::parse(nested(Document::kDepthMax + 2)));
    EXPECT_FALSE(Document::parse(std::string(1000000, '[')));
}

TEST(JsonTest, AnEmptyDocumentIsNull) {
    const Document document;
    EXPECT_TRUE(document.root().is_null());
    EXPECT_FALSE(document.root().at("a"));
    EXPECT_EQ(document.root().size(), 0U);
    Document used;
    ASSERT_TRUE(used.read("[1]"));
    EXPECT_FALSE(used.read("["));
    EXPECT_TRUE(used.root().is_null());
}

/// Whatever nlohmann's parser takes, this one takes and understands alike; whatever one refuses,
/// the other refuses.
TEST(JsonTest, AgreesWithAnotherParserOnBrokenTexts) {
    const std::vector<std::string> seeds = {
        std::string(kBook),
        R"({"a":[1,-2.5e+3,0,1.0,1E5,"x\"\u00e9\ud83d\ude00\\"],)"
        R"("b":{"c":null,"d":true},"e":false})",
        "[\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\", {}, [], [[]] , 12 ]"};
    constexpr std::string_view kBytes = "{}[]\",:0123456789.eE+-\\ untrfalsx\n\x01\xc3\xa9\xff";
    constexpr unsigned kSeed = 20261121;
    std::mt19937_64 random(kSeed);
    int taken = 0;
    for (int i = 0; i < 20000; ++i) {
        std::string text = seeds[random() % seeds.size()];
        for (auto changes = random() % 3 + 1; changes > 0; --changes) {
            const auto at = random() % text.size();
            const char byte = kBytes[random() % kBytes.size()];
            switch (random() % 3) {
                case 0: text[at] = byte; break;
                case 1: text.insert(at, 1, byte); break;
                default: text.erase(at, 1);
            }
        }
        const auto document = Document::parse(text);
        const auto oracle = nlohmann::json::parse(text, nullptr, false);
        // Beyond the range of a double the oracle refuses what is fine JSON.
        if (document && oracle.is_discarded()) {
            EXPECT_NE(text.find_first_of("eE"), std::string::npos) << text << " seed " << kSeed;
            continue;
        }
        ASSERT_EQ(document.has_value(), !oracle.is_discarded()) << text << " seed " << kSeed;
        if (!document) continue;
        ++taken;
        ASSERT_EQ(rebuilt(document->root()), oracle) << text << " seed " << kSeed;
    }
    EXPECT_GT(taken, 1000);
}

TEST(JsonTest, EveryTruncationIsRefused) {
    for (std::size_t size = 0; size < kBook.size(); ++size) {
        EXPECT_FALSE(Document::parse(kBook.substr(0, size))) << size;
    }
}

TEST(JsonWriterTest, WritesWhatOthersReadBack) {
    Writer writer;
    writer.begin_object()
        .key("a")
        .begin_array()
        .number(std::uint64_t{1})
        .text("x\"\\\n")
        .flag(true);
    writer.begin_object().end_object().end_array();
    writer.key("b").number(Decimal::parse("0.00000001").value()).end_object();
    EXPECT_EQ(writer.str(), R"({"a":[1,"x\"\\\u000a",true,{}],"b":0.00000001})");
    EXPECT_TRUE(nlohmann::json::accept(writer.str()));
    EXPECT_TRUE(Document::parse(writer.str()));
}

}  // namespace
}  // namespace tapedeck::kraken::json
