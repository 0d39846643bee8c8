// Holds the described structs against proto/tapedeck/v1: same numbers, names, types, presence and
// enums, both ways, and nothing in one that the other lacks.
#include "events/test_descriptors.h"
#include "events/test_samples.h"

#include <gtest/gtest.h>
#include <tapedeck/v1/envelope.pb.h>

#include <map>
#include <set>
#include <string>

namespace tapedeck {
namespace {

using descriptors::snake_case;
using descriptors::type_name;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

using VocabularyTest = descriptors::DescriptorTest;

const google::protobuf::OneofDescriptor& events_of_the_envelope() {
    return *v1::Envelope::descriptor()->FindOneofByName("event");
}

TEST_F(VocabularyTest, EveryStructAgreesWithItsMessageFieldByField) {
    const Descriptor& envelope = *v1::Envelope::descriptor();
    samples::for_each_kind([&]<class T>() {
        SCOPED_TRACE(T::kName);
        EXPECT_EQ(T::kName, type_name<T>());
        const FieldDescriptor* field = envelope.FindFieldByNumber(T::kType);
        ASSERT_NE(field, nullptr) << "no field of this number in Envelope";
        EXPECT_EQ(field->containing_oneof(), &events_of_the_envelope());
        EXPECT_EQ(field->name(), snake_case(T::kName));
        ASSERT_EQ(field->type(), FieldDescriptor::TYPE_MESSAGE);
        expect_message<T>(*field->message_type());
    });
}

TEST_F(VocabularyTest, TheProtoFilesHoldNothingThatNoStructHas) {
    samples::for_each_kind([&]<class T>() {
        expect_message<T>(*v1::Envelope::descriptor()->FindFieldByNumber(T::kType)->message_type());
    });
    const FileDescriptor& envelope = *v1::Envelope::descriptor()->file();
    for (int i = 0; i < envelope.dependency_count(); ++i) {
        const FileDescriptor& file = *envelope.dependency(i);
        for (int m = 0; m < file.message_type_count(); ++m) {
            EXPECT_TRUE(seen_.contains(file.message_type(m)->full_name()))
                << file.name() << ": " << file.message_type(m)->name();
        }
        for (int e = 0; e < file.enum_type_count(); ++e) {
            EXPECT_TRUE(seen_.contains(file.enum_type(e)->full_name()))
                << file.name() << ": " << file.enum_type(e)->name();
        }
    }
    EXPECT_EQ(
        static_cast<std::size_t>(events_of_the_envelope().field_count()),
        std::variant_size_v<AnyEvent>);
}

TEST_F(VocabularyTest, TheEnvelopeKeepsItsOwnFieldsBelowSixteen) {
    const Descriptor& envelope = *v1::Envelope::descriptor();
    const std::map<int, std::pair<std::string, FieldDescriptor::Type>> own = {
        {1, {"happened_ns", FieldDescriptor::TYPE_INT64}},
        {2, {"received_ns", FieldDescriptor::TYPE_INT64}},
        {3, {"source_key", FieldDescriptor::TYPE_STRING}}};
    for (int i = 0; i < envelope.field_count(); ++i) {
        const FieldDescriptor& field = *envelope.field(i);
        if (field.containing_oneof() != nullptr) {
            EXPECT_GE(field.number(), 16) << field.name();
            continue;
        }
        ASSERT_TRUE(own.contains(field.number())) << field.name();
        EXPECT_EQ(field.name(), own.at(field.number()).first);
        EXPECT_EQ(field.type(), own.at(field.number()).second);
    }
}

TEST_F(VocabularyTest, TheDecimalIsMantissaScaleAndMantissaHigh) {
    const Descriptor& decimal = *v1::Decimal::descriptor();
    ASSERT_EQ(decimal.field_count(), 3);
    EXPECT_EQ(decimal.FindFieldByNumber(1)->name(), "mantissa");
    EXPECT_EQ(decimal.FindFieldByNumber(1)->type(), FieldDescriptor::TYPE_SINT64);
    EXPECT_EQ(decimal.FindFieldByNumber(2)->name(), "scale");
    EXPECT_EQ(decimal.FindFieldByNumber(2)->type(), FieldDescriptor::TYPE_UINT32);
    EXPECT_EQ(decimal.FindFieldByNumber(3)->name(), "mantissa_high");
    EXPECT_EQ(decimal.FindFieldByNumber(3)->type(), FieldDescriptor::TYPE_SINT64);
}

TEST_F(VocabularyTest, TypesAndNamesAreUnique) {
    std::set<std::uint16_t> types;
    std::set<std::string_view> names;
    samples::for_each_kind([&]<class T>() {
        EXPECT_TRUE(types.insert(T::kType).second) << T::kName;
        EXPECT_TRUE(names.insert(T::kName).second) << T::kName;
    });
}

}  // namespace
}  // namespace tapedeck
