#pragma once

namespace tapedeck {

/// A visitor made of lambdas, one per alternative: `event.visit(overloaded{...})`.
template <class... Ts>
struct overloaded : Ts... {
    using Ts::operator()...;
};

template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>;

}  // namespace tapedeck
