#include "events/client_order_id.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace tapedeck {
namespace {

constexpr ClientOrderId kId{0x0123456789AB, Seq{258}};

TEST(ClientOrderIdTest, IsAWellFormedUuidThatShowsTapeAndSeq) {
    const std::string text = to_uuid_text(kId);
    ASSERT_EQ(text.size(), 36U);
    EXPECT_EQ(text.substr(0, 15), "01234567-89ab-4");  // tape id, version
    EXPECT_EQ(text.substr(18), "-8000-000000000102");  // variant, 258 = 0x102
    EXPECT_EQ(to_hex_text(kId), "0x0123456789ab" + text.substr(14, 4) + "8000000000000102");
}

TEST(ClientOrderIdTest, ReadsBackBothForms) {
    EXPECT_EQ(parse_client_order_id(to_uuid_text(kId)), kId);
    EXPECT_EQ(parse_client_order_id(to_hex_text(kId)), kId);
    const ClientOrderId largest{0xFFFFFFFFFFFF, Seq{(std::uint64_t{1} << 62) - 1}};
    EXPECT_EQ(parse_client_order_id(to_uuid_text(largest)), largest);
}

TEST(ClientOrderIdTest, ReadsUpperCase) {
    std::string text = to_uuid_text(kId);
    for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'f' ? c - 'a' + 'A' : c);
    EXPECT_EQ(parse_client_order_id(text), kId);
}

TEST(ClientOrderIdTest, RefusesEveryChangeOfOneDigit) {
    const std::string text = to_uuid_text(kId);
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string damaged = text;
        damaged[at] = text[at] == '7' ? '6' : '7';
        EXPECT_EQ(parse_client_order_id(damaged), std::nullopt) << damaged;
    }
}

TEST(ClientOrderIdTest, RefusesWhatIsNoIdOfOurs) {
    for (const char* text :
         {"",
          "0x",
          "paper-17",
          "0123456789ab4ccc8000000000000102",
          "01234567-89ab-4000-8000-00000000010",
          "01234567-89ab-1000-8000-000000000102",
          "01234567-89ab-4000-c000-000000000102",
          "0123456g-89ab-4000-8000-000000000102"}) {
        EXPECT_EQ(parse_client_order_id(text), std::nullopt) << text;
    }
}

TEST(ClientOrderIdTest, AMillionIdsAreDistinctAndReadBack) {
    std::vector<std::string> ids;
    ids.reserve(1'000'000);
    for (std::uint64_t i = 0; i < 1'000'000; ++i) {
        // Two tapes that share all their seqs.
        const ClientOrderId id{0xA00000000000 + i % 2, Seq{1 + i / 2 * 7}};
        ids.push_back(to_uuid_text(id));
        ASSERT_EQ(parse_client_order_id(ids.back()), id);
    }
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

}  // namespace
}  // namespace tapedeck
