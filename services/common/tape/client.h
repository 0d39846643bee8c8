#pragma once

#include "events/event.h"
#include "tape/follower.h"
#include "tape/protocol.h"
#include "tape/socket.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// What a command or another visitor needs of a running journal: history, the live tape, and a word
/// of its own. Blocking, with deadlines.
namespace tapedeck::tape {

/// The monotonic clock, as the caller reads it.
using MonotonicClock = std::function<Duration()>;

class Client {
public:
    struct Options {
        std::string run_directory;
        MonotonicClock clock;
        Duration patience{std::chrono::seconds(3)};  ///< for each answer of the journal
    };

    /// Errors: nobody answers (exit 4).
    static Result<std::unique_ptr<Client>> connect(const Options& options);

    /// Where the tape stands and who is on it, asked anew.
    Result<Welcome> ask();

    /// The last seq as of the newest answer.
    Seq tape_end() const { return tape_end_; }

    /// Calls `visit` with each frame that holds seqs from … to, in order, chain checked, until it
    /// says false. The journal's refusal to serve a damaged frame is an error (exit 8).
    Result<> read(
        Seq from, Seq to, const std::function<Result<bool>(const Follower::Frame&)>& visit);

    /// Follows the live tape from the record after `from`: `visit` sees each frame as it becomes
    /// durable, and is called with null at least every `turn` so that it can draw or stop. Ends
    /// when it says false.
    Result<> follow(
        Seq from, Duration turn, const std::function<Result<bool>(const Follower::Frame*)>& visit);

    /// Records `event` as the operator's, or that of another producer of no lasting presence, and
    /// returns its seq. Exit 7 when no answer came: it may or may not be on the tape.
    Result<Seq> submit(
        const Event& event, const std::string& build, const std::string& producer = "operator");

private:
    Client(Options options, std::unique_ptr<Context> context, Endpoints endpoints, Socket replay);

    Result<std::optional<Message>> receive(Socket& socket, Duration deadline);

    Options options_;
    std::unique_ptr<Context> context_;  // outlives the sockets
    Endpoints endpoints_;
    Socket replay_;
    Seq tape_end_;
    std::uint32_t read_tag_ = 0;
};

/// Decodes the records of a frame one by one. Events of types that this build does not know are
/// skipped, as are those that `wanted` refuses by their type. Until `visit` says false.
Result<bool> for_each_record(
    const FrameHeader& header,
    std::string_view records,
    const std::function<bool(std::uint16_t type)>& wanted,
    const std::function<bool(const Recorded&)>& visit);

}  // namespace tapedeck::tape
