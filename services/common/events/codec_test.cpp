#include "events/codec.h"

#include "events/test_samples.h"

#include <gtest/gtest.h>

#include <string>

namespace tapedeck {
namespace {

using samples::body_of;
using samples::with_body;

Recorded decoded(const std::string& bytes) {
    Recorded recorded;
    const auto size = decode_record(bytes, recorded);
    EXPECT_TRUE(size) << size.error().message;
    if (size) {
        EXPECT_EQ(*size, bytes.size());
    }
    return recorded;
}

std::string error_of(const std::string& bytes) {
    Recorded recorded;
    const auto size = decode_record(bytes, recorded);
    if (size) return "";
    EXPECT_EQ(size.error().exit_code, ExitCode::Integrity);
    return size.error().message;
}

/// `fill` appends fields to the body of an envelope whose event has this type.
template <class Fill>
std::string record_of(std::uint16_t type, Fill&& fill) {
    std::string body;
    wire::put_nested(body, type, [&] { fill(body); });
    std::string prefix(RecordPrefix::kSize, '\0');
    std::memcpy(prefix.data() + 4, &type, sizeof type);
    return with_body(prefix, body);
}

TEST(CodecTest, ReadsEveryEventBackAsItWas) {
    for (const Event& event : samples::many()) {
        const Recorded back = decoded(samples::record(event));
        EXPECT_EQ(back.event, event);
        EXPECT_EQ(back.producer, 3U);
        EXPECT_EQ(back.number, 7U);
        EXPECT_EQ(back.cause, Seq{41});
        EXPECT_EQ(to_ns(back.happened_at), 1'700'000'000'000'000'001);
        EXPECT_EQ(to_ns(back.received_at), 1'700'000'000'000'000'002);
        EXPECT_EQ(back.source_key, "trade-1");
    }
}

TEST(CodecTest, ReusesARecordWithoutKeepingAnythingOfIt) {
    Recorded recorded;
    for (const auto presence : {samples::Presence::Everything, samples::Presence::Least}) {
        for (const Event& event : samples::all(presence, 5)) {
            std::string bytes;
            encode_record(bytes, 1, 1, Seq{}, event);
            ASSERT_TRUE(decode_record(bytes, recorded));
            EXPECT_EQ(recorded.event, event);
            EXPECT_EQ(recorded.source_key, "");
            EXPECT_EQ(to_ns(recorded.happened_at), 0);
            EXPECT_EQ(to_ns(recorded.received_at), 0);
        }
    }
}

TEST(CodecTest, WritesThePrefixLittleEndian) {
    OrderSent sent;
    sent.intent = Seq{300};
    sent.client_order_id = "id";
    std::string bytes;
    encode_record(bytes, 0x01020304, 0x1112131415161718, Seq{0x2122232425262728}, Event(sent));
    const std::string prefix(
        "\x0a\x00\x00\x00"  // body
        "\x66\x00"          // type 102
        "\x00\x00"          // flags
        "\x00\x00\x00\x00"  // no instrument
        "\x04\x03\x02\x01"
        "\x18\x17\x16\x15\x14\x13\x12\x11"
        "\x28\x27\x26\x25\x24\x23\x22\x21",
        32);
    EXPECT_EQ(bytes.substr(0, 32), prefix);
    // Field 102, 7 bytes: field 1 = 300, field 2 = "id".
    EXPECT_EQ(bytes.substr(32), std::string("\xb2\x06\x07\x08\xac\x02\x12\x02id", 10));
}

TEST(CodecTest, AppendsRecordAfterRecord) {
    std::string bytes;
    const auto events = samples::all(samples::Presence::Everything, 3);
    for (const Event& event : events) encode_record(bytes, 1, 1, Seq{}, event);
    std::string_view rest = bytes;
    for (const Event& event : events) {
        Recorded recorded;
        const auto size = decode_record(rest, recorded);
        ASSERT_TRUE(size);
        EXPECT_EQ(recorded.event, event);
        rest.remove_prefix(*size);
    }
    EXPECT_TRUE(rest.empty());
}

TEST(CodecTest, PutsTheInstrumentsChecksumIntoThePrefix) {
    OrderIntended intended;
    intended.terms.instrument = Instrument::parse("kraken:BTC/EUR").value();
    std::string bytes;
    encode_record(bytes, 1, 1, Seq{}, Event(intended));
    EXPECT_EQ(read_prefix(bytes)->instrument, intended.terms.instrument.filter());
    bytes[8] = static_cast<char>(bytes[8] ^ 1);
    EXPECT_NE(error_of(bytes).find("different instruments"), std::string::npos);
}

TEST(CodecTest, RefusesWhatIsCutShort) {
    const std::string bytes = samples::record(Event(ClockTicked{}));
    EXPECT_NE(error_of("").find("within its prefix"), std::string::npos);
    EXPECT_NE(error_of(bytes.substr(0, 31)).find("within its prefix"), std::string::npos);
    EXPECT_NE(
        error_of(bytes.substr(0, bytes.size() - 1)).find("within its body"), std::string::npos);
}

TEST(CodecTest, RefusesABodyThatDisagreesWithItsPrefix) {
    const std::string sent = samples::record(samples::sample<OrderSent>({}, 1));
    const std::string paused = samples::record(samples::sample<TradingPaused>({}, 1));
    EXPECT_NE(
        error_of(with_body(sent, body_of(paused))).find("different events"), std::string::npos);
    EXPECT_NE(
        error_of(with_body(sent, body_of(sent) + body_of(paused))).find("different events"),
        std::string::npos);
    EXPECT_NE(
        error_of(with_body(sent, body_of(sent) + body_of(sent))).find("more than one event"),
        std::string::npos);
    EXPECT_NE(error_of(with_body(sent, "")).find("no event"), std::string::npos);
    // The envelope's own fields are no events, even if a prefix says so.
    EXPECT_NE(error_of(record_of(1, [](std::string&) {})), "");
    EXPECT_NE(error_of(record_of(3, [](std::string&) {})), "");
}

TEST(CodecTest, RefusesAnEventOfAnotherBuildButKnowsItsPrefix) {
    const std::string bytes = record_of(1999, [](std::string&) {});
    EXPECT_FALSE(is_known_type(read_prefix(bytes)->type));
    EXPECT_NE(error_of(bytes).find("does not know"), std::string::npos);
}

TEST(CodecTest, SkipsFieldsOfLaterBuilds) {
    const Event event(samples::sample<OrderFilled>(samples::Presence::Everything, 1));
    std::string bytes;
    encode_record(bytes, 1, 1, Seq{}, event);
    const std::string known = body_of(bytes);
    wire::Reader reader(known);
    ASSERT_TRUE(reader.next());
    const std::string fields(reader.bytes_field());
    std::string body;
    wire::put_field(body, 9, std::uint64_t{1});  // of the envelope
    wire::put_nested(body, OrderFilled::kType, [&] {
        wire::put_field(body, 900, std::uint64_t{7});
        body += fields;
        wire::put_field(body, 901, std::string("later"));
        wire::put_field(body, 902, 1.5);
        wire::put_tag(body, 903, wire::WireType::Fixed32);
        body += "1234";
    });
    wire::put_field(body, 10, std::string("later"));
    EXPECT_EQ(decoded(with_body(bytes, body)).event, event);
}

TEST(CodecTest, KeepsEnumNumbersOfLaterBuilds) {
    const Recorded recorded = decoded(record_of(TradingPaused::kType, [](std::string& out) {
        wire::put_field(out, 1, std::uint64_t{77});
    }));
    const auto* paused = recorded.event.as<TradingPaused>();
    ASSERT_NE(paused, nullptr);
    EXPECT_EQ(static_cast<int>(paused->scope), 77);
    EXPECT_EQ(to_string(paused->scope), "unknown");
    std::string again;
    encode_record(again, 1, 1, Seq{}, recorded.event);
    EXPECT_EQ(decoded(again).event, recorded.event);
}

TEST(CodecTest, RefusesAnAbsentEnum) {
    const auto nothing = [](std::string&) {};
    EXPECT_NE(
        error_of(record_of(TradingPaused::kType, nothing)).find("malformed"), std::string::npos);
    EXPECT_NE(
        error_of(record_of(OrderDenied::kType, nothing)).find("malformed"), std::string::npos);
    EXPECT_NE(
        error_of(record_of(
            TradingPaused::kType,
            [](std::string& out) { wire::put_field(out, 1, std::uint64_t{0}, true); })),
        "");
}

TEST(CodecTest, RefusesAnOrderWithoutTerms) {
    // An absent message is one whose enums are absent: not by any default a buy order.
    EXPECT_NE(
        error_of(record_of(
            OrderIntended::kType, [](std::string& out) { wire::put_field(out, 1, Seq{5}); })),
        "");
    // A message without enums may be absent.
    EXPECT_EQ(
        error_of(record_of(
            CancelOrdered::kType, [](std::string& out) { wire::put_field(out, 1, Seq{5}); })),
        "");
}

TEST(CodecTest, RefusesAnOptionalEnumThatIsThereAndUnspecified) {
    const auto with_taker = [](std::uint64_t side) {
        return record_of(
            TradePrinted::kType, [&](std::string& out) { wire::put_field(out, 4, side, true); });
    };
    EXPECT_NE(error_of(with_taker(0)), "");
    EXPECT_EQ(error_of(with_taker(2)), "");
}

TEST(CodecTest, ReadsAbsentNumbersAsZeroWhateverTheStructsDefault) {
    TapeStarted started;
    started.format = 0;
    EXPECT_EQ(decoded(samples::record(started)).event, Event(started));
    OrderQueryRequested query;
    query.attempt = 0;
    EXPECT_EQ(decoded(samples::record(query)).event, Event(query));
}

TEST(CodecTest, KeepsZeroAndAbsentApart) {
    TargetSet target;
    target.stop_price = Price{};
    const Recorded back = decoded(samples::record(target));
    const auto* read = back.event.as<TargetSet>();
    ASSERT_NE(read, nullptr);
    EXPECT_EQ(read->stop_price, Price{});
    EXPECT_EQ(read->take_profit_price, std::nullopt);
}

TEST(CodecTest, RefusesFieldsOfTheWrongWireType) {
    EXPECT_NE(
        error_of(record_of(
            ClockTicked::kType,
            [](std::string& out) { wire::put_field(out, 1, std::string("text")); })),
        "");
    EXPECT_NE(
        error_of(record_of(
            FeedStarted::kType,
            [](std::string& out) { wire::put_field(out, 1, std::uint64_t{5}); })),
        "");
    EXPECT_NE(
        error_of(record_of(
            OrderQueryRequested::kType,
            [](std::string& out) {
                wire::put_field(out, 2, std::uint64_t{1} << 32);  // a uint32
            })),
        "");
    EXPECT_NE(
        error_of(record_of(
            FeedRestored::kType,
            [](std::string& out) {
                wire::put_field(out, 1, std::string("BTC"));  // an instrument
            })),
        "");
}

TEST(CodecTest, FindsTypesByNameAndNamesByType) {
    samples::for_each_kind([]<class T>() {
        EXPECT_TRUE(is_known_type(T::kType));
        EXPECT_EQ(type_by_name(T::kName), T::kType);
        EXPECT_EQ(name_of_type(T::kType), T::kName);
        EXPECT_EQ(Event(T{}).type(), T::kType);
        EXPECT_EQ(Event(T{}).name(), T::kName);
    });
    for (const std::uint16_t type :
         std::initializer_list<std::uint16_t>{0, 1, 15, 39, 255, 65535}) {
        EXPECT_FALSE(is_known_type(type)) << type;
        EXPECT_EQ(name_of_type(type), "");
    }
    EXPECT_EQ(type_by_name(""), 0);
    EXPECT_EQ(type_by_name("orderfilled"), 0);
}

}  // namespace
}  // namespace tapedeck
