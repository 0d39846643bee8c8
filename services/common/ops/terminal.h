#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tapedeck::ops {

/// Is the descriptor (1 = stdout, 2 = stderr) a terminal that a person looks at?
bool is_terminal(int descriptor);

/// Columns of the terminal; 80 where there is none.
std::size_t terminal_width(int descriptor);

/// The characters of UTF-8 `text`, each counted as one column.
std::size_t display_width(std::string_view text);

/// `text` without control characters but line feed and tab: what came from outside must not steer
/// the terminal that shows it. Replaced by '?'.
std::string printable(std::string_view text);

enum class Color { Red, Green, Yellow, Blue, Dim, Bold };

/// Paints text for one output, or leaves it alone.
class Colors {
public:
    /// Colors on a terminal, unless NO_COLOR is set and not empty (no-color.org) or TERM is "dumb".
    static Colors of(int descriptor);

    static Colors on() { return Colors(true); }

    static Colors off() { return Colors(false); }

    bool enabled() const { return enabled_; }

    std::string paint(Color color, std::string_view text) const;

private:
    explicit Colors(bool enabled) : enabled_(enabled) {}

    bool enabled_;
};

}  // namespace tapedeck::ops
