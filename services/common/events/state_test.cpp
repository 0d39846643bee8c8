#include "events/state.h"

#include "events/test_samples.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace tapedeck {
namespace {

template <class T>
std::string saved(const T& value) {
    StateWriter writer;
    writer(value);
    return writer.bytes();
}

template <class T>
T loaded(const std::string& bytes) {
    StateReader reader(bytes);
    T value{};
    reader(value);
    EXPECT_TRUE(reader.ok());
    EXPECT_TRUE(reader.at_end());
    return value;
}

template <class T>
void expect_round_trip(const T& value) {
    const std::string bytes = saved(value);
    const T back = loaded<T>(bytes);
    EXPECT_TRUE(back == value);
    EXPECT_EQ(saved(back), bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const std::string cut = bytes.substr(0, size);
        StateReader reader(cut);
        T ignored{};
        reader(ignored);
        ASSERT_FALSE(reader.ok()) << "cut at " << size << " of " << bytes.size();
    }
}

/// What deciders hold: everything that archives, nested.
struct Book {
    std::map<std::string, std::map<Instrument, Quantity>> positions;
    std::map<Seq, OrderTerms> orders;
    std::set<std::string> seen;
    std::deque<Time> recent;
    std::vector<std::pair<Seq, std::optional<Price>>> prices;
    std::optional<Duration> pause;
    bool killed = false;
    Side side = Side::Buy;
    double reading = 0;
    std::uint8_t small = 0;

    template <class A>
    void archive(A& a) {
        a(positions);
        a(orders);
        a(seen);
        a(recent);
        a(prices);
        a(pause);
        a(killed);
        a(side);
        a(reading);
        a(small);
    }

    bool operator==(const Book&) const = default;
};

Book a_book() {
    Book book;
    const auto btc = Instrument::parse("kraken:BTC/EUR").value();
    book.positions["macd"][btc] = Quantity::parse("-0.5").value();
    book.positions["rsi"];
    book.orders[Seq{4}] = samples::sample<OrderIntended>(samples::Presence::Everything, 1).terms;
    book.seen = {"a", "b"};
    book.recent = {time_from_ns(1), time_from_ns(-1)};
    book.prices = {{Seq{1}, Price::parse("64210.5").value()}, {Seq{2}, std::nullopt}};
    book.pause = Duration(-5);
    book.killed = true;
    book.side = Side::Sell;
    book.reading = 28.4;
    book.small = 255;
    return book;
}

TEST(StateTest, ReadsEveryEventBack) {
    for (const auto presence : {samples::Presence::Everything, samples::Presence::Least}) {
        samples::for_each_kind([&]<class T>() {
            SCOPED_TRACE(T::kName);
            expect_round_trip(samples::sample<T>(presence, 1));
        });
    }
}

TEST(StateTest, ReadsContainersAndClassesBack) {
    expect_round_trip(a_book());
    expect_round_trip(Book{});
}

TEST(StateTest, ReadsTheEdgesOfTheirTypesBack) {
    expect_round_trip(std::numeric_limits<std::int64_t>::min());
    expect_round_trip(std::numeric_limits<std::uint64_t>::max());
    expect_round_trip(Time::min());
    expect_round_trip(Duration::max());
    expect_round_trip(Decimal::from_units(-Decimal::kMaxUnits));
    expect_round_trip(Instrument{});
    expect_round_trip(std::string("\0\xff", 2));
    expect_round_trip(std::vector<std::vector<std::string>>{{}, {"", "x"}});
}

TEST(StateTest, EqualStatesAreEqualBytesHoweverTheyCameAbout) {
    std::map<std::string, int> forth;
    std::map<std::string, int> back;
    for (int i = 0; i < 50; ++i) forth[std::to_string(i)] = i;
    for (int i = 49; i >= 0; --i) back[std::to_string(i)] = i;
    EXPECT_EQ(saved(forth), saved(back));
}

TEST(StateTest, WritesLittleEndianAndLengthsFirst) {
    EXPECT_EQ(saved(std::uint32_t{0x01020304}), std::string("\x04\x03\x02\x01", 4));
    EXPECT_EQ(saved(std::string("ab")), std::string("\x02\0\0\0\0\0\0\0ab", 10));
    EXPECT_EQ(saved(std::optional<bool>(true)), std::string("\x01\x01", 2));
    EXPECT_EQ(saved(std::optional<bool>()), std::string("\0", 1));
}

TEST(StateTest, RefusesCountsBeyondWhatIsThereWithoutAllocating) {
    const std::string bytes = saved(std::numeric_limits<std::uint64_t>::max()) + "rest of it all";
    StateReader reader(bytes);
    std::vector<std::uint64_t> values;
    reader(values);
    EXPECT_FALSE(reader.ok());
    EXPECT_TRUE(values.empty());
    std::string text = "before";
    reader(text);
    EXPECT_EQ(text, "") << "after an error everything reads as default";
}

TEST(StateTest, RefusesAnInstrumentThatIsNone) {
    const std::string bytes = saved(std::string("BTC")) + saved(std::uint32_t{7});
    StateReader reader(bytes);
    Instrument instrument;
    std::uint32_t after = 1;
    reader(instrument);
    reader(after);
    EXPECT_FALSE(reader.ok());
    EXPECT_TRUE(instrument.empty());
    EXPECT_EQ(after, 0U);
}

TEST(StateTest, SurvivesEveryFlippedByte) {
    const std::string bytes = saved(a_book());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        for (const int flip : {1, 16, 128, 255}) {
            std::string damaged = bytes;
            damaged[i] = static_cast<char>(damaged[i] ^ flip);
            StateReader reader(damaged);
            Book book;
            reader(book);
            if (reader.ok()) {
                EXPECT_FALSE(saved(book).empty());
            }
        }
    }
}

}  // namespace
}  // namespace tapedeck
