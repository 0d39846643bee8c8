// Holds the described structs against proto/tapedeck/v1: same numbers, names, types, presence and
// enums, both ways, and nothing in one that the other lacks.
#include "events/test_samples.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>
#include <tapedeck/v1/envelope.pb.h>

#include <cctype>
#include <map>
#include <set>
#include <string>

namespace tapedeck {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

/// "OrderFilled" for tapedeck::OrderFilled: both compilers end the pretty name in "T = …]" or ";".
template <class T>
std::string type_name() {
    const std::string_view pretty = __PRETTY_FUNCTION__;
    const auto begin = pretty.find("T = ") + 4;
    std::string_view name = pretty.substr(begin, pretty.find_first_of(";]", begin) - begin);
    if (const auto colon = name.rfind(':'); colon != std::string_view::npos) {
        name.remove_prefix(colon + 1);
    }
    return std::string(name);
}

/// "order_filled" for "OrderFilled".
std::string snake_case(std::string_view name) {
    std::string result;
    for (const char c : name) {
        if (std::isupper(static_cast<unsigned char>(c)) != 0) {
            if (!result.empty()) result += '_';
            result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        } else {
            result += c;
        }
    }
    return result;
}

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

/// Where the traders' own word is shorter than the enum's.
std::string proto_word(std::string_view name) {
    static const std::map<std::string_view, std::string> kSpelledOut = {
        {"gtc", "GOOD_TILL_CANCELED"},
        {"ioc", "IMMEDIATE_OR_CANCEL"},
        {"fok", "FILL_OR_KILL"},
        {"gtd", "GOOD_TILL_DATE"},
    };
    const auto found = kSpelledOut.find(name);
    return found == kSpelledOut.end() ? upper(std::string(name)) : found->second;
}

class VocabularyTest : public ::testing::Test {
protected:
    template <NamedEnum E>
    void expect_enum(const EnumDescriptor& proto) {
        SCOPED_TRACE(proto.full_name());
        EXPECT_EQ(proto.name(), type_name<E>());
        const std::string prefix = upper(snake_case(proto.name())) + "_";
        const auto names = enum_names(E{});
        ASSERT_EQ(proto.value_count(), static_cast<int>(names.size()) + 1);
        EXPECT_EQ(proto.value(0)->name(), prefix + "UNSPECIFIED");
        EXPECT_EQ(proto.value(0)->number(), 0);
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto* value = proto.value(static_cast<int>(i) + 1);
            EXPECT_EQ(value->number(), static_cast<int>(names[i].value)) << value->name();
            EXPECT_EQ(value->name(), prefix + proto_word(names[i].name));
        }
        seen_.insert(proto.full_name());
    }

    template <Described T>
    void expect_message(const Descriptor& proto) {
        SCOPED_TRACE(proto.full_name());
        EXPECT_EQ(proto.name(), type_name<T>());
        int count = 0;
        int last = 0;
        T object{};
        for_each_field(object, [&](int number, std::string_view name, const auto& member) {
            SCOPED_TRACE(name);
            ++count;
            EXPECT_GT(number, last) << "fields ascend";
            last = number;
            const FieldDescriptor* field = proto.FindFieldByNumber(number);
            ASSERT_NE(field, nullptr) << "not in the proto file";
            EXPECT_EQ(field->name(), name);
            expect_presence(*field, member);
        });
        EXPECT_EQ(proto.field_count(), count) << "the proto file has fields that the struct lacks";
        seen_.insert(proto.full_name());
    }

    std::set<std::string> seen_;

private:
    template <class T>
    void expect_presence(const FieldDescriptor& field, const T&) {
        EXPECT_FALSE(field.is_repeated());
        EXPECT_FALSE(field.has_optional_keyword());
        expect_type<T>(field);
    }

    template <class T>
    void expect_presence(const FieldDescriptor& field, const std::optional<T>&) {
        EXPECT_FALSE(field.is_repeated());
        EXPECT_TRUE(field.has_optional_keyword());
        expect_type<T>(field);
    }

    template <class T>
    void expect_presence(const FieldDescriptor& field, const std::vector<T>&) {
        EXPECT_TRUE(field.is_repeated());
        EXPECT_FALSE(field.is_packable()) << "our codec knows lists of text and messages only";
        expect_type<T>(field);
    }

    template <class T>
    void expect_type(const FieldDescriptor& field) {
        const std::string& name = field.name();
        if constexpr (std::is_same_v<T, std::string>) {
            const bool is_hash = name.ends_with("hash");
            EXPECT_EQ(field.type(), is_hash ? FieldDescriptor::TYPE_BYTES : text());
        } else if constexpr (std::is_same_v<T, Instrument>) {
            EXPECT_EQ(field.type(), text());
        } else if constexpr (std::is_same_v<T, double>) {
            EXPECT_EQ(field.type(), FieldDescriptor::TYPE_DOUBLE);
        } else if constexpr (std::is_same_v<T, Decimal> || wire::IsAmount<T>) {
            ASSERT_EQ(field.type(), FieldDescriptor::TYPE_MESSAGE);
            EXPECT_EQ(field.message_type()->full_name(), "tapedeck.v1.Decimal");
        } else if constexpr (Described<T>) {
            ASSERT_EQ(field.type(), FieldDescriptor::TYPE_MESSAGE);
            expect_message<T>(*field.message_type());
        } else if constexpr (std::is_enum_v<T>) {
            ASSERT_EQ(field.type(), FieldDescriptor::TYPE_ENUM);
            expect_enum<T>(*field.enum_type());
        } else if constexpr (std::is_same_v<T, Time> || std::is_same_v<T, Duration>) {
            EXPECT_EQ(field.type(), FieldDescriptor::TYPE_INT64);
            EXPECT_TRUE(name.ends_with("_ns")) << "times and durations name their unit";
        } else if constexpr (std::is_same_v<T, Seq>) {
            EXPECT_EQ(field.type(), FieldDescriptor::TYPE_UINT64);
            EXPECT_TRUE(name.ends_with("_seq")) << "other events are named by their seq";
        } else if constexpr (std::is_same_v<T, bool>) {
            EXPECT_EQ(field.type(), FieldDescriptor::TYPE_BOOL);
        } else if constexpr (std::is_same_v<T, std::uint64_t>) {
            EXPECT_EQ(field.type(), FieldDescriptor::TYPE_UINT64);
        } else {
            static_assert(std::is_same_v<T, std::uint32_t>, "no wire form for this type");
            EXPECT_EQ(field.type(), FieldDescriptor::TYPE_UINT32);
        }
    }

    static FieldDescriptor::Type text() { return FieldDescriptor::TYPE_STRING; }
};

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
