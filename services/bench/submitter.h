#pragma once

#include "base/expected.h"
#include "events/event.h"
#include "ops/clock.h"
#include "tape/producer.h"
#include "tape/socket.h"

#include <span>
#include <string>

namespace tapedeck::bench {

/// A producer that says and does not listen: what a source's submitting costs without following the
/// tape. Belongs to the thread that made it.
class Submitter {
public:
    /// Says HELLO and waits for WELCOME.
    static Result<Submitter> connect(
        const ops::Clock& clock, const std::string& run_directory, const std::string& name);

    bool has_room() const { return producer_.has_room(); }

    bool is_drained() const { return producer_.is_drained(); }

    /// Records of ours that are durable and known to be.
    std::uint64_t acknowledged() const { return acknowledged_; }

    /// Queues one APPEND.
    void append(std::span<const tape::Producer::Item> items) { producer_.append({}, {}, items); }

    /// Sends what is queued and takes what has come; waits at most `longest` for an answer.
    Result<> pump(Duration longest);

private:
    Submitter(std::unique_ptr<tape::Context> context, tape::Socket socket, tape::Hello hello)
        : context_(std::move(context)), socket_(std::move(socket)), producer_(std::move(hello)) {}

    std::unique_ptr<tape::Context> context_;  // outlives the socket
    tape::Socket socket_;
    tape::Producer producer_;
    std::uint64_t acknowledged_ = 0;
};

}  // namespace tapedeck::bench
