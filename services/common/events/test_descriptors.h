#pragma once

#include "events/describe.h"
#include "events/wire.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::descriptors {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

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
inline std::string snake_case(std::string_view name) {
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

inline std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

/// Where the traders' own word is shorter than the enum's.
inline std::string proto_word(std::string_view name) {
    static const std::map<std::string_view, std::string> kSpelledOut = {
        {"gtc", "GOOD_TILL_CANCELED"},
        {"ioc", "IMMEDIATE_OR_CANCEL"},
        {"fok", "FILL_OR_KILL"},
        {"gtd", "GOOD_TILL_DATE"},
    };
    const auto found = kSpelledOut.find(name);
    return found == kSpelledOut.end() ? upper(std::string(name)) : found->second;
}

/// A test that holds described structs against the descriptors of their messages.
class DescriptorTest : public ::testing::Test {
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
            const bool is_hash = name.ends_with("hash") || name == "merkle_root";
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

}  // namespace tapedeck::descriptors
