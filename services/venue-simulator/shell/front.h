#pragma once

#include "net/tls_server.h"
#include "venue-simulator/core/venue.h"

namespace tapedeck::venue_simulator {

/// Between the wire and the venue: what came in is told, what is due is sent. Owns no loop and no
/// clock.
class Front {
public:
    /// Both must outlive it.
    Front(Venue& venue, net::TlsServer& server) : venue_(venue), server_(server) {}

    /// Everything that has come and is due by `now`, which never goes back.
    void step(Time now);

    /// How long nothing is due, if nothing comes; at most `longest`.
    Duration idle_for(Time now, Duration longest) const;

private:
    void tell(const net::ServerEvent& event, Time now);
    void deliver(const Delivery& delivery, Time now);

    Venue& venue_;
    net::TlsServer& server_;
};

}  // namespace tapedeck::venue_simulator
