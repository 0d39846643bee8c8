#include "venue-simulator/shell/input_log.h"

#include "events/state.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace tapedeck::venue_simulator {

namespace {

constexpr std::size_t kLengthSize = 4;

void put_length(std::string& out, std::size_t length) {
    for (unsigned byte = 0; byte < kLengthSize; ++byte) {
        out += static_cast<char>((length >> (8U * byte)) & 0xFFU);
    }
}

std::size_t get_length(std::string_view bytes) {
    std::size_t length = 0;
    for (unsigned byte = 0; byte < kLengthSize; ++byte) {
        length |= std::size_t{static_cast<unsigned char>(bytes[byte])} << (8U * byte);
    }
    return length;
}

}  // namespace

std::vector<Delivery> tell(Venue& venue, const Input& input) {
    switch (input.kind) {
        case Input::Kind::Began: break;
        case Input::Kind::Request: venue.request(input.id, input.call, input.at); break;
        case Input::Kind::Opened: venue.opened(input.id, input.text, input.at); break;
        case Input::Kind::Received: venue.received(input.id, input.text, input.at); break;
        case Input::Kind::Closed: venue.closed(input.id, input.at); break;
        case Input::Kind::Step: venue.advance(input.at); return venue.take(input.at);
    }
    return {};
}

Result<std::unique_ptr<InputLog>> InputLog::open(const std::string& path) {
    std::string bytes;
    {
        std::ifstream in(path, std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    std::vector<Input> earlier;
    std::size_t end = 0;
    while (bytes.size() - end >= kLengthSize) {
        const std::size_t length = get_length(std::string_view(bytes).substr(end));
        if (bytes.size() - end - kLengthSize < length) break;
        StateReader reader(std::string_view(bytes).substr(end + kLengthSize, length));
        Input input;
        reader(input);
        if (!reader.ok()) return fail(path + ": not a log of inputs; remove it to begin anew");
        earlier.push_back(std::move(input));
        end += kLengthSize + length;
    }
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return fail(path + ": cannot open it: " + std::strerror(errno));
    std::unique_ptr<InputLog> log(new InputLog(path, file));
    const auto size = static_cast<off_t>(end);
    if (::ftruncate(file, size) != 0 || ::lseek(file, size, SEEK_SET) != size) {
        return fail(path + ": cannot go on in it: " + std::strerror(errno));
    }
    log->earlier_ = std::move(earlier);
    return log;
}

InputLog::~InputLog() {
    ::close(file_);
}

void InputLog::add(const Input& input) {
    StateWriter writer;
    writer(input);
    put_length(buffer_, writer.bytes().size());
    buffer_ += writer.bytes();
}

Result<> InputLog::flush() {
    std::string_view left = buffer_;
    while (!left.empty()) {
        const ssize_t count = ::write(file_, left.data(), left.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return fail(path_ + ": cannot write: " + std::strerror(errno));
        left.remove_prefix(static_cast<std::size_t>(count));
    }
    buffer_.clear();
    return {};
}

}  // namespace tapedeck::venue_simulator
