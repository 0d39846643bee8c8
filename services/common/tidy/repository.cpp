#include "tidy/repository.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace tapedeck::tidy {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 7> kFolders = {
    ".ci", ".github", "deploy", "docs", "integration-tests", "proto", "services"};

bool is_name_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Blanks comments, texts and characters of C++, line by line. Raw texts may span lines.
class Blanker {
public:
    std::string blank(const std::string& line) {
        std::string result(line.size(), ' ');
        for (std::size_t i = 0; i < line.size();) {
            const std::string_view rest = std::string_view(line).substr(i);
            if (!until_.empty()) {
                const auto end = rest.find(until_);
                if (end == std::string_view::npos) break;
                i += end + until_.size();
                until_.clear();
            } else if (rest.starts_with("//")) {
                break;
            } else if (rest.starts_with("/*")) {
                until_ = "*/";
                i += 2;
            } else if (rest.starts_with("R\"") && (i == 0 || !is_name_char(line[i - 1]))) {
                const auto open = rest.find('(');
                until_ = ")" + std::string(rest.substr(2, open - 2)) + "\"";
                i += open + 1;
            } else if (
                rest[0] == '"' || (rest[0] == '\'' && (i == 0 || !is_name_char(line[i - 1])))) {
                i += literal_size(rest);  // after a digit ' is a separator: 1'000
            } else {
                result[i] = line[i];
                ++i;
            }
        }
        return result;
    }

private:
    static std::size_t literal_size(std::string_view text) {
        std::size_t i = 1;
        while (i < text.size() && text[i] != text[0]) i += text[i] == '\\' ? 2U : 1U;
        return std::min(i + 1, text.size());
    }

    std::string until_;  // what ends the comment or raw text that we are in
};

bool includes_gtest(const File& file) {
    return std::any_of(file.lines.begin(), file.lines.end(), [](const std::string& line) {
        return line.starts_with("#include <gtest/") || line.starts_with("#include <gmock/");
    });
}

bool is_left_behind(const fs::path& path) {
    static const std::set<std::string> kNames = {
        "build", "node_modules", "__pycache__", ".cache", "var"};
    return kNames.contains(path.filename().string());
}

bool is_text(const std::string& content) {
    return content.find('\0') == std::string::npos;
}

void read_into(std::vector<File>& files, const fs::path& path, const fs::path& top) {
    std::ifstream stream(path, std::ios::binary);
    const std::string content{
        std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (is_text(content)) files.push_back(make_file(fs::relative(path, top).string(), content));
}

}  // namespace

std::string to_string(const Finding& finding) {
    std::string place = finding.path;
    if (finding.line != 0) place += ":" + std::to_string(finding.line);
    return place + ": " + finding.rule + ": " + finding.why;
}

File make_file(std::string path, const std::string& text) {
    File file{std::move(path), {}, {}};
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) file.lines.push_back(line);
    if (!is_cpp(file)) return file;
    Blanker blanker;
    for (const auto& line : file.lines) file.code.push_back(blanker.blank(line));
    return file;
}

std::vector<File> read_repository(const fs::path& top) {
    std::vector<File> files;
    for (const auto& entry : fs::directory_iterator(top)) {
        if (entry.is_regular_file() && entry.path().filename() != ".git") {
            read_into(files, entry.path(), top);
        }
    }
    for (const auto folder : kFolders) {
        if (!fs::exists(top / folder)) continue;
        for (auto it = fs::recursive_directory_iterator(top / folder);
             it != fs::recursive_directory_iterator();
             ++it) {
            if (it->is_directory() && is_left_behind(it->path())) it.disable_recursion_pending();
            if (it->is_regular_file()) read_into(files, it->path(), top);
        }
    }
    std::sort(
        files.begin(), files.end(), [](const File& a, const File& b) { return a.path < b.path; });
    return files;
}

bool is_header(const File& file) {
    return file.path.ends_with(".h");
}

bool is_cpp(const File& file) {
    return is_header(file) || file.path.ends_with(".cpp");
}

bool is_proto(const File& file) {
    return file.path.ends_with(".proto");
}

bool is_for_tests(const File& file) {
    const std::string name = fs::path(file.path).filename().string();
    const std::string stem = fs::path(file.path).stem().string();
    return name.starts_with("test_") || stem.ends_with("_test") || stem.ends_with("_fixture") ||
           stem.ends_with("_fuzz") || stem.ends_with("_bench") ||
           (is_header(file) && includes_gtest(file)) || folder_of(file.path) == "common/testing" ||
           file.path.starts_with("integration-tests/");
}

std::string folder_of(std::string_view path) {
    std::vector<std::string> parts;
    for (const auto& part : fs::path(path)) parts.push_back(part.string());
    if (parts.size() < 2) return "";
    if (parts[0] != "services") return parts[0];
    parts.pop_back();  // the file
    if (parts.size() == 1) return "services";
    return parts.size() == 2 ? parts[1] : parts[1] + "/" + parts[2];
}

bool says(std::string_view line, std::string_view word) {
    for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
        const char before = at == 0 ? ' ' : line[at - 1];
        const std::size_t end = at + word.size();
        const char after = end == line.size() ? ' ' : line[end];
        const bool open_before = !std::isalnum(static_cast<unsigned char>(word.front()));
        const bool open_after = !std::isalnum(static_cast<unsigned char>(word.back()));
        const bool begins =
            open_before || (!is_name_char(before) && before != '.' && before != '>');
        const bool ends = open_after || !is_name_char(after);
        if (begins && ends) return true;
    }
    return false;
}

}  // namespace tapedeck::tidy
