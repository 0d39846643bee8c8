#include "tidy/rules.h"

#include <algorithm>
#include <set>

namespace tapedeck::tidy {

namespace {

struct Word {
    std::string text;
    std::string why;
};

/// The list of "Forbidden outside shells": what makes a second run differ from the first.
const std::vector<Word>& words() {
    static const std::vector<Word> kWords = {
        {"_clock::now", "time is an event: read recorded_at"},
        {"time(", "time is an event: read recorded_at"},
        {"gettimeofday(", "time is an event: read recorded_at"},
        {"clock_gettime(", "time is an event: read recorded_at"},
        {"localtime", "there is UTC only"},
        {"rand(", "chance comes from the tape or from a seed"},
        {"srand(", "chance comes from the tape or from a seed"},
        {"random_device", "chance comes from the tape or from a seed"},
        {"std::thread", "one thread, one order"},
        {"std::jthread", "one thread, one order"},
        {"std::async", "one thread, one order"},
        {"sleep_for", "nothing waits here"},
        {"sleep_until", "nothing waits here"},
        {"getenv", "configuration comes in ServiceStarted"},
        {"setlocale", "text is the same everywhere"},
        {"std::locale", "text is the same everywhere"},
        {"unordered_", "its order differs between runs and libraries"},
        {"std::hash", "its values differ between libraries"},
        {"double", "money is Decimal; double is for indicators and statistics"},
        {"float", "money is Decimal; float is for nothing"},
        {"std::cout", "a library returns, it doesn't print"},
        {"std::cerr", "a library returns, it doesn't print"},
        {"std::ifstream", "no I/O here"},
        {"std::ofstream", "no I/O here"},
    };
    return kWords;
}

struct Exception {
    std::string path;  ///< a file, or a folder that ends in '/'
    std::string word;
    std::string why;
};

const std::vector<Exception>& exceptions() {
    static const std::vector<Exception> kExceptions = {
        {"services/strategy/core/", "double", "indicators and thresholds are readings, not money"},
        {"services/common/base/decimal.h", "double", "the one way between the two"},
        {"services/common/base/decimal.cpp", "double", "the one way between the two"},
        {"services/common/events/types.h", "double", "a reading of DecisionMade"},
        {"services/common/events/wire.h", "double", "a reading of DecisionMade on the wire"},
    };
    return kExceptions;
}

bool is_pure(const File& file) {
    const std::string folder = folder_of(file.path);
    return folder == "common/base" || folder == "common/events" || folder == "venues/paper" ||
           folder.ends_with("/core");
}

bool covers(const Exception& exception, const File& file, const std::string& word) {
    const bool same_place = exception.path.ends_with('/') ? file.path.starts_with(exception.path)
                                                          : file.path == exception.path;
    return same_place && exception.word == word;
}

template <class Visit>
void for_each_said(const File& file, Visit&& visit) {
    if (!is_cpp(file) || is_for_tests(file) || !is_pure(file)) return;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
        for (const auto& word : words()) {
            if (says(file.code[i], word.text)) visit(i + 1, word);
        }
    }
}

}  // namespace

Findings check_pure_words(const File& file) {
    Findings findings;
    for_each_said(file, [&](std::size_t line, const Word& word) {
        for (const auto& exception : exceptions()) {
            if (covers(exception, file, word.text)) return;
        }
        findings.push_back({file.path, line, "pure", "\"" + word.text + "\": " + word.why});
    });
    return findings;
}

Findings check_unused_exceptions(const std::vector<File>& files) {
    Findings findings;
    for (const auto& exception : exceptions()) {
        const bool is_used = std::any_of(files.begin(), files.end(), [&](const File& file) {
            bool covered = false;
            for_each_said(file, [&](std::size_t, const Word& word) {
                covered = covered || covers(exception, file, word.text);
            });
            return covered;
        });
        if (is_used) continue;
        findings.push_back(
            {exception.path,
             0,
             "pure",
             "says \"" + exception.word + "\" no longer: drop the exception"});
    }
    return findings;
}

}  // namespace tapedeck::tidy
