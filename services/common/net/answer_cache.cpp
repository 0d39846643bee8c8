#include "net/answer_cache.h"

#include "base/replace_file.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tapedeck::net {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".answer";
/// Of a file name; a longer question is kept in memory only.
constexpr std::size_t kNameMax = 200;

/// First line: when. Second line: the question. Then the body.
std::string encode(const std::string& question, const AnswerCache::Answer& answer) {
    return std::to_string(to_ns(answer.answered_at)) + "\n" + question + "\n" + answer.body;
}

std::optional<AnswerCache::Answer> decode(std::string_view text, std::string_view question) {
    const std::size_t when_end = text.find('\n');
    if (when_end == std::string_view::npos) return std::nullopt;
    const std::size_t question_end = text.find('\n', when_end + 1);
    if (question_end == std::string_view::npos) return std::nullopt;
    if (text.substr(when_end + 1, question_end - when_end - 1) != question) return std::nullopt;
    std::int64_t when = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + when_end, when);
    if (error != std::errc{} || end != text.data() + when_end) return std::nullopt;
    return AnswerCache::Answer{std::string(text.substr(question_end + 1)), Time{Duration{when}}};
}

std::optional<std::string> content_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (in.bad()) return std::nullopt;
    return text;
}

}  // namespace

std::uint64_t AnswerCache::Figures::hit_percent() const {
    const std::uint64_t hits = memory_hits + disk_hits;
    return hits + misses == 0 ? 0 : hits * 100 / (hits + misses);
}

AnswerCache::AnswerCache(Options options, Time now) : options_(std::move(options)) {
    if (!options_.directory.empty()) forget_files(now);
}

std::optional<AnswerCache::Answer> AnswerCache::find(const std::string& question, Time not_before) {
    const auto known = memory_.find(question);
    if (known != memory_.end() && known->second.answer.answered_at >= not_before) {
        ++figures_.memory_hits;
        known->second.used = ++uses_;
        return known->second.answer;
    }
    auto written = read(question);
    if (written && written->answered_at >= not_before) {
        ++figures_.disk_hits;
        remember(question, *written);
        return written;
    }
    ++figures_.misses;
    return std::nullopt;
}

std::optional<AnswerCache::Answer> AnswerCache::find_old(const std::string& question) {
    std::optional<Answer> newest = read(question);
    const auto known = memory_.find(question);
    if (known != memory_.end()) {
        const bool is_newer = !newest || newest->answered_at < known->second.answer.answered_at;
        if (is_newer) newest = known->second.answer;
    }
    if (newest) ++figures_.old_served;
    return newest;
}

void AnswerCache::keep(const std::string& question, std::string body, Time now) {
    Answer answer{std::move(body), now};
    if (const auto file = file_of(question)) {
        std::error_code error;
        fs::create_directories(options_.directory, error);
        // A full disk costs us the second level, nothing else: whoever must know of it says so.
        if (!error) static_cast<void>(replace_file(file->string(), encode(question, answer)));
    }
    remember(question, std::move(answer));
}

std::optional<fs::path> AnswerCache::file_of(const std::string& question) const {
    if (options_.directory.empty() || question.size() > kNameMax) return std::nullopt;
    std::string name = question;
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    std::replace_if(name.begin(), name.end(), std::not_fn(is_plain), '_');
    return options_.directory / (name + std::string(kSuffix));
}

std::optional<AnswerCache::Answer> AnswerCache::read(const std::string& question) const {
    const auto file = file_of(question);
    if (!file) return std::nullopt;
    const auto text = content_of(*file);
    return text ? decode(*text, question) : std::nullopt;
}

void AnswerCache::remember(const std::string& question, Answer answer) {
    memory_.insert_or_assign(question, Kept{std::move(answer), ++uses_});
    if (memory_.size() <= options_.memory_max) return;
    const auto is_older = [](const auto& a, const auto& b) {
        return a.second.used < b.second.used;
    };
    memory_.erase(std::min_element(memory_.begin(), memory_.end(), is_older));
}

void AnswerCache::forget_files(Time now) const {
    std::error_code error;
    std::vector<fs::path> old;
    for (fs::directory_iterator each(options_.directory, error), end; !error && each != end;
         each.increment(error)) {
        if (each->path().extension() != kSuffix) continue;
        const auto text = content_of(each->path());
        std::int64_t when = 0;
        if (text) std::from_chars(text->data(), text->data() + text->size(), when);
        if (Time{Duration{when}} < now - options_.keep) old.push_back(each->path());
    }
    for (const auto& path : old) fs::remove(path, error);
}

}  // namespace tapedeck::net
