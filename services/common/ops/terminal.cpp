#include "ops/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace tapedeck::ops {

namespace {

constexpr std::size_t kWidthWithoutTerminal = 80;

std::string_view code_of(Color color) {
    switch (color) {
        case Color::Red: return "31";
        case Color::Green: return "32";
        case Color::Yellow: return "33";
        case Color::Blue: return "34";
        case Color::Dim: return "2";
        case Color::Bold: return "1";
    }
    return "0";
}

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

bool is_terminal(int descriptor) {
    return ::isatty(descriptor) == 1;
}

std::size_t terminal_width(int descriptor) {
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return kWidthWithoutTerminal;
    }
    return size.ws_col;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (const char c : text) {
        // Bytes 10xxxxxx continue a character.
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++width;
    }
    return width;
}

std::string printable(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F) c = '?';
    }
    return result;
}

Colors Colors::of(int descriptor) {
    const bool wanted = variable("NO_COLOR").empty() && variable("TERM") != "dumb";
    return Colors(wanted && is_terminal(descriptor));
}

std::string Colors::paint(Color color, std::string_view text) const {
    if (!enabled_) return std::string(text);
    std::string result = "\x1b[";
    result += code_of(color);
    result += 'm';
    result += text;
    result += "\x1b[0m";
    return result;
}

}  // namespace tapedeck::ops
