#include "venue-simulator/core/socket_format.h"

#include "venue-simulator/core/text.h"

#include <gtest/gtest.h>

namespace tapedeck::venue_simulator {
namespace {

std::vector<BookLevel> levels(const std::string& text) {
    std::vector<BookLevel> result;
    for (const auto& level : split(text, ' ')) {
        const auto parts = split(level, '/');
        result.push_back({Decimal::parse(parts[0]).value(), Decimal::parse(parts[1]).value()});
    }
    return result;
}

TEST(SocketFormatTest, ChecksumAgreesWithTheOfficialVector) {
    const auto asks = levels(
        "45285.2/0.00100000 45286.4/1.54571953 45286.6/1.54571109 45289.6/1.54560911 "
        "45290.2/0.15890660 45291.8/1.54553491 45294.7/0.04454749 45296.1/0.35380000 "
        "45297.5/0.09945542 45299.5/0.18772827 45300.0/1");
    const auto bids = levels(
        "45283.5/0.10000000 45283.4/1.54582015 45282.1/0.10000000 45281.0/0.10000000 "
        "45280.3/1.54592586 45279.0/0.07990000 45277.6/0.03310103 45277.5/0.30000000 "
        "45277.3/1.54602737 45276.6/0.15445238");
    EXPECT_EQ(book_checksum(*find_pair("XBTUSD"), bids, asks), 3310070434U);
}

TEST(SocketFormatTest, DifferencesSayNothingOfWhatWasPushedOut) {
    const auto before = levels("10/1 11/1 12/1");
    EXPECT_EQ(book_difference(before, before, 3), std::vector<BookLevel>());
    EXPECT_EQ(book_difference(before, levels("9/1 10/1 11/1"), 3), levels("9/1"));
    EXPECT_EQ(book_difference(before, levels("10/1 12/1 13/5"), 3), levels("11/0 13/5"));
    EXPECT_EQ(book_difference(before, levels("10/1 11/2"), 3), levels("12/0 11/2"));
    EXPECT_EQ(
        book_difference(levels("12/1 11/1 10/1"), levels("13/1 12/1 11/1"), 3), levels("13/1"));
}

TEST(SocketFormatTest, SmallIncrementsHaveAnExponent) {
    EXPECT_EQ(increment_text(Decimal::parse("0.00000001").value()), "1e-08");
    EXPECT_EQ(increment_text(Decimal::parse("0.00005").value()), "5e-05");
    EXPECT_EQ(increment_text(Decimal::parse("0.000012").value()), "1.2e-05");
    EXPECT_EQ(increment_text(Decimal::parse("0.0001").value()), "0.0001");
    EXPECT_EQ(increment_text(Decimal::parse("0.5").value()), "0.5");
}

}  // namespace
}  // namespace tapedeck::venue_simulator
