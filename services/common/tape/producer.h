#pragma once

#include "base/seq.h"
#include "events/codec.h"
#include "tape/format.h"
#include "tape/protocol.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tapedeck::tape {

/// One producer's side of SUBMIT: numbers its records, keeps them until they are durable, says them
/// again when the journal asks. No socket: messages come in and go out.
class Producer {
public:
    static constexpr std::size_t kWindowRecords = 4096;
    static constexpr std::size_t kWindowBytes = std::size_t{4} * 1024 * 1024;

    explicit Producer(Hello hello) : hello_(std::move(hello)) {}

    const std::string& name() const { return hello_.name; }

    const std::string& build() const { return hello_.build; }

    /// Why the journal takes nothing from anybody; "" = it does.
    const std::string& quarantine() const { return quarantine_; }

    /// Welcomed in the journal's present epoch.
    bool ready() const { return ready_; }

    /// What the journal remembered at the first WELCOME of this instance: where recovery stands.
    const std::optional<Welcome>& first_welcome() const { return first_welcome_; }

    std::uint32_t id() const { return id_; }

    /// The grant under which it speaks now; 0 = none yet. On the tape it is in ServiceStarted.
    std::uint32_t granted_epoch() const { return epoch_; }

    /// When the newest BEAT was sent that the journal has answered, as the sender's clock had it:
    /// up to then nobody else spoke under this name. 0 = none was.
    Duration confirmed_at() const { return confirmed_at_; }

    /// Number of the last record of this producer that is on the tape or on its way.
    std::uint64_t last_number() const { return next_number_ - 1; }

    /// Room for one more group. Whoever has none must not decide, hence not apply either.
    bool has_room() const {
        return window_records_ < kWindowRecords && window_bytes_ < kWindowBytes;
    }

    bool is_drained() const { return window_.empty(); }

    struct Item {
        const Event* event;
        Origin origin;
    };

    /// Queues one atomic group: on the tape whole, in order, or not at all.
    void append(Seq cause, Seq applied, std::span<const Item> items);
    void append(Seq cause, std::span<const Event> events);

    /// The next message for the journal, or nothing. After sent() comes the one after it.
    std::optional<Message> next_message(Seq last_seen, const Hash& last_hash) const;
    void sent();

    /// One piece of a state, for the journal to keep; `offset` and `total` in bytes. Total 0: what
    /// the journal keeps of this seq is wrong, and must not be given again.
    Message snapshot_put(
        Seq at, std::size_t offset, std::size_t total, std::string_view chunk) const;
    Message snapshot_get(Seq at, std::size_t offset) const;

    Message beat(Seq applied, Seq decided, Duration monotonic) const;
    Message bye() const;

    /// A message from the journal that names this producer. An error ends the process: fenced,
    /// another protocol version, another tape.
    Result<> receive(const Header& header, std::string_view body);

    /// The journal has a new epoch: HELLO again, then everything not yet durable.
    void journal_restarted();

private:
    struct Group {
        std::uint64_t first = 0;
        std::uint32_t count = 0;
        Seq applied;
        std::string records;
    };

    Result<> on_welcome(const Header& header, std::string_view body);
    Result<> on_nack(const Header& header, std::string_view body);
    Header own_header(MessageType type) const;
    void drop_through(std::uint64_t number);

    Hello hello_;
    std::optional<Welcome> first_welcome_;
    std::string quarantine_;
    std::uint32_t id_ = 0;
    std::uint32_t epoch_ = 0;
    std::uint32_t journal_epoch_ = 0;
    std::uint64_t next_number_ = 1;
    Duration confirmed_at_{};
    bool ready_ = false;
    bool hello_sent_ = false;
    /// Refused for want of room: tried again with the next answer, which every BEAT gets.
    bool paused_ = false;
    std::deque<Group> window_;
    std::size_t sent_groups_ = 0;
    std::size_t window_records_ = 0;
    std::size_t window_bytes_ = 0;
};

}  // namespace tapedeck::tape
