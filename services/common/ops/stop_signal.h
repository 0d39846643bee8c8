#pragma once

namespace tapedeck::ops {

/// SIGTERM and SIGINT as a flag and as a descriptor. The first of each asks to stop; a second one
/// ends the process at once, should it hang while stopping. One at a time in a process; the former
/// handlers come back when it goes.
class StopSignal {
public:
    StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;
    ~StopSignal();

    /// True from the first signal, or request(), on.
    bool stopping() const;

    /// Becomes readable then, and stays so: for poll, beside the sockets. Never read from it.
    int descriptor() const { return descriptor_; }

    /// As if a signal had come.
    void request();

private:
    int descriptor_;
};

}  // namespace tapedeck::ops
