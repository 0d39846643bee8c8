#pragma once

#include "base/time.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tapedeck::kraken {

/// What was subscribed on one connection, and whether it lives. An acknowledged subscription that
/// stays silent is a fault like any other: it is ended and asked for again, and its new snapshot is
/// the proof of life. No clock: the time is an argument (monotonic).
class Subscriptions {
public:
    struct Limits {
        Duration answer{};   ///< from the request to the acknowledgement and the first data
        Duration silence{};  ///< without data for longer: asked for again
    };

    explicit Subscriptions(const Limits& limits) : limits_(limits) {}

    struct Key {
        std::string channel;
        std::string symbol;

        friend bool operator==(const Key&, const Key&) = default;
        friend auto operator<=>(const Key&, const Key&) = default;
    };

    /// Wanted from now on. Of one that may be silent, silence is no fault: it says what changes,
    /// and seldom something does.
    void want(const Key& key, bool may_be_silent = false) {
        entries_.try_emplace(key).first->second.may_be_silent = may_be_silent;
    }

    /// The connection is new: everything is to be asked for.
    void reset();

    /// A request has left; `request` is its number.
    void asked(const Key& key, std::uint64_t request, Duration now);

    /// The venue says yes.
    void acknowledged(const Key& key);

    /// The venue says no to this request: asked for again after a pause of Limits::answer. What it
    /// was for.
    std::vector<Key> refused(std::uint64_t request, Duration now);

    /// Data have come.
    void heard(const Key& key, Duration now);

    /// What has come cannot be used: to be ended and asked for again.
    void spoiled(const Key& key);

    /// To be asked for now.
    std::vector<Key> due(Duration now) const;

    /// To be ended now, before they are asked for again.
    std::vector<Key> to_end(Duration now);

    /// What the venue has not answered in time: the connection is worth nothing.
    std::vector<Key> overdue(Duration now) const;

    /// Acknowledged, and data have come.
    bool is_live(const Key& key) const;

private:
    enum class State { Wanted, Asked, Live };

    struct Entry {
        State state = State::Wanted;
        bool is_acknowledged = false;
        bool has_data = false;
        bool must_end = false;
        bool may_be_silent = false;
        std::uint64_t request = 0;
        Duration since{};  ///< Asked: when; Live: last data; Wanted: not before
    };

    static void begin_anew(Entry& entry);
    static void settle(Entry& entry, Duration now);

    Limits limits_;
    std::map<Key, Entry> entries_;
};

}  // namespace tapedeck::kraken
