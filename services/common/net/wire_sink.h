#pragma once

#include "net/wire.h"

#include <chrono>

namespace tapedeck::net {

/// Where connections put what they have read. Of the I/O thread.
class WireSink {
public:
    virtual ~WireSink() = default;

    virtual void put(WireEvent event) = 0;
    /// While false, nothing more should be read.
    virtual bool has_room() const = 0;

protected:
    WireSink() = default;
    WireSink(const WireSink&) = delete;
    WireSink& operator=(const WireSink&) = delete;
};

/// CLOCK_MONOTONIC, as WireEvent says it.
inline Duration since_boot(std::chrono::steady_clock::time_point moment) {
    return moment.time_since_epoch();
}

inline Duration since_boot() {
    return since_boot(std::chrono::steady_clock::now());
}

}  // namespace tapedeck::net
