#pragma once

#include <termios.h>

#include <optional>

namespace tapedeck::cli {

/// The keyboard without Enter and echo, as long as this lives; for views that end with q.
class Keyboard {
public:
    /// Does nothing where stdin is no terminal.
    Keyboard();
    Keyboard(const Keyboard&) = delete;
    Keyboard& operator=(const Keyboard&) = delete;
    ~Keyboard();

    /// A key that was pressed, if any; does not wait.
    std::optional<char> pressed() const;

private:
    std::optional<termios> before_;
};

}  // namespace tapedeck::cli
