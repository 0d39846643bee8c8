#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// The repository as its rules see it: files, lines, and lines without comments and literals.
namespace tapedeck::tidy {

struct File {
    std::string path;                ///< from the top of the repository: "services/risk/main.cpp"
    std::vector<std::string> lines;  ///< as they are
    std::vector<std::string> code;   ///< of C++: comments, texts and characters blanked
};

/// What a rule has to say about a line. Line 0 is about the file, or about its absence.
struct Finding {
    std::string path;
    std::size_t line = 0;
    std::string rule;
    std::string why;
};

/// "services/risk/core/risk.cpp:12: layers: risk/core may not include common/tape".
std::string to_string(const Finding& finding);

/// A file of this text, for tests of the rules themselves.
File make_file(std::string path, const std::string& text);

/// All text files of the folders that are ours, sorted by path. What a build, an editor or a run
/// leaves behind is not among them.
std::vector<File> read_repository(const std::filesystem::path& top);

bool is_cpp(const File& file);
bool is_header(const File& file);
bool is_proto(const File& file);

/// Tests, and what only tests include: *_test.cpp, headers that include gtest or are called
/// test_*.h or *_fixture.h, fuzzers, benches, common/testing, integration-tests.
bool is_for_tests(const File& file);

/// "common/base", "risk/core", "venues/paper"; "risk" for services/risk/main.cpp; for what lies
/// elsewhere the top folder ("proto").
std::string folder_of(std::string_view path);

/// Whether `line` says `word` on its own, not as a part of a longer name. A word that begins or
/// ends with something else than a letter or a digit is open on that side: "_clock::now",
/// "unordered_". A method's name is no word on its own: "close.time(" doesn't say "time(".
bool says(std::string_view line, std::string_view word);

}  // namespace tapedeck::tidy
