#pragma once

#include "events/event.h"
#include "stack.h"
#include "tape/node.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tapedeck::integration {

/// The test's own hand on the tape: a producer that says what a test wants said, and hears
/// everything.
class Hand {
public:
    explicit Hand(const Stack& stack, const std::string& name = "hand");

    /// Says it, and waits until it is read back; its seq. Fails the test if that takes too long.
    Seq say(Event event);

    /// Several, at once, in one atomic group.
    std::vector<Seq> say(const std::vector<Event>& events);

    using Wanted = std::function<bool(const Recorded&)>;

    /// The first record from `from` on that is `wanted`; null if none comes in time.
    const Recorded* find(Seq from, const Wanted& wanted, Duration patience = kPatience);

    /// The first event of this kind from `from` on that is `wanted`.
    template <class T>
    const T* find(
        Seq from,
        const std::function<bool(const T&)>& wanted = [](const T&) { return true; },
        Duration patience = kPatience) {
        const Recorded* found = find(
            from,
            [&](const Recorded& recorded) {
                const T* event = recorded.event.as<T>();
                return event != nullptr && wanted(*event);
            },
            patience);
        return found == nullptr ? nullptr : found->event.as<T>();
    }

    /// Until `is_so`, asked after each turn; false after `patience`.
    bool wait_for(const std::function<bool()>& is_so, Duration patience = kPatience);

    /// All events of this kind so far.
    template <class T>
    std::vector<T> all() const {
        std::vector<T> found;
        for (const auto& recorded : heard_) {
            if (const T* event = recorded->event.as<T>()) found.push_back(*event);
        }
        return found;
    }

    /// What has come until now; seq 1 first.
    const std::vector<std::unique_ptr<Recorded>>& heard() const { return heard_; }

    /// What has come but for market data and its consequences, a line each: for the message of a
    /// test that failed.
    std::string story() const;

    Seq last() const { return heard_.empty() ? Seq{} : heard_.back()->seq; }

    static constexpr Duration kPatience = std::chrono::seconds(30);

private:
    void turn();

    std::unique_ptr<tape::Node> node_;
    tape::Producer* producer_ = nullptr;
    std::vector<std::unique_ptr<Recorded>> heard_;  ///< found ones stay where they are
};

}  // namespace tapedeck::integration
