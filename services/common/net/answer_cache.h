#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace tapedeck::net {

/// What a venue has answered to public questions, in two levels: this process's memory, and a
/// directory that all processes of a home share and that outlives them. How old an answer may be is
/// the reader's to say. Only good answers belong in here; the caller knows which are.
///
/// A cache: nothing depends on it. What cannot be written, or is not readable, is a miss.
class AnswerCache {
public:
    struct Options {
        std::filesystem::path directory;      ///< created when needed; "" = memory only
        std::size_t memory_max = 64;          ///< answers; the one not used for longest goes
        Duration keep{std::chrono::days(7)};  ///< older files are removed at the start
    };

    struct Answer {
        std::string body;
        Time answered_at{};  ///< by the wall clock of whoever asked
    };

    struct Figures {
        std::uint64_t memory_hits = 0;
        std::uint64_t disk_hits = 0;
        std::uint64_t misses = 0;
        std::uint64_t old_served = 0;  ///< because the venue did not answer; not a hit

        bool operator==(const Figures&) const = default;

        /// Of all questions, the share in percent that the venue was spared; 0 without any.
        std::uint64_t hit_percent() const;
    };

    /// `now` by the wall clock.
    AnswerCache(Options options, Time now);

    /// The answer to this question, if it is of this moment or later: a hit, else a miss.
    std::optional<Answer> find(const std::string& question, Time not_before);

    /// The newest there is, for when the venue does not answer. The reader has to say that it is
    /// old wherever it shows.
    std::optional<Answer> find_old(const std::string& question);

    void keep(const std::string& question, std::string body, Time now);

    const Figures& figures() const { return figures_; }

private:
    struct Kept {
        Answer answer;
        std::uint64_t used = 0;
    };

    std::optional<std::filesystem::path> file_of(const std::string& question) const;
    std::optional<Answer> read(const std::string& question) const;
    void remember(const std::string& question, Answer answer);
    void forget_files(Time now) const;

    Options options_;
    std::map<std::string, Kept> memory_;
    std::uint64_t uses_ = 0;
    Figures figures_;
};

}  // namespace tapedeck::net
