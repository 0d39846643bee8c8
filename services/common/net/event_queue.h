#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace tapedeck::net {

/// From the I/O thread, which puts, to the user's, which takes.
template <class Event>
class EventQueue {
public:
    /// `on_room` is called by the thread that takes, when half of `bytes_max` is free again after
    /// the queue was full. Half, so that reading doesn't stop and go with every event.
    EventQueue(std::size_t bytes_max, std::function<void()> on_room)
        : bytes_max_(bytes_max), on_room_(std::move(on_room)) {}

    EventQueue(const EventQueue&) = delete;
    EventQueue& operator=(const EventQueue&) = delete;

    ~EventQueue() {
        if (wake_ >= 0) ::close(wake_);
    }

    /// False if the system had no descriptor left: the queue is of no use then.
    bool is_open() const { return wake_ >= 0; }

    int wake_descriptor() const { return wake_; }

    /// Never refuses: what was read must be told. Who reads asks has_room() before.
    void put(Event event, std::size_t bytes) {
        const std::scoped_lock lock(mutex_);
        // Inside the lock: the descriptor is readable exactly while there is an event.
        if (entries_.empty()) ::eventfd_write(wake_, 1);
        entries_.push_back({std::move(event), bytes + sizeof(Entry)});
        bytes_ += bytes + sizeof(Entry);
        is_full_ = is_full_ || bytes_ >= bytes_max_;
    }

    bool has_room() const {
        const std::scoped_lock lock(mutex_);
        return !is_full_;
    }

    std::optional<Event> take() {
        std::optional<Event> event;
        bool has_room_again = false;
        {
            const std::scoped_lock lock(mutex_);
            if (entries_.empty()) return std::nullopt;
            event.emplace(std::move(entries_.front().event));
            bytes_ -= entries_.front().bytes;
            entries_.pop_front();
            if (entries_.empty()) {
                eventfd_t ignored = 0;
                ::eventfd_read(wake_, &ignored);
            }
            has_room_again = is_full_ && bytes_ <= bytes_max_ / 2;
            if (has_room_again) is_full_ = false;
        }
        if (has_room_again) on_room_();
        return event;
    }

private:
    struct Entry {
        Event event;
        std::size_t bytes;
    };

    const std::size_t bytes_max_;
    const std::function<void()> on_room_;
    const int wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    mutable std::mutex mutex_;
    std::deque<Entry> entries_;
    std::size_t bytes_ = 0;
    bool is_full_ = false;
};

}  // namespace tapedeck::net
