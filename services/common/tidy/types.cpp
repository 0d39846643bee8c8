#include "tidy/rules.h"

#include <map>
#include <optional>

namespace tapedeck::tidy {

namespace {

constexpr std::string_view kUnnamed = "{unnamed}";

/// "tapedeck::cli" of "namespace tapedeck::cli {".
std::optional<std::string> opened_namespace(const std::string& line) {
    constexpr std::string_view kWord = "namespace ";
    if (!line.starts_with(kWord) || line.back() != '{') return std::nullopt;
    const std::string name = line.substr(kWord.size(), line.size() - kWord.size() - 1);
    return name.empty() ? std::string(kUnnamed) : name.substr(0, name.size() - 1);
}

/// "Order" of "struct Order {"; nothing of a declaration, or of a type that belongs to another.
std::optional<std::string> defined_type(const std::string& line) {
    for (const std::string_view word : {"struct ", "enum class ", "class "}) {
        if (!line.starts_with(word)) continue;
        const auto end = line.find_first_of(" ;:{<", word.size());
        const std::string name = line.substr(word.size(), end - word.size());
        const bool is_nested = line.substr(word.size() + name.size()).starts_with("::");
        const bool is_declared = line.back() == ';' && line.find('{') == std::string::npos;
        const bool is_specialized = end != std::string::npos && line[end] == '<';
        if (is_nested || is_declared || is_specialized) return std::nullopt;
        return name;
    }
    return std::nullopt;
}

}  // namespace

/// Reads our own layout: namespaces and what is in them begin in the first column.
Findings check_types(const std::vector<File>& files) {
    Findings findings;
    std::map<std::string, const File*> first_of;
    for (const auto& file : files) {
        if (!is_cpp(file)) continue;
        std::vector<std::string> spaces;
        for (std::size_t i = 0; i < file.code.size(); ++i) {
            const std::string& code = file.code[i];
            if (const auto opened = opened_namespace(code)) spaces.push_back(*opened);
            if (file.lines[i].starts_with("}  // namespace") && !spaces.empty()) spaces.pop_back();
            const auto type = defined_type(code);
            if (!type) continue;
            std::string name;
            for (const auto& space : spaces) name += space + "::";
            if (name.find(kUnnamed) != std::string::npos) continue;
            name += *type;
            const auto [known, is_new] = first_of.emplace(name, &file);
            if (is_new || known->second == &file) continue;
            findings.push_back(
                {file.path,
                 i + 1,
                 "types",
                 name + " is another type in " + known->second->path +
                     ": the linker would take one for the other"});
        }
    }
    return findings;
}

}  // namespace tapedeck::tidy
