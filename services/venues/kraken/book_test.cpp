#include "venues/kraken/book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace tapedeck::kraken {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

/// Owns the texts that a change points into.
struct Message {
    Rows bids{};
    Rows asks{};
    std::uint32_t checksum = 0;

    BookChange as(bool is_snapshot) const {
        BookChange change;
        change.is_snapshot = is_snapshot;
        change.symbol = "BTC/USD";
        change.bids = entries(bids);
        change.asks = entries(asks);
        change.checksum = checksum;
        return change;
    }

    static std::vector<BookEntry> entries(const Rows& rows) {
        std::vector<BookEntry> result;
        for (const auto& [price, quantity] : rows) {
            result.push_back(
                {Price::parse(price).value(), Quantity::parse(quantity).value(), price, quantity});
        }
        return result;
    }
};

/// Kraken's documentation, "Book checksum (WebSocket v2)".
Message documented() {
    return {
        {{"45283.5", "0.10000000"},
         {"45283.4", "1.54582015"},
         {"45282.1", "0.10000000"},
         {"45281.0", "0.10000000"},
         {"45280.3", "1.54592586"},
         {"45279.0", "0.07990000"},
         {"45277.6", "0.03310103"},
         {"45277.5", "0.30000000"},
         {"45277.3", "1.54602737"},
         {"45276.6", "0.15445238"}},
        {{"45285.2", "0.00100000"},
         {"45286.4", "1.54571953"},
         {"45286.6", "1.54571109"},
         {"45289.6", "1.54560911"},
         {"45290.2", "0.15890660"},
         {"45291.8", "1.54553491"},
         {"45294.7", "0.04454749"},
         {"45296.1", "0.35380000"},
         {"45297.5", "0.09945542"},
         {"45299.5", "0.18772827"}},
        3310070434};
}

/// Kraken's documentation, "Book", printed there without trailing zeros: 4 and 8 decimals.
Message matic() {
    return {
        {{"0.5666", "4831.75496356"},
         {"0.5665", "6658.22734739"},
         {"0.5664", "18724.91513344"},
         {"0.5663", "11563.92544914"},
         {"0.5662", "14006.65365711"},
         {"0.5661", "17454.85679807"},
         {"0.566", "18097.1547"},
         {"0.5659", "33644.89175666"},
         {"0.5658", "148.3464"},
         {"0.5657", "606.70854372"}},
        {{"0.5668", "4410.79769741"},
         {"0.5669", "4655.40412487"},
         {"0.567", "49844.89424998"},
         {"0.5671", "24306.41678"},
         {"0.5672", "29783.25223475"},
         {"0.5673", "57234.71239278"},
         {"0.5674", "45065.04744"},
         {"0.5675", "5912.76380354"},
         {"0.5676", "42514.92434778"},
         {"0.5677", "36304.0847022"}},
        2439117997};
}

constexpr Book::Shape kBtc{10, 1, 8};
constexpr Book::Shape kMatic{10, 4, 8};

const Instrument& btc() {
    static const Instrument kInstrument = Instrument::parse("kraken:BTC/USD").value();
    return kInstrument;
}

TEST(BookTest, VerifiesTheDocumentedChecksum) {
    Book book(btc(), kBtc);
    ASSERT_TRUE(book.apply(documented().as(true)));
    EXPECT_TRUE(book.is_live());
    EXPECT_EQ(book.checksum(), 3310070434U);
    std::string digits;
    for (const auto& level : book.asks()) digits += level.digits.view();
    EXPECT_THAT(
        digits,
        ::testing::StartsWith("45285210000045286415457195345286615457110945289615"
                              "456091145290215890660"));
}

TEST(BookTest, TakesTheWireAsItIsWhereThePrecisionIsNotKnown) {
    Book book(btc(), {10, 0, 0});
    EXPECT_TRUE(book.apply(documented().as(true)));
}

TEST(BookTest, PutsBackTheZerosThatTheWireLost) {
    Book book(btc(), kMatic);
    ASSERT_TRUE(book.apply(matic().as(true)));
    const Message update{{{"0.5657", "1098.39475580"}}, {}, 2114181697};
    EXPECT_TRUE(book.apply(update.as(false)));
    EXPECT_EQ(book.bids().back().quantity.to_string(), "1098.3947558");

    Book blind(btc(), {10, 0, 0});
    EXPECT_EQ(blind.apply(matic().as(true)).error(), BookFault::ChecksumMismatch);
}

TEST(BookTest, ReadsSmallQuantitiesInTheirShortNotation) {
    ChecksumDigits digits;
    EXPECT_TRUE(digits.append("1e-08", 8));
    EXPECT_EQ(digits.view(), "1");
    EXPECT_TRUE(digits.append("0.05005", 5));
    EXPECT_EQ(digits.view(), "15005");
    EXPECT_FALSE(digits.append("-1", 0));
    EXPECT_FALSE(digits.append("1.2.3", 0));
    EXPECT_FALSE(digits.append(std::string(50, '7'), 0));
    EXPECT_FALSE(digits.append("1e-99", 0));
}

TEST(BookTest, AWrongChecksumEmptiesTheBookUntilTheNextSnapshot) {
    Book book(btc(), kBtc);
    ASSERT_TRUE(book.apply(documented().as(true)));
    const Message wrong{{{"45283.5", "0.2"}}, {}, 1};
    EXPECT_EQ(book.apply(wrong.as(false)).error(), BookFault::ChecksumMismatch);
    EXPECT_FALSE(book.is_live());
    EXPECT_FALSE(book.quote());
    EXPECT_TRUE(book.bids().empty());
    EXPECT_TRUE(book.apply(wrong.as(false))) << "what was under way before the resubscription";
    EXPECT_FALSE(book.is_live());
    EXPECT_TRUE(book.apply(documented().as(true)));
    EXPECT_TRUE(book.is_live());
}

TEST(BookTest, OneBooksFaultIsNoneOfAnothers) {
    Book first(btc(), kBtc);
    Book second(btc(), kMatic);
    ASSERT_TRUE(first.apply(documented().as(true)));
    ASSERT_TRUE(second.apply(matic().as(true)));
    EXPECT_FALSE(first.apply(Message{{{"1", "1"}}, {}, 1}.as(false)));
    EXPECT_TRUE(second.is_live());
    EXPECT_TRUE(second.quote());
}

TEST(BookTest, TheLostUpdateOfManyIsNoticed) {
    Book whole(btc(), kMatic);
    ASSERT_TRUE(whole.apply(matic().as(true)));
    // The next message was made when the quantity at 0.5657 had changed already.
    const Message next{{{"0.5657", "0"}}, {{"0.5668", "1.00000000"}}, 2114181697};
    EXPECT_EQ(whole.apply(next.as(false)).error(), BookFault::ChecksumMismatch);
}

TEST(BookTest, ACrossedBookIsNotTrusted) {
    // The checksum is right: only the prices can tell.
    Book book(btc(), kBtc);
    const Message locked{{{"10.0", "1"}}, {{"10.0", "1"}}, 2245937470};
    EXPECT_EQ(book.apply(locked.as(true)).error(), BookFault::Crossed);
    EXPECT_FALSE(book.is_live());
    const Message fine{{{"10.0", "1"}}, {{"10.1", "1"}}, 2465607166};
    EXPECT_TRUE(book.apply(fine.as(true)));
}

TEST(BookTest, BadLevelsAreRefused) {
    for (const auto& [price, quantity] : Rows{{"0", "1"}, {"-1", "1"}, {"1", "-1"}}) {
        Book book(btc(), kBtc);
        const Message message{{{price, quantity}}, {}, 0};
        EXPECT_EQ(book.apply(message.as(true)).error(), BookFault::BadLevel) << price;
    }
}

TEST(BookTest, GivesTheBestOfBothSides) {
    Book book(btc(), kBtc);
    EXPECT_FALSE(book.quote());
    ASSERT_TRUE(book.apply(documented().as(true)));
    const auto quote = book.quote();
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->instrument, btc());
    EXPECT_EQ(quote->bid.to_string(), "45283.5");
    EXPECT_EQ(quote->bid_quantity.to_string(), "0.1");
    EXPECT_EQ(quote->ask.to_string(), "45285.2");
    EXPECT_EQ(quote->ask_quantity.to_string(), "0.001");
    book.reset();
    EXPECT_FALSE(book.quote());
}

/// A book of the plainest sort, and its checksum by its own bytewise CRC-32.
class Oracle {
public:
    explicit Oracle(std::size_t depth) : depth_(depth) {}

    void set(bool is_bid, std::int64_t price, std::int64_t quantity) {
        auto& side = is_bid ? bids_ : asks_;
        if (quantity == 0) {
            side.erase(is_bid ? -price : price);
        } else {
            side[is_bid ? -price : price] = quantity;
        }
    }

    void cut() {
        for (auto* side : {&bids_, &asks_}) {
            while (side->size() > depth_) side->erase(std::prev(side->end()));
        }
    }

    std::uint32_t checksum() const {
        std::string text;
        for (const auto* side : {&asks_, &bids_}) {
            std::size_t count = 0;
            for (const auto& [price, quantity] : *side) {
                if (count++ == Book::kChecksumLevels) break;
                text += std::to_string(std::abs(price)) + std::to_string(quantity);
            }
        }
        std::uint32_t crc = ~0U;
        for (const char c : text) {
            crc ^= static_cast<unsigned char>(c);
            for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ (crc & 1U ? 0xEDB88320U : 0U);
        }
        return ~crc;
    }

    std::size_t bids() const { return bids_.size(); }

    std::size_t asks() const { return asks_.size(); }

private:
    std::size_t depth_;
    std::map<std::int64_t, std::int64_t> bids_;  ///< by minus price
    std::map<std::int64_t, std::int64_t> asks_;
};

std::string decimal_text(std::int64_t value, unsigned decimals) {
    auto text = std::to_string(value);
    if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
    return text.insert(text.size() - decimals, ".");
}

TEST(BookTest, FollowsAnyRowOfChangesLikeAPlainerBook) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::mt19937_64 random(seed);
        const std::size_t depth = seed % 2 == 0 ? 10 : 25;
        Oracle oracle(depth);
        Book book(btc(), {depth, 1, 8});
        bool is_snapshot = true;
        for (int round = 0; round < 200; ++round, is_snapshot = false) {
            Message message;
            for (auto changes = random() % 6; changes > 0; --changes) {
                const bool is_bid = random() % 2 == 0;
                const auto step = static_cast<std::int64_t>(random() % 40);
                const std::int64_t price = is_bid ? 10000 - step : 10001 + step;
                const auto quantity =
                    random() % 4 == 0 ? 0 : static_cast<std::int64_t>(random() % 1'000'000'000);
                oracle.set(is_bid, price, quantity);
                (is_bid ? message.bids : message.asks)
                    .emplace_back(decimal_text(price, 1), decimal_text(quantity, 8));
            }
            oracle.cut();
            message.checksum = oracle.checksum();
            ASSERT_TRUE(book.apply(message.as(is_snapshot))) << "seed " << seed << " " << round;
            ASSERT_EQ(book.bids().size(), oracle.bids());
            ASSERT_EQ(book.asks().size(), oracle.asks());
        }
    }
}

}  // namespace
}  // namespace tapedeck::kraken
