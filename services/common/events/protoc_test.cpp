// Our codec and protoc's classes read each other's bytes.
#include "events/test_samples.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>
#include <tapedeck/v1/envelope.pb.h>

#include <random>
#include <string>

namespace tapedeck {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string deterministic(const Message& message) {
    std::string bytes;
    {
        google::protobuf::io::StringOutputStream stream(&bytes);
        google::protobuf::io::CodedOutputStream coded(&stream);
        coded.SetSerializationDeterministic(true);
        message.SerializeToCodedStream(&coded);
    }
    return bytes;
}

TEST(ProtocTest, ReadsOurBytesAndWritesThemAlike) {
    for (const Event& event : samples::many()) {
        const std::string body = samples::body_of(samples::record(event));
        v1::Envelope envelope;
        ASSERT_TRUE(envelope.ParseFromString(body)) << event.name();
        EXPECT_EQ(static_cast<std::uint16_t>(envelope.event_case()), event.type());
        EXPECT_EQ(envelope.happened_ns(), 1'700'000'000'000'000'001);
        EXPECT_EQ(envelope.source_key(), "trade-1");
        EXPECT_EQ(deterministic(envelope), body) << event.name();
    }
}

/// Fills messages by reflection with what our codec holds to be canonical.
class ProtoFiller {
public:
    explicit ProtoFiller(std::uint64_t seed) : random_(seed) {}

    void fill(Message& message) {
        if (auto* decimal = dynamic_cast<v1::Decimal*>(&message)) {
            decimal->set_mantissa(static_cast<std::int64_t>(random_() >> 6) * 10 + 7);
            decimal->set_scale(static_cast<std::uint32_t>(random_() % 19));
            return;
        }
        const auto& descriptor = *message.GetDescriptor();
        for (int i = 0; i < descriptor.field_count(); ++i) {
            const FieldDescriptor& field = *descriptor.field(i);
            if (field.is_repeated()) {
                for (auto left = random_() % 3; left > 0; --left) add(message, field);
            } else if (!field.has_optional_keyword() || random_() % 2 == 0) {
                set(message, field);
            }
        }
    }

private:
    void add(Message& message, const FieldDescriptor& field) {
        const Reflection& reflection = *message.GetReflection();
        if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
            fill(*reflection.AddMessage(&message, &field));
        } else {
            ASSERT_EQ(field.type(), FieldDescriptor::TYPE_STRING);
            reflection.AddString(&message, &field, text(field));
        }
    }

    void set(Message& message, const FieldDescriptor& field) {
        const Reflection& reflection = *message.GetReflection();
        switch (field.cpp_type()) {
            case FieldDescriptor::CPPTYPE_MESSAGE:
                fill(*reflection.MutableMessage(&message, &field));
                return;
            case FieldDescriptor::CPPTYPE_STRING:
                reflection.SetString(&message, &field, text(field));
                return;
            case FieldDescriptor::CPPTYPE_DOUBLE:
                reflection.SetDouble(&message, &field, static_cast<double>(random_() % 999) / 8);
                return;
            case FieldDescriptor::CPPTYPE_INT64:
                reflection.SetInt64(&message, &field, static_cast<std::int64_t>(random_()));
                return;
            case FieldDescriptor::CPPTYPE_UINT64:
                reflection.SetUInt64(&message, &field, random_());
                return;
            case FieldDescriptor::CPPTYPE_UINT32:
                reflection.SetUInt32(&message, &field, static_cast<std::uint32_t>(random_()));
                return;
            case FieldDescriptor::CPPTYPE_BOOL:
                reflection.SetBool(&message, &field, random_() % 2 == 0);
                return;
            case FieldDescriptor::CPPTYPE_ENUM: {
                const auto values = static_cast<std::uint64_t>(field.enum_type()->value_count());
                const auto chosen = static_cast<int>(1 + random_() % (values - 1));
                reflection.SetEnum(&message, &field, field.enum_type()->value(chosen));
                return;
            }
            default: FAIL() << field.full_name() << ": a type that the vocabulary doesn't use";
        }
    }

    std::string text(const FieldDescriptor& field) {
        const bool is_one = field.name() == "instrument";
        return (is_one ? "kraken:X" : "text ") + std::to_string(random_() % 100) +
               (is_one ? "/EUR" : "");
    }

    std::mt19937_64 random_;
};

TEST(ProtocTest, WritesBytesThatWeReadAndWriteAlike) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        ProtoFiller filler(seed);
        samples::for_each_kind([&]<class T>() {
            v1::Envelope envelope;
            const auto& field = *v1::Envelope::descriptor()->FindFieldByNumber(T::kType);
            filler.fill(*envelope.GetReflection()->MutableMessage(&envelope, &field));
            envelope.set_happened_ns(-5);
            envelope.set_source_key("key");
            const std::string body = deterministic(envelope);
            Event event;
            const auto read = [&] {
                // The filter of the prefix is not on the wire of protoc: take it from the event.
                std::string nested = body.substr(body.find("key") + 3);
                wire::Reader reader(nested);
                return reader.next() && wire::get_message(reader.bytes_field(), event.emplace<T>());
            };
            ASSERT_TRUE(read()) << T::kName << ", seed " << seed;
            const std::string bytes = samples::with_body(samples::record(event), body);
            Recorded recorded;
            const auto size = decode_record(bytes, recorded);
            ASSERT_TRUE(size) << size.error().message << ", seed " << seed;
            EXPECT_EQ(recorded.event, event);
            EXPECT_EQ(to_ns(recorded.happened_at), -5);
            std::string again;
            encode_record(again, 3, 7, Seq{41}, recorded.event, {recorded.happened_at, {}, "key"});
            EXPECT_EQ(samples::body_of(again), body) << T::kName << ", seed " << seed;
        });
    }
}

TEST(ProtocTest, AgreesOnDecimalsOfEverySize) {
    std::mt19937_64 random(23);
    for (int i = 0; i < 20'000; ++i) {
        const Int128 size =
            static_cast<Int128>((static_cast<UInt128>(random()) << 63) >> (random() % 127)) %
            Decimal::kMaxUnits;
        const Decimal value = Decimal::from_units(random() % 2 == 0 ? size : -size);
        std::string bytes;
        wire::put_decimal(bytes, value);
        v1::Decimal message;
        ASSERT_TRUE(message.ParseFromString(bytes));
        EXPECT_EQ(deterministic(message), bytes);
        const auto parts = value.parts();
        EXPECT_TRUE(
            static_cast<Int128>(message.mantissa_high()) * (Int128{1} << 64) + message.mantissa() ==
            parts.mantissa)
            << value.to_string();
        EXPECT_EQ(message.scale(), parts.scale);
        bool ok = true;
        EXPECT_EQ(wire::get_decimal(bytes, ok), value);
        EXPECT_TRUE(ok);
    }
}

}  // namespace
}  // namespace tapedeck
