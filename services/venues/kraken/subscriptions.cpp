#include "venues/kraken/subscriptions.h"

namespace tapedeck::kraken {

void Subscriptions::reset() {
    for (auto& [key, entry] : entries_) begin_anew(entry);
}

void Subscriptions::begin_anew(Entry& entry) {
    entry = Entry{.may_be_silent = entry.may_be_silent};
}

void Subscriptions::asked(const Key& key, std::uint64_t request, Duration now) {
    Entry& entry = entries_[key];
    begin_anew(entry);
    entry.state = State::Asked;
    entry.request = request;
    entry.since = now;
}

void Subscriptions::settle(Entry& entry, Duration now) {
    if (entry.state != State::Asked || !entry.is_acknowledged || !entry.has_data) return;
    entry.state = State::Live;
    entry.since = now;
}

void Subscriptions::acknowledged(const Key& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    found->second.is_acknowledged = true;
    settle(found->second, found->second.since);
}

std::vector<Subscriptions::Key> Subscriptions::refused(std::uint64_t request, Duration now) {
    std::vector<Key> keys;
    for (auto& [key, entry] : entries_) {
        if (entry.state != State::Asked || entry.request != request || entry.is_acknowledged) {
            continue;
        }
        begin_anew(entry);
        entry.since = now + limits_.answer;
        keys.push_back(key);
    }
    return keys;
}

void Subscriptions::heard(const Key& key, Duration now) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    entry.has_data = true;
    if (entry.state == State::Live) {
        entry.since = now;
    } else {
        settle(entry, now);
    }
}

void Subscriptions::spoiled(const Key& key) {
    const auto found = entries_.find(key);
    if (found != entries_.end()) found->second.must_end = true;
}

std::vector<Subscriptions::Key> Subscriptions::due(Duration now) const {
    std::vector<Key> keys;
    for (const auto& [key, entry] : entries_) {
        if (entry.state == State::Wanted && now >= entry.since) keys.push_back(key);
    }
    return keys;
}

std::vector<Subscriptions::Key> Subscriptions::to_end(Duration now) {
    std::vector<Key> keys;
    for (auto& [key, entry] : entries_) {
        const bool is_silent = entry.state == State::Live && !entry.may_be_silent &&
                               now - entry.since > limits_.silence;
        if (!entry.must_end && !is_silent) continue;
        begin_anew(entry);
        keys.push_back(key);
    }
    return keys;
}

std::vector<Subscriptions::Key> Subscriptions::overdue(Duration now) const {
    std::vector<Key> keys;
    for (const auto& [key, entry] : entries_) {
        if (entry.state == State::Asked && now - entry.since > limits_.answer) keys.push_back(key);
    }
    return keys;
}

bool Subscriptions::is_live(const Key& key) const {
    const auto found = entries_.find(key);
    return found != entries_.end() && found->second.state == State::Live;
}

}  // namespace tapedeck::kraken
