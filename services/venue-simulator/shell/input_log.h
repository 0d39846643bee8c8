#pragma once

#include "base/expected.h"
#include "venue-simulator/core/venue.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tapedeck::venue_simulator {

/// One thing that the venue was told. All that it is follows from these, in their order.
struct Input {
    enum class Kind : std::uint8_t {
        Began = 1,  ///< the first of all: at which time
        Request,
        Opened,
        Received,
        Closed,
        Step,  ///< time went on, and what was due was taken
    };

    Kind kind = Kind::Step;
    Time at{};
    std::uint64_t id = 0;  ///< of the request or socket
    std::string text{};    ///< what was received; the target that was opened
    HttpCall call{};

    template <class A>
    void archive(A& a) {
        a(kind);
        a(at);
        a(id);
        a(text);
        a(call.method);
        a(call.target);
        a(call.headers);
        a(call.body);
    }
};

/// Tells it to the venue; what is due then is returned.
std::vector<Delivery> tell(Venue& venue, const Input& input);

/// The inputs in a file, so that a venue that was killed is what it was when it starts again. Each
/// is written before anything that follows from it is sent; the kernel keeps what was written.
class InputLog {
public:
    /// Reads what is there, without an end that was cut off, and goes on behind it. Errors: the
    /// file cannot be read or written.
    static Result<std::unique_ptr<InputLog>> open(const std::string& path);

    InputLog(const InputLog&) = delete;
    InputLog& operator=(const InputLog&) = delete;
    ~InputLog();

    /// What was in the file when it was opened; once.
    std::vector<Input> take_earlier() { return std::exchange(earlier_, {}); }

    void add(const Input& input);

    /// Errors: the disk is full.
    Result<> flush();

private:
    InputLog(std::string path, int file) : path_(std::move(path)), file_(file) {}

    std::string path_;
    int file_ = -1;
    std::string buffer_;
    std::vector<Input> earlier_;
};

}  // namespace tapedeck::venue_simulator
