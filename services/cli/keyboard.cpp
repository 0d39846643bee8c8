#include "cli/keyboard.h"

#include "ops/terminal.h"

#include <poll.h>
#include <unistd.h>

namespace tapedeck::cli {

Keyboard::Keyboard() {
    termios now{};
    if (!ops::is_terminal(STDIN_FILENO) || ::tcgetattr(STDIN_FILENO, &now) != 0) return;
    before_ = now;
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &now);
}

Keyboard::~Keyboard() {
    if (before_) ::tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
}

std::optional<char> Keyboard::pressed() const {
    if (!before_) return std::nullopt;
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, 0) <= 0) return std::nullopt;
    char key = 0;
    if (::read(STDIN_FILENO, &key, 1) != 1) return std::nullopt;
    return key;
}

}  // namespace tapedeck::cli
