#pragma once

#include "net/tls_server.h"
#include "venue-simulator/core/venue.h"
#include "venue-simulator/shell/input_log.h"

namespace tapedeck::venue_simulator {

/// Between the wire and the venue: what came in is told, what is due is sent. Owns no loop and no
/// clock.
class Front {
public:
    /// All must outlive it. With a `log` every input is written to it before what follows from it
    /// is sent.
    Front(Venue& venue, net::TlsServer& server, InputLog* log = nullptr)
        : venue_(venue), server_(server), log_(log) {}

    /// Tells the venue what it was told before it was killed, and that all its connections are
    /// gone. Returns the time up to which it has lived.
    Time replay(const std::vector<Input>& earlier);

    /// Everything that has come and is due by `now`, which never goes back. Errors: the log cannot
    /// be written.
    Result<> step(Time now);

    /// How long nothing is due, if nothing comes; at most `longest`.
    Duration idle_for(Time now, Duration longest) const;

private:
    std::vector<Delivery> take(const Input& input);
    void take_event(const net::ServerEvent& event, Time now);
    void deliver(const Delivery& delivery, Time now);
    void forget(std::uint64_t id, Time now);

    Venue& venue_;
    net::TlsServer& server_;
    InputLog* log_;
    /// The wire's ids begin anew with each start; the venue's go on from here.
    std::uint64_t first_id_ = 0;
};

}  // namespace tapedeck::venue_simulator
