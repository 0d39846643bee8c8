#include "tidy/rules.h"

#include <algorithm>
#include <cctype>
#include <regex>

namespace tapedeck::tidy {

namespace {

/// "ORDER_TYPE_" for OrderType.
std::string prefix_of(const std::string& name) {
    std::string result;
    for (const char c : name) {
        if (std::isupper(static_cast<unsigned char>(c)) != 0 && !result.empty()) result += '_';
        result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return result + "_";
}

/// "tapedeck.v1" for proto/tapedeck/v1/order.proto.
std::string package_of(const std::string& path) {
    std::string folder = std::filesystem::path(path).parent_path().string();
    folder.erase(0, std::string("proto/").size());
    std::replace(folder.begin(), folder.end(), '/', '.');
    return folder;
}

class ProtoCheck {
public:
    explicit ProtoCheck(const File& file) : file_(file) {}

    Findings check() {
        bool has_syntax = false;
        bool has_package = false;
        for (at_ = 0; at_ < file_.lines.size(); ++at_) {
            const std::string& raw = file_.lines[at_];
            has_syntax = has_syntax || raw.starts_with("syntax = \"proto3\";");
            has_package = has_package || raw == "package " + package_of(file_.path) + ";";
            check_line(raw.substr(0, raw.find("//")));
        }
        at_ = 0;
        if (!has_syntax) say("no syntax = \"proto3\"");
        if (!has_package) say("the path asks for package " + package_of(file_.path));
        return findings_;
    }

private:
    void check_line(const std::string& line) {
        static const std::regex kOpening(R"(^\s*(message|enum)\s+(\w+)\s*\{)");
        static const std::regex kField(
            R"(^\s*(?:optional |repeated )?([\w.]+)\s+(\w+)\s*=\s*\d+;)");
        std::smatch match;
        if (std::regex_search(line, match, kOpening)) {
            open(match[1] == "enum", match[2]);
        } else if (line.find('}') != std::string::npos) {
            enum_.clear();
        } else if (!enum_.empty()) {
            check_value(line);
        } else if (std::regex_search(line, match, kField)) {
            check_field(match[1], match[2]);
        }
        if (line.find("map<") != std::string::npos) say("a map has no order: repeated messages");
    }

    void open(bool is_enum, const std::string& name) {
        const bool has_sentence = at_ > 0 && file_.lines[at_ - 1].find("// ") == 0;
        if (!has_sentence) say(name + " has no sentence: docs/events.md is made of them");
        if (name.find('_') != std::string::npos || std::isupper(name[0]) == 0) {
            say(name + ": messages and enums are PascalCase");
        }
        if (!is_enum) message_ = name;
        enum_ = is_enum ? name : "";
        is_first_value_ = true;
    }

    void check_value(const std::string& line) {
        static const std::regex kValue(R"(^\s*(\w+)\s*=\s*(\d+);)");
        std::smatch match;
        if (!std::regex_search(line, match, kValue)) return;
        const std::string prefix = prefix_of(enum_);
        const std::string name = match[1];
        if (!name.starts_with(prefix)) say(name + " begins with " + prefix);
        if (is_first_value_ && (name != prefix + "UNSPECIFIED" || match[2] != "0")) {
            say("the first value is " + prefix + "UNSPECIFIED = 0: never sent");
        }
        is_first_value_ = false;
    }

    void check_field(const std::string& type, const std::string& name) {
        if (type == "float" || type == "Any" || type.ends_with(".Any") || type == "Struct" ||
            type.ends_with(".Struct") || type.ends_with("Timestamp")) {
            say(type + " has no place in the vocabulary");
        }
        if (type == "double" && message_ != "Reading") say("double is for indicator readings only");
        const bool is_snake = std::none_of(
            name.begin(), name.end(), [](unsigned char c) { return std::isupper(c) != 0; });
        if (!is_snake) say(name + ": fields are snake_case");
    }

    void say(std::string why) {
        findings_.push_back({file_.path, at_ + 1, "proto", std::move(why)});
    }

    const File& file_;
    std::size_t at_ = 0;
    std::string message_;  // that we are in
    std::string enum_;     // likewise
    bool is_first_value_ = false;
    Findings findings_;
};

}  // namespace

Findings check_proto(const File& file) {
    return is_proto(file) ? ProtoCheck(file).check() : Findings{};
}

Findings check_all(const std::vector<File>& files) {
    Findings all = check_folders(files);
    const auto add = [&all](Findings more) { all.insert(all.end(), more.begin(), more.end()); };
    add(check_unused_exceptions(files));
    add(check_types(files));
    for (const auto& file : files) {
        add(check_layers(file));
        add(check_fences(file));
        add(check_pure_words(file));
        add(check_text(file));
        add(check_no_places(file));
        add(check_proto(file));
    }
    return all;
}

}  // namespace tapedeck::tidy
