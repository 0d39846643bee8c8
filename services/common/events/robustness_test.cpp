// Damaged bytes give an error or another event, never a crash; what decodes has one encoding.
#include "events/print.h"
#include "events/test_samples.h"

#include <gtest/gtest.h>

#include <string>

namespace tapedeck {
namespace {

/// Decodes; if that works, prints, and holds the codec to its word: encode(decode(x)) is a fixed
/// point from the first time on.
bool survives(const std::string& bytes) {
    Recorded recorded;
    if (!decode_record(bytes, recorded)) return false;
    const auto encoded = [](const Recorded& from) {
        std::string out;
        encode_record(
            out,
            from.producer,
            from.number,
            from.cause,
            from.event,
            {from.happened_at, from.received_at, from.source_key});
        return out;
    };
    const std::string once = encoded(recorded);
    Recorded again;
    const auto size = decode_record(once, again);
    EXPECT_TRUE(size) << recorded.event.name() << ": " << size.error().message;
    if (size) {
        EXPECT_EQ(encoded(again), once) << recorded.event.name();
    }
    return true;
}

TEST(RobustnessTest, EveryRecordCutShortIsRefused) {
    for (const Event& event : samples::all(samples::Presence::Everything, 1)) {
        const std::string bytes = samples::record(event);
        ASSERT_TRUE(survives(bytes));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            ASSERT_FALSE(survives(bytes.substr(0, size))) << event.name() << " cut at " << size;
        }
    }
}

TEST(RobustnessTest, EveryBodyCutShortIsReadOrRefused) {
    for (const Event& event : samples::all(samples::Presence::Everything, 1)) {
        const std::string bytes = samples::record(event);
        const std::string body = samples::body_of(bytes);
        for (std::size_t size = 0; size < body.size(); ++size) {
            ASSERT_FALSE(survives(samples::with_body(bytes, body.substr(0, size))))
                << event.name() << " cut at " << size;
        }
    }
}

TEST(RobustnessTest, EveryEventCutShortWithinItsEnvelopeIsReadOrRefused) {
    std::size_t read = 0;
    for (const Event& event : samples::all(samples::Presence::Everything, 1)) {
        std::string bytes;
        encode_record(bytes, 1, 1, Seq{}, event);
        const std::string body = samples::body_of(bytes);
        wire::Reader reader(body);
        ASSERT_TRUE(reader.next());
        const std::string fields(reader.bytes_field());
        for (std::size_t size = 0; size < fields.size(); ++size) {
            std::string cut;
            wire::put_nested(cut, event.type(), [&] { cut += fields.substr(0, size); });
            read += survives(samples::with_body(bytes, cut)) ? 1U : 0U;
        }
    }
    EXPECT_GT(read, 0U) << "a cut between two fields leaves a shorter event";
}

TEST(RobustnessTest, EveryFlippedByteIsReadOrRefused) {
    for (const auto presence : {samples::Presence::Everything, samples::Presence::Least}) {
        for (const Event& event : samples::all(presence, 1)) {
            const std::string bytes = samples::record(event);
            for (std::size_t i = 0; i < bytes.size(); ++i) {
                for (const int flip : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
                    std::string damaged = bytes;
                    damaged[i] = static_cast<char>(damaged[i] ^ flip);
                    survives(damaged);
                    if (HasFailure()) FAIL() << event.name() << ", byte " << i << ", " << flip;
                }
            }
        }
    }
}

TEST(RobustnessTest, NoiseIsReadOrRefusedAndPrinted) {
    std::mt19937_64 random(17);
    std::size_t read = 0;
    samples::for_each_kind([&]<class T>() {
        const std::string bytes = samples::record(samples::sample<T>({}, 1));
        for (int i = 0; i < 300; ++i) {
            std::string damaged = bytes;
            for (auto left = 1 + random() % 4; left > 0; --left) {
                damaged[RecordPrefix::kSize + random() % (bytes.size() - RecordPrefix::kSize)] =
                    static_cast<char>(random());
            }
            Recorded recorded;
            if (!survives(damaged) || !decode_record(damaged, recorded)) continue;
            ++read;
            EXPECT_FALSE(to_json(recorded).empty());
            EXPECT_EQ(summary(recorded.event).find('\n'), std::string::npos);
        }
    });
    EXPECT_GT(read, 1000U);
}

}  // namespace
}  // namespace tapedeck
